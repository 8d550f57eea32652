// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/known_formats.h"

#include "app/reports/json_outline.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace tailspan::reports {

namespace {

/// The first bytes, looked at in the ways the rules below need.
struct Facts {
    std::string_view raw;  // as they are
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

bool isHlog(const Facts &f)
{
    return (f.line.starts_with("#[") && contains(f.text, "Histogram log format version"))
        || f.line.starts_with("\"StartTimestamp\",") || contains(f.line, ",HISTF") || contains(f.line, ",HISTi");
}

bool isVegetaCsv(const Facts &f)
{
    const std::string_view code = cell(f.line, 1, ',');
    return cell(f.line, 0, ',').size() == 19 && areDigits(cell(f.line, 0, ',')) && areDigits(code) && code.size() <= 3
        && areDigits(cell(f.line, 2, ','));
}

bool isTabular(const Facts &f, std::string_view header)
{
    std::string line(f.line);
    std::erase(line, '"');
    return line.starts_with(header);
}

struct Rule {
    const char *title;
    bool (*matches)(const Facts &f);
};

// The order matters where one text satisfies several rules: the more special one stands first.
constexpr Rule kRules[] = {
    {"vegeta results (gob)", [](const Facts &f) { return contains(f.raw.substr(0, 16), "\xff\x81\x03\x01\x01\x06"); }},
    {"Taurus final statistics (XML)", [](const Facts &f) { return contains(f.text.substr(0, 2048), "<FinalStatus"); }},
    {"k6 web dashboard (HTML)",
     [](const Facts &f) { return contains(f.text, "application/json; charset=utf-8; gzip; base64"); }},
    {"k6 web dashboard (recorded events)",
     [](const Facts &f) {
         return f.json.has("event") && f.json.has("data")
             && (contains(f.line, "\"param\"") || contains(f.line, "\"metric\"") || contains(f.line, "\"config\"")
                 || contains(f.line, "\"start\"") || contains(f.line, "\"snapshot\""));
     }},
    {"vegeta results (JSON)",
     [](const Facts &f) {
         return f.json.has("attack") && f.json.has("seq") && f.json.has("code") && f.json.has("latency");
     }},
    {"Molotov records",
     [](const Facts &f) {
         return f.json.has("ts") && f.json.has("type")
             && (contains(f.line, "\"request\"") || contains(f.line, "\"workers\"")
                 || contains(f.line, "\"scenario_success\""));
     }},
    {"Locust workers (Taurus)", [](const Facts &f) { return f.json.has("stats.[].num_reqs_per_sec"); }},
    {"autocannon result",
     [](const Facts &f) { return f.json.has("latency.p97_5") && f.json.has("requests") && f.json.has("throughput"); }},
    {"vegeta report (JSON)",
     [](const Facts &f) { return f.json.has("latencies") && f.json.has("bytes_in") && f.json.has("status_codes"); }},
    {"Gatling statistics (JSON)",
     [](const Facts &f) { return f.json.has("stats.numberOfRequests") && f.json.has("contents"); }},
    {"JMeter dashboard statistics (JSON)", [](const Facts &f) { return f.json.has("*.pct1ResTime"); }},
    {"Gatling 1 log", isGatling1},
    {"HdrHistogram log", isHlog},
    {"k6 CSV output", [](const Facts &f) { return f.line.starts_with("metric_name,timestamp,metric_value"); }},
    {"hey requests (CSV)",
     [](const Facts &f) { return f.line.starts_with("response-time,DNS+dialup,DNS,Request-write"); }},
    {"Taurus final statistics (CSV)",
     [](const Facts &f) { return isTabular(f, "label,avg_ct") || isTabular(f, "label,concurrency,throughput"); }},
    {"vegeta results (CSV)", isVegetaCsv},
    {"ab requests (gnuplot)", [](const Facts &f) { return f.line.starts_with("starttime\tseconds\tctime"); }},
    {"ab percentiles (CSV)", [](const Facts &f) { return f.line.starts_with("Percentage served,Time in ms"); }},
    {"Tsung dump", [](const Facts &f) { return f.line.starts_with("#date;pid;id;http method"); }},
    {"Tsung statistics",
     [](const Facts &f) { return contains(f.text, "# stats: dump at ") || f.json.has("stats.[].samples"); }},
    {"wrk2 output",
     [](const Facts &f) {
         return f.text.starts_with("Running ") && contains(f.line, " test @ ")
             && (contains(f.text, "Thread calibration") || contains(f.text, "Recorded Latency"));
     }},
    {"wrk output", [](const Facts &f) { return f.text.starts_with("Running ") && contains(f.line, " test @ "); }},
    {"hey output",
     [](const Facts &f) { return contains(f.text, "Summary:\n  Total:") && contains(f.text, "Requests/sec"); }},
    {"ab output", [](const Facts &f) { return contains(f.text, "This is ApacheBench"); }},
    {"siege output",
     [](const Facts &f) {
         return contains(f.text, "** SIEGE") || contains(f.line, "Date & Time,")
             || ((f.text.starts_with("HTTP/1.") || f.text.starts_with("HTTP/2")) && contains(f.text, " secs: ")
                 && contains(f.text, " bytes ==> "))
             || (areDigits(cell(f.line, 0, ',')) && cell(f.line, 1, ',').starts_with("HTTP/"));
     }},
    {"HdrHistogram percentiles",
     [](const Facts &f) {
         return (contains(f.text, "Value") && contains(f.text, "Percentile") && contains(f.text, "TotalCount"))
             || f.line.starts_with("Value(ms)");
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
    const Facts facts{head.bytes, text, firstLine(text), JsonOutline(text)};
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
