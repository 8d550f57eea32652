// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/trace_list_filter.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tailspan::items {

namespace {

using Kind = TraceFilterTerm::Kind;

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string loweredText(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lowered);
    return result;
}

/// `needle` is in lower case already. Only ASCII letters are folded: names of services and routes.
bool containsText(std::string_view text, std::string_view needle)
{
    const auto found = std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                                   [](char a, char b) { return lowered(a) == b; });
    return found != text.end() || needle.empty();
}

struct Token {
    std::string text;
    bool isQuoted = false; ///< It began with a quote: text, whatever it looks like.
};

/// Splits at spaces outside of double quotes; the quotes go away.
std::vector<Token> tokensOf(std::string_view text)
{
    std::vector<Token> tokens;
    Token token;
    bool isInQuotes = false;
    bool hasToken = false;
    for (const char c : text) {
        if (c == '"') {
            token.isQuoted = token.isQuoted || !hasToken;
            isInQuotes = !isInQuotes;
            hasToken = true;
        } else if (!isInQuotes && (c == ' ' || c == '\t' || c == '\n')) {
            if (!token.text.empty())
                tokens.push_back(token);
            token = {};
            hasToken = false;
        } else {
            token.text += c;
            hasToken = true;
        }
    }
    if (!token.text.empty())
        tokens.push_back(token);
    return tokens;
}

bool startsWith(std::string_view text, std::string_view prefix)
{
    return loweredText(text.substr(0, prefix.size())) == prefix;
}

Result<TraceFilterTerm> parseTerm(const Token &token)
{
    const std::string_view text = token.text;
    constexpr std::string_view kService = "service=";
    constexpr std::string_view kDuration = "duration>";
    if (token.isQuoted)
        return TraceFilterTerm{Kind::Text, token.text, {}};
    if (startsWith(text, kService) && text.size() > kService.size())
        return TraceFilterTerm{Kind::Service, std::string(text.substr(kService.size())), {}};
    if (loweredText(text) == "status=error")
        return TraceFilterTerm{Kind::ErrorsOnly, {}, {}};
    if (!startsWith(text, kDuration))
        return TraceFilterTerm{Kind::Text, token.text, {}};
    const bool isInclusive = text.size() > kDuration.size() && text[kDuration.size()] == '=';
    const std::string_view value = text.substr(kDuration.size() + (isInclusive ? 1 : 0));
    const std::optional<Duration> minimum = parseDuration(value);
    if (!minimum.has_value())
        return fail(ErrorCode::Malformed,
                    "\"" + std::string(value) + "\" is not a duration. Write a number and a unit: duration>500ms");
    return TraceFilterTerm{Kind::MinDuration, {}, isInclusive ? *minimum : *minimum + Duration(1)};
}

} // namespace

std::optional<Duration> parseDuration(std::string_view text)
{
    struct Unit {
        std::string_view name;
        double ns;
    };
    constexpr std::array<Unit, 8> kUnits{
        {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"μs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 6e10}, {"h", 3.6e12}}};
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || !std::isfinite(number) || number < 0)
        return std::nullopt;
    std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
    while (!rest.empty() && rest.front() == ' ')
        rest.remove_prefix(1);
    for (const Unit &unit : kUnits) {
        if (rest == unit.name && number * unit.ns < 9.2e18)
            return Duration(std::llround(number * unit.ns));
    }
    return std::nullopt;
}

Result<TraceListFilter> parseTraceFilter(std::string_view text)
{
    TraceListFilter filter;
    for (const Token &token : tokensOf(text)) {
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
        const std::string needle = loweredText(term.text);
        if (isText || term.kind == Kind::Service) {
            names.services.resize(snapshot.serviceCount());
            for (std::uint32_t i = 0; i < names.services.size(); ++i) {
                const std::string_view name = snapshot.serviceName(ServiceId(i));
                names.services[i] = isText ? containsText(name, needle) : name == term.text;
            }
        }
        if (isText) {
            names.operations.resize(snapshot.operationCount());
            for (std::uint32_t i = 0; i < names.operations.size(); ++i) {
                names.operations[i] = containsText(snapshot.operationName(OperationId(i)), needle);
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
    return containsText(m_snapshot.traceIdText(trace), loweredText(m_filter.terms[term].text));
}

} // namespace tailspan::items
