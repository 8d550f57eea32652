// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "app/reports/read_options.h"
#include "models/base/progress.h"
#include "models/base/result.h"
#include "models/loadtest/load_test_report.h"

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace tailspan::reports {

struct ReportFormatInfo {
    const char *id = "";    ///< "k6-ndjson": stable, part of the JSON output.
    const char *title = ""; ///< "k6 JSON output (--out json)"
    const char *tool = "";  ///< "k6"
};

/// One load-test report format. To add one: a `.cpp` in this folder that defines `make<Name>Reader()`, one line in
/// report_list.h, and a golden case in tests/contract/tst_report_readers.cpp.
/// Thread: any; readers hold no state between calls. Errors: Cancelled, Malformed, LimitReached, and what the stream
/// answers. Records that are wrong while the rest is fine are counted in the report's DataQuality.
class ReportReader {
public:
    virtual ~ReportReader() = default;
    [[nodiscard]] virtual ReportFormatInfo info() const = 0;
    /// True when the first bytes are of this format. Looks at content only, never at a name.
    [[nodiscard]] virtual bool sniff(const bytes::Head &head) const = 0;
    [[nodiscard]] virtual Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                                                Progress &progress) const = 0;
    /// The same with answers to what the file leaves open, and with somebody who watches. Readers that
    /// have questions or show what they have read so far are WatchedReportReaders.
    [[nodiscard]] virtual Result<loadtest::LoadTestReport> readWith(bytes::ByteStream &stream,
                                                                    const ReadOptions &options, std::stop_token stop,
                                                                    Progress &progress) const
    {
        (void)options;
        return read(stream, std::move(stop), progress);
    }
};

/// A reader with questions or with something to show meanwhile.
class WatchedReportReader : public ReportReader {
public:
    [[nodiscard]] Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                                        Progress &progress) const final
    {
        return readWith(stream, {}, std::move(stop), progress);
    }
    [[nodiscard]] Result<loadtest::LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options,
                                                            std::stop_token stop,
                                                            Progress &progress) const override = 0;
};

/// Every reader, in the order in which they are asked.
[[nodiscard]] std::span<const std::unique_ptr<const ReportReader>> allReportReaders();

/// The reader for these first bytes. Errors: Unsupported with the name of a format that is recognised but not read,
/// with a hint for trace files, or with the list of formats that are read. `name` is the context of the error.
[[nodiscard]] Result<const ReportReader *> readerFor(const bytes::Head &head, const std::string &name);

/// Opens, recognises and reads one file (plain, .gz, .zst).
[[nodiscard]] Result<loadtest::LoadTestReportPtr> openReport(const std::string &path, std::stop_token stop,
                                                             Progress &progress);
[[nodiscard]] Result<loadtest::LoadTestReportPtr> openReport(const std::string &path, const ReadOptions &options,
                                                             std::stop_token stop, Progress &progress);
/// The same for bytes in memory.
[[nodiscard]] Result<loadtest::LoadTestReportPtr> readReport(std::shared_ptr<const bytes::ByteSource> source,
                                                             std::stop_token stop, Progress &progress);
[[nodiscard]] Result<loadtest::LoadTestReportPtr> readReport(std::shared_ptr<const bytes::ByteSource> source,
                                                             const ReadOptions &options, std::stop_token stop,
                                                             Progress &progress);

} // namespace tailspan::reports
