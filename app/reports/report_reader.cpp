// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/report_reader.h"

#include "app/reports/known_formats.h"
#include "app/reports/report_list.h"
#include "models/loadtest/stalls.h"

#include <utility>

namespace tailspan::reports {

#define TAILSPAN_DECLARE(Name) std::unique_ptr<const ReportReader> make##Name##Reader();
TAILSPAN_REPORT_READERS(TAILSPAN_DECLARE)
#undef TAILSPAN_DECLARE

namespace {

std::vector<std::unique_ptr<const ReportReader>> makeReaders()
{
    std::vector<std::unique_ptr<const ReportReader>> readers;
#define TAILSPAN_MAKE(Name) readers.push_back(make##Name##Reader());
    TAILSPAN_REPORT_READERS(TAILSPAN_MAKE)
#undef TAILSPAN_MAKE
    return readers;
}

std::string readableFormats()
{
    std::string list;
    for (const auto &reader : allReportReaders()) {
        if (!list.empty())
            list += "; ";
        list += reader->info().title;
    }
    return list;
}

void nameReport(loadtest::LoadTestReport &report, const ReportReader &reader, const std::string &fileName)
{
    report.fileName = fileName;
    report.format = reader.info().id;
    if (report.tool.empty())
        report.tool = reader.info().tool;
}

Result<loadtest::LoadTestReportPtr> readWith(const ReportReader &reader, bytes::ByteStream &stream,
                                             const ReadOptions &options, std::stop_token stop, Progress &progress)
{
    ReadOptions named = options;
    if (options.partial)
        named.partial = [&](loadtest::LoadTestReport part) {
            nameReport(part, reader, stream.name());
            part.isPartial = true;
            options.partial(std::move(part));
        };
    TS_TRY(loadtest::LoadTestReport report, reader.readWith(stream, named, std::move(stop), progress));
    nameReport(report, reader, stream.name());
    if (stream.isTruncated()) {
        report.contents.isComplete = false;
        if (report.quality.count(QualityIssue::Truncated) == 0)
            report.quality.add(QualityIssue::Truncated);
    }
    report.notes.insert(report.notes.begin(), loadtest::latencyDetailNote(report.contents.latencyDetail));
    for (std::string &note : loadtest::stallNotes(report))
        report.notes.push_back(std::move(note));
    for (const std::string &line : report.quality.lines())
        report.notes.push_back(line);
    return std::make_shared<const loadtest::LoadTestReport>(std::move(report));
}

} // namespace

std::span<const std::unique_ptr<const ReportReader>> allReportReaders()
{
    static const std::vector<std::unique_ptr<const ReportReader>> readers = makeReaders();
    return readers;
}

Result<const ReportReader *> readerFor(const bytes::Head &head, const std::string &name)
{
    for (const auto &reader : allReportReaders()) {
        if (reader->sniff(head))
            return reader.get();
    }
    if (const auto title = unreadFormatOf(head))
        return fail(ErrorCode::Unsupported, *title + ": not supported yet", name);
    if (const auto title = traceFormatOf(head))
        return fail(ErrorCode::Unsupported,
                    "looks like a trace file (" + *title + "): use tailspan trace instead of tailspan report", name);
    return fail(ErrorCode::Unsupported, "is no load-test report that Tailspan knows. It reads: " + readableFormats(),
                name);
}

Result<loadtest::LoadTestReportPtr> openReport(const std::string &path, std::stop_token stop, Progress &progress)
{
    return openReport(path, {}, std::move(stop), progress);
}

Result<loadtest::LoadTestReportPtr> openReport(const std::string &path, const ReadOptions &options,
                                               std::stop_token stop, Progress &progress)
{
    TS_TRY(const bytes::Head head, bytes::readHead(path));
    TS_TRY(auto stream, bytes::openStream(path));
    TS_TRY(const ReportReader *reader, readerFor(head, stream->name()));
    return readWith(*reader, *stream, options, std::move(stop), progress);
}

Result<loadtest::LoadTestReportPtr> readReport(std::shared_ptr<const bytes::ByteSource> source, std::stop_token stop,
                                               Progress &progress)
{
    return readReport(std::move(source), {}, std::move(stop), progress);
}

Result<loadtest::LoadTestReportPtr> readReport(std::shared_ptr<const bytes::ByteSource> source,
                                               const ReadOptions &options, std::stop_token stop, Progress &progress)
{
    bytes::Head head{std::string(bytes::kHeadBytes, '\0'), source->sizeBytes() <= bytes::kHeadBytes};
    TS_TRY(const std::size_t got, source->readAt(0, head.bytes));
    head.bytes.resize(got);
    if (got == 0)
        return fail(ErrorCode::Malformed, "is empty", source->name());
    TS_TRY(const ReportReader *reader, readerFor(head, source->name()));
    const auto stream = bytes::streamOf(std::move(source));
    return readWith(*reader, *stream, options, std::move(stop), progress);
}

} // namespace tailspan::reports
