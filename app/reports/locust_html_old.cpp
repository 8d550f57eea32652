// SPDX-License-Identifier: GPL-3.0-or-later
// Locust's pages up to 2.2x: the history as a piece of script that is not quite JSON, everything else in tables.
#include "app/reports/html_tables.h"
#include "app/reports/json_scan.h"
#include "app/reports/locust_entries.h"
#include "app/reports/locust_html_history.h"
#include "app/reports/report_text.h"

#include <algorithm>
#include <array>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;

std::string cellOf(const std::vector<std::string> &row, std::size_t column)
{
    return column < row.size() ? row[column] : std::string();
}

std::optional<double> numberIn(const std::string &text)
{
    const NumberScan scan = scanNumber(text);
    const bool isFine = scan.state == NumberScan::State::Fine && scan.length == text.size() && scan.value >= 0;
    return isFine ? std::optional(scan.value) : std::nullopt;
}

std::optional<std::int64_t> nsIn(const std::string &text)
{
    const auto ms = numberIn(text);
    return ms ? std::optional(nsFromMs(*ms)) : std::nullopt;
}

std::uint64_t countIn(const std::string &text)
{
    return static_cast<std::uint64_t>(std::min(numberIn(text).value_or(0), 9e15));
}

/// "2026-11-23 14:25:33", the first such time from `at` on, which is moved behind it. Locust writes UTC.
std::optional<std::int64_t> nextTime(std::string_view text, std::size_t &at)
{
    constexpr std::size_t kLength = 19;
    for (; at + kLength <= text.size(); ++at) {
        const std::string_view part = text.substr(at, kLength);
        if (part[4] != '-' || part[7] != '-' || part[13] != ':' || part[16] != ':')
            continue;
        if (const auto ns = parseIsoTimeNs(part)) {
            at += kLength;
            return ns;
        }
    }
    return std::nullopt;
}

void setTimes(std::string_view page, LoadTestReport &report)
{
    constexpr std::size_t kWindow = 400;
    const std::size_t during = page.find("During:");
    if (during == std::string_view::npos)
        return;
    const std::string_view text = page.substr(during, kWindow);
    std::size_t at = 0;
    const auto start = nextTime(text, at);
    const auto end = nextTime(text, at);
    if (!start || !end || *end <= *start)
        return;
    report.startedAt = TimePoint(*start);
    report.duration = TimePoint(*end) - TimePoint(*start);
}

/// The list behind `"key":`, as JSON.
Json listOf(std::string_view script, std::string_view key, const std::string &name)
{
    const std::size_t at = script.find("\"" + std::string(key) + "\"");
    const std::size_t begin = at == std::string_view::npos ? at : script.find('[', at);
    const std::size_t end = begin == std::string_view::npos ? begin : skipValue(script, begin);
    if (end == std::string_view::npos)
        return {};
    auto document = parseJsonDocument(script.substr(begin, end - begin), name);
    return document ? std::move(document->root) : Json();
}

/// Times are a clock in UTC; the day is that of the start, and the next one where the clock goes back.
void addMoments(std::string_view script, const std::string &name, LoadTestReport &report)
{
    constexpr std::array<std::string_view, 7> kKeys{"user_count",
                                                    "current_rps",
                                                    "current_fail_per_sec",
                                                    "response_time_percentile_50",
                                                    "response_time_percentile_95",
                                                    "response_time_percentile_0.5",
                                                    "response_time_percentile_0.95"};
    const Json times = listOf(script, "time", name);
    std::vector<LocustMoment> moments;
    const std::int64_t startNs = report.startedAt.value_or(TimePoint()).ns();
    std::int64_t dayNs = startNs - startNs % kDayNs;
    for (const Json &time : times) {
        const auto clock = time.is_string() ? parseIsoTimeNs("1970-01-01T" + time.get<std::string>()) : std::nullopt;
        LocustMoment moment;
        moment.timeNs = saturatingAdd(dayNs, clock.value_or(0));
        const std::int64_t before = moments.empty() ? startNs : moments.back().timeNs;
        if (clock && moment.timeNs < saturatingSubtract(before, kDayNs / 2)) {
            dayNs = saturatingAdd(dayNs, kDayNs);
            moment.timeNs = saturatingAdd(moment.timeNs, kDayNs);
        }
        moments.push_back(moment);
    }
    for (const std::string_view key : kKeys) {
        const Json values = listOf(script, key, name);
        for (std::size_t i = 0; i < std::min(values.size(), moments.size()); ++i)
            setLocustFigure(key, values[i], moments[i]);
    }
    const bool hasDate = report.startedAt.has_value();
    addLocustMoments(moments, report);
    if (!hasDate) {
        report.startedAt.reset();
        report.notes.emplace_back("The times of the page hold no date: only their differences mean something.");
    }
}

void addPercentiles(const HtmlTable &table, std::map<std::string, LatencyStats> &ofName)
{
    for (const auto &row : table.rows) {
        LatencyStats &stats =
            ofName[locustName(cellOf(row, table.column("Method")), cellOf(row, table.column("Name")))];
        stats.p50Ns = nsIn(cellOf(row, table.column("50%ile (ms)")));
        stats.p90Ns = nsIn(cellOf(row, table.column("90%ile (ms)")));
        stats.p95Ns = nsIn(cellOf(row, table.column("95%ile (ms)")));
        stats.p99Ns = nsIn(cellOf(row, table.column("99%ile (ms)")));
    }
}

void addEntries(const HtmlTable &table, std::map<std::string, LatencyStats> &percentiles, LoadTestReport &report)
{
    for (const auto &row : table.rows) {
        const std::string method = cellOf(row, table.column("Method"));
        const std::string name = cellOf(row, table.column("Name"));
        LocustEntry entry;
        entry.name = locustName(method, name);
        entry.isTotal = isLocustTotal(method, name);
        entry.requests = countIn(cellOf(row, table.column("# Requests")));
        entry.failures = countIn(cellOf(row, table.column("# Fails")));
        entry.latency = percentiles[entry.name];
        entry.latency.meanNs = nsIn(cellOf(row, table.column("Average (ms)")));
        entry.latency.maxNs = nsIn(cellOf(row, table.column("Max (ms)")));
        entry.rps = numberIn(cellOf(row, table.column("RPS")));
        addLocustEntry(entry, report);
    }
    finishLocustEntries(report);
}

} // namespace

Result<> readOldLocustPage(std::string_view page, const std::string &name, LoadTestReport &report)
{
    setTimes(page, report);
    const std::vector<HtmlTable> tables = htmlTables(page);
    std::map<std::string, LatencyStats> percentiles;
    std::map<std::string, std::uint64_t> countOfKind;
    const HtmlTable *requests = nullptr;
    for (const HtmlTable &table : tables) {
        if (table.column("50%ile (ms)") != std::string::npos)
            addPercentiles(table, percentiles);
        if (table.column("# Requests") != std::string::npos)
            requests = &table;
        const std::size_t occurrences = table.column("Occurrences");
        for (const auto &row : table.rows) {
            if (occurrences != std::string::npos)
                countOfKind[locustFailureKind(cellOf(row, table.column("Error")))] += countIn(cellOf(row, occurrences));
        }
    }
    const std::size_t mark = page.find("var stats_history");
    if (requests == nullptr && mark == std::string_view::npos)
        return fail(ErrorCode::Malformed, "holds neither tables nor a history of Locust's", name);
    if (requests != nullptr)
        addEntries(*requests, percentiles, report);
    setLocustFailures(countOfKind, report);
    if (mark != std::string_view::npos)
        addMoments(page.substr(mark), name, report);
    return {};
}

} // namespace tailspan::reports
