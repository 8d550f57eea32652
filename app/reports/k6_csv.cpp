// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_csv.h"

#include "app/json/block_reader.h"
#include "app/reports/json_outline.h"
#include "app/reports/k6_csv_rows.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"

#include <algorithm>
#include <vector>

namespace tailspan::reports {

namespace {

/// The header line of a file's first bytes; empty where they hold none.
std::string_view headerOf(std::string_view text)
{
    text = withoutLeadingBlanks(text);
    return text.starts_with(kK6CsvHeader) ? firstLine(text) : std::string_view();
}

/// What the time stamp of the first row is made of.
std::string_view firstStamp(std::string_view text)
{
    text = withoutLeadingBlanks(text);
    const std::size_t feed = text.find('\n');
    if (feed == std::string_view::npos)
        return {};
    const std::string_view row = firstLine(text.substr(feed + 1));
    const std::size_t comma = row.find(',');
    if (comma == std::string_view::npos)
        return {};
    return row.substr(comma + 1, row.find(',', comma + 1) - comma - 1);
}

void addNotes(std::string_view stamp, loadtest::LoadTestReport &report)
{
    report.notes.emplace_back("k6's CSV holds neither the limits of the test nor the types of its metrics.");
    constexpr std::int64_t kSecondNs = 1'000'000'000;
    if (!stamp.empty() && stamp.find('T') == std::string_view::npos && epochUnitNs(stamp.size()) == kSecondNs)
        report.notes.emplace_back("Time stamps are whole seconds, cut off: within a second nothing can be told apart. "
                                  "Run k6 with K6_CSV_TIME_FORMAT=unix_milli for more.");
}

class K6CsvReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"k6-csv", "k6 CSV output (--out csv)", "k6"}; }

    bool sniff(const bytes::Head &head) const override { return !headerOf(head.bytes).empty(); }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        return readK6Csv(stream, std::move(stop), progress, json::workerCount());
    }
};

} // namespace

Result<loadtest::LoadTestReport> readK6Csv(bytes::ByteStream &stream, std::stop_token stop, Progress &progress,
                                           unsigned workers)
{
    workers = std::max(workers, 1U);
    progress.begin("reading", stream.fileBytes());
    // The columns are in the first line; the bytes read to find it go through the blocks again.
    TS_TRY(PeekedStream peeked, PeekedStream::open(stream));
    const std::string header(headerOf(peeked.first()));
    if (header.empty())
        return fail(ErrorCode::Malformed, "has no header line of k6's CSV output", stream.name());
    const K6CsvColumns columns(header);
    const std::string stamp(firstStamp(peeked.first()));
    json::BlockReader blocks(peeked, json::CutRule::atCsvRows());
    std::vector<K6Accumulator> accumulators;
    std::vector<K6CsvRows> rows;
    accumulators.reserve(workers); // rows point into it
    for (unsigned i = 0; i < workers; ++i) {
        accumulators.emplace_back([&columns](std::string_view cells) { return columns.tagsOf(cells); });
        rows.emplace_back(columns, accumulators.back());
    }
    TS_CHECK(json::forEachBlock(blocks, workers, std::move(stop), progress,
                                [&rows](unsigned worker, json::Block &block) -> Result<> {
                                    rows[worker].takeBlock(block.buffer.text(), block.sequence);
                                    return {};
                                }));
    for (unsigned i = 1; i < workers; ++i)
        accumulators[0].merge(std::move(accumulators[i]));
    loadtest::LoadTestReport report;
    std::move(accumulators[0]).finish(report);
    addNotes(stamp, report);
    return report;
}

std::unique_ptr<const ReportReader> makeK6CsvReader()
{
    return std::make_unique<K6CsvReader>();
}

} // namespace tailspan::reports
