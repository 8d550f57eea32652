// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/trace_list_filter.h"

#include "models/base/number_text.h"
#include "models/trace/query_text.h"

#include <algorithm>

namespace tailspan::items {

namespace {

using Kind = TraceFilterTerm::Kind;

Result<TraceFilterTerm> parseTerm(const trace::QueryToken &token)
{
    constexpr std::string_view kService = "service=";
    const std::string_view text = token.text;
    if (token.isQuoted)
        return TraceFilterTerm{Kind::Text, token.text, {}};
    const std::string lowered = trace::loweredText(text);
    if (lowered.starts_with(kService) && text.size() > kService.size())
        return TraceFilterTerm{Kind::Service, std::string(text.substr(kService.size())), {}};
    if (lowered == "status=error")
        return TraceFilterTerm{Kind::ErrorsOnly, {}, {}};
    TS_TRY(const std::optional<trace::DurationBound> duration, trace::parseDurationBound(text));
    if (duration && duration->isMinimum)
        return TraceFilterTerm{Kind::MinDuration, {}, duration->bound};
    return TraceFilterTerm{Kind::Text, token.text, {}};
}

} // namespace

Result<TraceListFilter> parseTraceFilter(std::string_view text)
{
    TraceListFilter filter;
    for (const trace::QueryToken &token : trace::queryTokens(text)) {
        TS_TRY(TraceFilterTerm term, parseTerm(token));
        filter.terms.push_back(std::move(term));
    }
    return filter;
}

std::string termLabel(const TraceFilterTerm &term)
{
    switch (term.kind) {
    case Kind::Text: return "contains " + term.text;
    case Kind::Service: return "service = " + term.text;
    case Kind::MinDuration: {
        const Duration below = term.minimum - Duration(1);
        const bool isExclusive = term.minimum.ns() > 0 && term.minimum.ns() % 10 == 1;
        return isExclusive ? "duration > " + durationText(below) : "duration \u2265 " + durationText(term.minimum);
    }
    case Kind::ErrorsOnly: return "with errors";
    }
    return {};
}

std::string termSource(const TraceFilterTerm &term)
{
    switch (term.kind) {
    case Kind::Text: return "\"" + term.text + "\"";
    case Kind::Service: return "service=\"" + term.text + "\"";
    case Kind::MinDuration: return "duration>=" + std::to_string(term.minimum.ns()) + "ns";
    case Kind::ErrorsOnly: return "status=error";
    }
    return {};
}

std::string filterSource(const TraceListFilter &filter)
{
    std::string source;
    for (const TraceFilterTerm &term : filter.terms)
        source += (source.empty() ? "" : " ") + termSource(term);
    return source;
}

TraceMatcher::TraceMatcher(const trace::TraceSnapshot &snapshot, const TraceListFilter &filter)
    : m_snapshot(snapshot), m_filter(filter)
{
    for (const TraceFilterTerm &term : filter.terms) {
        Names names;
        const bool isText = term.kind == Kind::Text;
        const std::string needle = trace::loweredText(term.text);
        if (isText || term.kind == Kind::Service) {
            names.services.resize(snapshot.serviceCount());
            for (std::uint32_t i = 0; i < names.services.size(); ++i) {
                const std::string_view name = snapshot.serviceName(ServiceId(i));
                names.services[i] = isText ? trace::containsLowered(name, needle) : name == term.text;
            }
        }
        if (isText) {
            names.operations.resize(snapshot.operationCount());
            for (std::uint32_t i = 0; i < names.operations.size(); ++i) {
                names.operations[i] = trace::containsLowered(snapshot.operationName(OperationId(i)), needle);
                names.hasOperation = names.hasOperation || names.operations[i] != 0;
            }
        }
        m_names.push_back(std::move(names));
    }
}

bool TraceMatcher::matches(const trace::TraceSummary &trace) const
{
    for (std::size_t i = 0; i < m_filter.terms.size(); ++i) {
        if (!matchesTerm(trace, i))
            return false;
    }
    return true;
}

bool TraceMatcher::matchesTerm(const trace::TraceSummary &trace, std::size_t term) const
{
    switch (m_filter.terms[term].kind) {
    case Kind::Text: return matchesText(trace, term);
    case Kind::Service: return matchesService(trace, m_names[term]);
    case Kind::MinDuration: return trace.durationNs >= m_filter.terms[term].minimum.ns();
    case Kind::ErrorsOnly: return trace.errorCount > 0;
    }
    return true;
}

bool TraceMatcher::matchesService(const trace::TraceSummary &trace, const Names &names) const
{
    const auto services = m_snapshot.servicesOf(trace);
    return std::any_of(services.begin(), services.end(),
                       [&names](std::uint32_t service) { return names.services[service] != 0; });
}

bool TraceMatcher::matchesText(const trace::TraceSummary &trace, std::size_t term) const
{
    const Names &names = m_names[term];
    if (matchesService(trace, names))
        return true;
    if (names.hasOperation) {
        const std::vector<std::uint32_t> &operations = m_snapshot.spans().operation;
        for (std::uint32_t r = trace.firstRow; r < trace.firstRow + trace.spanCount; ++r) {
            if (names.operations[operations[r]] != 0)
                return true;
        }
    }
    return trace::containsLowered(m_snapshot.traceIdText(trace), trace::loweredText(m_filter.terms[term].text));
}

} // namespace tailspan::items
