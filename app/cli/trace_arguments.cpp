// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/trace_arguments.h"

#include "app/cli/source_arguments.h"
#include "app/tracefiles/open_trace_files.h"
#include "models/base/number_text.h"
#include "models/base/wall_clock.h"
#include "models/trace/trace_search.h"

#include <ostream>

namespace tailspan::cli {

namespace {

std::string prefixOf(const CommandInfo &command)
{
    return std::string("tailspan ") + command.name + ": ";
}

Result<trace::TraceSnapshotPtr> fromFiles(const Arguments &arguments)
{
    Progress progress;
    return tracefiles::openTraceFiles(arguments.files, {}, progress);
}

/// `filter`: what is left to be applied to the answer.
Result<trace::TraceSnapshotPtr> fromSources(const Arguments &arguments, const std::string &id, trace::SpanQuery &filter)
{
    TS_TRY(SourceArguments sources, readSourceArguments(arguments, currentTime()));
    filter = std::move(sources.rest);
    if (!id.empty())
        sources.request.traceIds.push_back(id);
    return readSources(sources);
}

/// What a source left out or could not answer is said beside the result, not in it.
void warnOfNotes(const CommandInfo &command, std::ostream &err, const trace::TraceSnapshot &snapshot)
{
    for (const trace::TraceInput &input : snapshot.inputs()) {
        for (const std::string &note : input.notes)
            err << prefixOf(command) << oneLine(input.name) << ": " << oneLine(note) << '\n';
    }
}

std::vector<std::uint32_t> fittingTraces(const CommandInfo &command, const trace::TraceSnapshot &snapshot,
                                         const trace::SpanQuery &filter, std::ostream &err)
{
    Progress progress;
    const trace::TraceHits hits = searchTraces(snapshot, {filter}, {}, progress);
    if (hits.unsearched > 0)
        err << prefixOf(command) << pluralText(hits.unsearched, "span", "spans")
            << " could not be looked through: " << oneLine(hits.problem) << '\n';
    std::vector<std::uint32_t> rows;
    for (std::uint32_t t = 0; t < snapshot.traces().size(); ++t) {
        if (hits.fits[t])
            rows.push_back(t);
    }
    return rows;
}

/// The first option given that files have no use for; empty when there is none.
std::string_view onlyOfSources(const Arguments &arguments, const TraceReading &reading)
{
    for (const OptionSpec &option : sourceOptions()) {
        const bool narrows = option.name == "--service" || option.name == "--operation" || option.name == "--errors";
        if (option.name != "--filter" && !(narrows && reading.narrowsSpans) && arguments.options.contains(option.name))
            return option.name;
    }
    return {};
}

} // namespace

std::vector<OptionSpec> traceOptions(std::initializer_list<OptionSpec> own)
{
    std::vector<OptionSpec> options(own);
    options.insert(options.end(), sourceOptions().begin(), sourceOptions().end());
    return options;
}

tl::expected<AskedTraces, ExitCode> readAskedTraces(const CommandInfo &command, const Arguments &arguments,
                                                    std::ostream &err, const TraceReading &reading)
{
    const std::string &id = reading.id;
    const bool hasSource = arguments.options.contains("--source");
    if (arguments.files.empty() != hasSource)
        return tl::unexpected(wrongUsage(
            command, err, hasSource ? "takes files or sources, not both at once" : "names no file or source"));
    if (const std::string_view option = hasSource ? std::string_view() : onlyOfSources(arguments, reading);
        !option.empty())
        return tl::unexpected(
            wrongUsage(command, err, std::string(option) + " is for sources; narrow files with --filter"));
    const auto text = arguments.options.find("--filter");
    Result<trace::SpanQuery> filter =
        trace::parseSpanQuery(text == arguments.options.end() ? std::string_view() : text->second);
    if (!filter.has_value())
        return tl::unexpected(wrongUsage(command, err, "--filter: " + oneLine(filter.error().message)));
    Result<trace::TraceSnapshotPtr> opened = hasSource ? fromSources(arguments, id, *filter) : fromFiles(arguments);
    if (!opened.has_value()) {
        err << prefixOf(command) << oneLine(opened.error().text()) << '\n';
        const bool isUsage = opened.error().code == ErrorCode::Unsupported && hasSource;
        return tl::unexpected(isUsage ? ExitCode::WrongUsage : exitCodeFor(opened.error()));
    }
    warnOfNotes(command, err, **opened);
    AskedTraces asked{std::move(*opened), {}};
    if (id.empty())
        asked.rows = fittingTraces(command, *asked.snapshot, *filter, err);
    return asked;
}

ExitCode wrongUsage(const CommandInfo &command, std::ostream &err, const std::string &what)
{
    err << prefixOf(command) << what << "; usage: tailspan " << command.synopsis << '\n';
    return ExitCode::WrongUsage;
}

} // namespace tailspan::cli
