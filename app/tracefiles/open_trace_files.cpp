// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/open_trace_files.h"

#include "app/json/block_reader.h"
#include "app/tracefiles/file_details.h"
#include "app/tracefiles/json_head.h"
#include "app/tracefiles/trace_file_list.h"

#include <algorithm>

namespace tailspan::tracefiles {

#define TAILSPAN_DECLARE(Name) std::unique_ptr<const TraceReader> make##Name##Reader();
TAILSPAN_TRACE_FILES(TAILSPAN_DECLARE)
#undef TAILSPAN_DECLARE

const std::vector<std::unique_ptr<const TraceReader>> &allTraceReaders()
{
    static const std::vector<std::unique_ptr<const TraceReader>> kReaders = [] {
        std::vector<std::unique_ptr<const TraceReader>> readers;
#define TAILSPAN_REGISTER(Name) readers.push_back(make##Name##Reader());
        TAILSPAN_TRACE_FILES(TAILSPAN_REGISTER)
#undef TAILSPAN_REGISTER
        return readers;
    }();
    return kReaders;
}

const TraceReader *sniffTraceFormat(const bytes::Head &head)
{
    const auto &readers = allTraceReaders();
    const auto found =
        std::find_if(readers.begin(), readers.end(), [&](const auto &reader) { return reader->sniff(head); });
    return found == readers.end() ? nullptr : found->get();
}

std::string unsupportedTraceFormat(const bytes::Head &head)
{
    const JsonHead shape(head.bytes);
    if (shape.root().has("traceEvents"))
        return "Chrome trace";
    if (shape.root().has("$schema") && head.bytes.find("speedscope") != std::string::npos)
        return "speedscope profile";
    const JsonHead::Object resourceMetrics = shape.firstIn(shape.root(), "resourceMetrics");
    if (!resourceMetrics.isEmpty())
        return "OTLP metrics";
    return shape.root().has("resourceLogs") ? "OTLP logs" : "";
}

namespace {

Error unknownFormat(const bytes::Head &head, const std::string &name)
{
    const std::string known = unsupportedTraceFormat(head);
    if (!known.empty())
        return {ErrorCode::Unsupported, known + ": not supported yet", name};
    std::string list;
    for (const auto &reader : allTraceReaders())
        list += (list.empty() ? "" : ", ") + std::string(reader->info().title);
    return {ErrorCode::Unsupported, "is no trace file that Tailspan knows; known are " + list, name};
}

Result<bytes::Head> headOf(const bytes::ByteSource &source)
{
    bytes::Head head;
    head.bytes.resize(std::min<std::uint64_t>(bytes::kHeadBytes, source.sizeBytes()));
    TS_TRY(const std::size_t got, source.readAt(0, head.bytes));
    head.bytes.resize(got);
    head.isWhole = source.sizeBytes() <= bytes::kHeadBytes;
    return head;
}

Result<> readInto(trace::TraceBuilder &builder, const bytes::OpenedSource &opened, std::stop_token stop,
                  Progress &progress)
{
    const bytes::ByteSource &source = *opened.bytes;
    TS_TRY(const bytes::Head head, headOf(source));
    const TraceReader *reader = sniffTraceFormat(head);
    if (reader == nullptr)
        return tl::unexpected<Error>(unknownFormat(head, source.name()));
    trace::TraceInput input;
    input.name = source.name();
    input.format = reader->info().title;
    input.sizeBytes = source.sizeBytes();
    input.isComplete = !opened.isTruncated;
    input.details = makeFileDetails(opened.bytes, *reader);
    if (opened.isTruncated)
        input.quality.add(QualityIssue::Truncated);
    const std::uint16_t number = builder.addInput(std::move(input));
    Result<> outcome = reader->read({opened.bytes, builder, number, stop, progress, json::workerCount()});
    if (!outcome.has_value()) {
        if (outcome.error().context.empty())
            outcome.error().context = source.name();
        return outcome;
    }
    const trace::TraceInput &done = builder.input(number);
    if (done.spanCount == 0 && !done.isComplete)
        return fail(ErrorCode::Malformed, "is cut off before the end of its first span", source.name());
    if (done.spanCount == 0 && done.quality.count(QualityIssue::MalformedRecord) > 0)
        return fail(ErrorCode::Malformed, "holds no readable span: " + done.quality.lines().front(), source.name());
    return {};
}

} // namespace

Result<trace::TraceSnapshotPtr> openTraceFiles(const std::vector<std::string> &paths, std::stop_token stop,
                                               Progress &progress)
{
    trace::TraceBuilder builder;
    for (const std::string &path : paths) {
        TS_TRY(const bytes::OpenedSource opened, bytes::openSource(path, stop, progress));
        TS_CHECK(readInto(builder, opened, stop, progress));
    }
    return builder.build(stop, progress);
}

Result<trace::TraceSnapshotPtr> openTraceBytes(std::shared_ptr<const bytes::ByteSource> source, std::stop_token stop,
                                               Progress &progress)
{
    trace::TraceBuilder builder;
    TS_CHECK(readInto(builder, {std::move(source), false}, stop, progress));
    return builder.build(stop, progress);
}

} // namespace tailspan::tracefiles
