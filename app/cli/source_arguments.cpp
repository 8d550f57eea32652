// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/source_arguments.h"

#include "app/cli/named_source.h"
#include "models/base/iso_time.h"
#include "models/trace/query_text.h"
#include "models/trace/store_query.h"

#include <charconv>
#include <limits>
#include <optional>

namespace tailspan::cli {

const char *const kSourceHelp =
    "  --source S        a profile's name, a URL (redis://, rediss://, postgresql://) or env:NAME for a URL in an\n"
    "                    environment variable; several are read as one\n"
    "  --last TIME       the newest part: 15m (default), 2h, 7d, all\n"
    "  --from T, --to T  instead of --last: ISO 8601 or nanoseconds since 1970\n"
    "  --limit N         at most N spans (100000)\n"
    "  --service NAME, --operation NAME, --min-duration 500ms, --errors\n"
    "  --filter EXPR     what the window's filter takes: words, duration>500ms, status=error, key=value,\n"
    "                    key=~pattern, AND, OR, NOT and parentheses\n";

namespace {

constexpr std::string_view kDefaultLast = "15m";

const std::string *valueOf(const Arguments &arguments, std::string_view name)
{
    const auto found = arguments.options.find(name);
    return found == arguments.options.end() ? nullptr : &found->second;
}

std::vector<std::string> valuesOf(const Arguments &arguments, std::string_view name)
{
    std::vector<std::string> values;
    for (const auto &[option, value] : arguments.inOrder) {
        if (option == name)
            values.push_back(value);
    }
    return values;
}

Result<TimePoint> timeOf(const std::string &text, const char *option)
{
    std::int64_t ns = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ns);
    if (error == std::errc() && end == text.data() + text.size())
        return TimePoint(ns);
    if (const auto iso = parseIsoTimeNs(text))
        return TimePoint(*iso);
    return fail(ErrorCode::Unsupported,
                std::string(option) + " takes a time such as 2026-11-23T14:00:00Z or nanoseconds since 1970");
}

Result<std::optional<TimeRange>> rangeOf(const Arguments &arguments, TimePoint now)
{
    constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();
    const std::string *from = valueOf(arguments, "--from");
    const std::string *to = valueOf(arguments, "--to");
    const std::string *last = valueOf(arguments, "--last");
    if (from != nullptr || to != nullptr) {
        if (last != nullptr)
            return fail(ErrorCode::Unsupported, "--last and --from or --to exclude each other");
        TimeRange range{TimePoint(0), TimePoint(kEver)};
        if (from != nullptr) {
            TS_TRY(range.begin, timeOf(*from, "--from"));
        }
        if (to != nullptr) {
            TS_TRY(range.end, timeOf(*to, "--to"));
        }
        return std::optional(range);
    }
    const std::string text = last == nullptr ? std::string(kDefaultLast) : *last;
    if (text == "all")
        return std::optional<TimeRange>();
    const std::optional<Duration> length = trace::parseDuration(text);
    if (!length)
        return fail(ErrorCode::Unsupported, "--last takes a duration such as 15m, 2h or 7d, or all");
    return std::optional(TimeRange{now - *length, TimePoint(kEver)}); // clocks of stores may be ahead of ours
}

Result<trace::StoreQuery> queryOf(const Arguments &arguments, TimePoint now)
{
    trace::StoreQuery asked;
    trace::TraceQuery &query = asked.query;
    TS_TRY(query.range, rangeOf(arguments, now));
    if (const std::string *filter = valueOf(arguments, "--filter")) {
        TS_TRY(asked, trace::storeQueryOf(*filter, query));
    }
    for (const std::string &service : valuesOf(arguments, "--service"))
        query.services.push_back(service);
    for (const std::string &operation : valuesOf(arguments, "--operation"))
        query.operations.push_back(operation);
    if (const std::string *minimum = valueOf(arguments, "--min-duration")) {
        const std::optional<Duration> length = trace::parseDuration(*minimum);
        if (!length)
            return fail(ErrorCode::Unsupported, "--min-duration takes a duration such as 500ms");
        query.minDurationNs = length->ns();
    }
    query.errorsOnly = query.errorsOnly || valueOf(arguments, "--errors") != nullptr;
    return asked;
}

} // namespace

const std::vector<OptionSpec> &sourceOptions()
{
    static const std::vector<OptionSpec> kOptions = {
        {"--source", true},  {"--last", true},      {"--from", true},         {"--to", true},      {"--limit", true},
        {"--service", true}, {"--operation", true}, {"--min-duration", true}, {"--errors", false}, {"--filter", true}};
    return kOptions;
}

Result<SourceArguments> readSourceArguments(const Arguments &arguments, TimePoint now)
{
    SourceArguments result;
    TS_TRY(trace::StoreQuery asked, queryOf(arguments, now));
    result.request.query = std::move(asked.query);
    result.rest = std::move(asked.rest);
    if (const std::string *limit = valueOf(arguments, "--limit")) {
        const auto [end, error] =
            std::from_chars(limit->data(), limit->data() + limit->size(), result.request.spanLimit);
        if (error != std::errc() || end != limit->data() + limit->size() || result.request.spanLimit == 0)
            return fail(ErrorCode::Unsupported, "--limit takes a number of spans from 1 on");
    }
    for (const std::string &name : valuesOf(arguments, "--source")) {
        TS_TRY(sources::SourceToOpen source, namedSource(name));
        result.sources.push_back(std::move(source));
    }
    return result;
}

Result<trace::TraceSnapshotPtr> readSources(const SourceArguments &arguments)
{
    sources::SourceSet set(arguments.sources);
    trace::LiveWindow window(set.inputs(), arguments.request.spanLimit);
    Progress progress;
    sources::SetFetch fetched = set.fetch(arguments.request, {}, progress);
    if (fetched.error)
        return tl::unexpected<Error>(*fetched.error);
    std::move(fetched).addTo(window);
    if (window.droppedTraces() > 0) {
        window.input(0).isComplete = false;
        window.input(0).notes.push_back("older traces were left out to stay within --limit");
    }
    return window.snapshot({}, progress);
}

} // namespace tailspan::cli
