// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/known_formats.h"

#include "app/reports/json_outline.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace tailspan::reports {

namespace {

/// The first bytes, looked at in the ways the rules below need.
struct Facts {
    std::string_view text; // without leading blanks and colours
    std::string_view line; // first line of text
    JsonOutline json;
};

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

bool areDigits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view cell(std::string_view line, std::size_t number, char delimiter)
{
    for (; number > 0; --number) {
        const std::size_t at = line.find(delimiter);
        if (at == std::string_view::npos)
            return {};
        line.remove_prefix(at + 1);
    }
    return line.substr(0, line.find(delimiter));
}

bool isGatling1(const Facts &f)
{
    return cell(f.line, 2, '\t') == "SCENARIO" || f.line.starts_with("ACTION\t")
        || (f.line.starts_with("RUN\t") && contains(f.text, "\nACTION\t"));
}

struct Rule {
    const char *title;
    bool (*matches)(const Facts &f);
};

// The order matters where one text satisfies several rules: the more special one stands first.
constexpr Rule kRules[] = {
    {"Molotov records",
     [](const Facts &f) {
         return f.json.has("ts") && f.json.has("type")
             && (contains(f.line, "\"request\"") || contains(f.line, "\"workers\"")
                 || contains(f.line, "\"scenario_success\""));
     }},
    {"Locust workers (Taurus)", [](const Facts &f) { return f.json.has("stats.[].num_reqs_per_sec"); }},
    {"Gatling statistics (JSON)",
     [](const Facts &f) { return f.json.has("stats.numberOfRequests") && f.json.has("contents"); }},
    {"JMeter dashboard statistics (JSON)", [](const Facts &f) { return f.json.has("*.pct1ResTime"); }},
    {"Gatling 1 log", isGatling1},
    {"Tsung dump", [](const Facts &f) { return f.line.starts_with("#date;pid;id;http method"); }},
    {"Tsung statistics",
     [](const Facts &f) { return contains(f.text, "# stats: dump at ") || f.json.has("stats.[].samples"); }},
    {"siege output",
     [](const Facts &f) {
         return contains(f.text, "** SIEGE") || contains(f.line, "Date & Time,")
             || ((f.text.starts_with("HTTP/1.") || f.text.starts_with("HTTP/2")) && contains(f.text, " secs: ")
                 && contains(f.text, " bytes ==> "))
             || (areDigits(cell(f.line, 0, ',')) && cell(f.line, 1, ',').starts_with("HTTP/"));
     }},
    {"vegeta report (text)",
     [](const Facts &f) { return f.line.starts_with("Requests ") && contains(f.text, "[total, rate"); }},
    {"k6 console summary",
     [](const Facts &f) { return contains(f.text, "http_req_duration....") && contains(f.text, "avg="); }},
    {"JMeter log",
     [](const Facts &f) { return contains(f.text, " jmeter.") || contains(f.text, "o.a.j.r.Summariser"); }},
    {"Iago log", [](const Facts &f) { return contains(f.text, "com.twitter.") || contains(f.text, "stats: {"); }},
};

constexpr std::array kTraceRules{
    Rule{"Jaeger JSON", [](const Facts &f) { return f.json.has("data.[].spans") || f.json.has("data.[].traceID"); }},
    Rule{"OTLP JSON", [](const Facts &f) { return f.json.has("resourceSpans"); }},
    Rule{"Zipkin JSON",
         [](const Facts &f) { return f.json.has("[].traceId") && f.json.has("[].id") && !f.json.has("[].spanId"); }},
    Rule{"Jaeger JSON", [](const Facts &f) { return f.json.has("traceID") && f.json.has("spans"); }},
    Rule{"span records",
         [](const Facts &f) {
             return (f.json.has("traceId") && f.json.has("spanId"))
                 || (f.json.has("[].traceId") && f.json.has("[].spanId")) || contains(f.line, "trace_id,")
                 || contains(f.text.substr(0, 4096), "\"traceId\"");
         }},
};

template <class Rules>
std::optional<std::string> firstMatch(const Rules &rules, const bytes::Head &head)
{
    const std::string_view text = withoutLeadingBlanks(head.bytes);
    const Facts facts{text, firstLine(text), JsonOutline(text)};
    for (const Rule &rule : rules) {
        if (rule.matches(facts))
            return rule.title;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> unreadFormatOf(const bytes::Head &head)
{
    return firstMatch(kRules, head);
}

std::optional<std::string> traceFormatOf(const bytes::Head &head)
{
    return firstMatch(kTraceRules, head);
}

} // namespace tailspan::reports
