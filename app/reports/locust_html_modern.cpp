// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/json_scan.h"
#include "app/reports/locust_entries.h"
#include "app/reports/locust_html_history.h"
#include "app/reports/report_text.h"

#include <map>
#include <string>

namespace tailspan::reports {

using namespace loadtest;

namespace {

std::optional<std::int64_t> nsAt(const Json &object, std::string_view key)
{
    const auto ms = numberAt(object, key);
    return ms && *ms >= 0 ? std::optional(nsFromMs(*ms)) : std::nullopt;
}

/// Percentiles stand in a list of their own, by method and name.
std::map<std::string, const Json *> percentilesByName(const Json &root)
{
    std::map<std::string, const Json *> ofName;
    for (const Json &entry : child(root, "response_time_statistics"))
        ofName.emplace(locustName(textAt(entry, "method"), textAt(entry, "name")), &entry);
    return ofName;
}

void addEntries(const Json &root, LoadTestReport &report)
{
    static const Json kNothing;
    const std::map<std::string, const Json *> ofName = percentilesByName(root);
    for (const Json &from : child(root, "requests_statistics")) {
        LocustEntry entry;
        entry.name = locustName(textAt(from, "method"), textAt(from, "name"));
        entry.isTotal = isLocustTotal(textAt(from, "method"), textAt(from, "name"));
        entry.requests = countAt(from, "num_requests").value_or(0);
        entry.failures = countAt(from, "num_failures").value_or(0);
        const auto own = ofName.find(entry.name);
        const Json &percentiles = own == ofName.end() ? kNothing : *own->second;
        entry.latency.meanNs = nsAt(from, "avg_response_time");
        entry.latency.p50Ns = nsAt(percentiles, "0.5");
        if (!entry.latency.p50Ns)
            entry.latency.p50Ns = nsAt(from, "median_response_time");
        entry.latency.p90Ns = nsAt(percentiles, "0.9");
        entry.latency.p95Ns = nsAt(percentiles, "0.95");
        entry.latency.p99Ns = nsAt(percentiles, "0.99");
        entry.latency.maxNs = nsAt(from, "max_response_time");
        entry.rps = numberAt(from, "total_rps");
        addLocustEntry(entry, report);
    }
    finishLocustEntries(report);
}

void addMoments(const Json &root, LoadTestReport &report)
{
    std::vector<LocustMoment> moments;
    for (const Json &from : child(root, "history")) {
        const auto time = parseIsoTimeNs(textAt(from, "time"));
        if (!from.is_object() || !time) {
            report.quality.add(QualityIssue::MissingField, 1, "a moment without a time");
            continue;
        }
        LocustMoment moment;
        moment.timeNs = *time;
        for (const auto &item : from.items())
            setLocustFigure(item.key(), item.value(), moment);
        moments.push_back(moment);
    }
    addLocustMoments(moments, report);
}

void addFailures(const Json &root, LoadTestReport &report)
{
    std::map<std::string, std::uint64_t> countOfKind;
    for (const Json &failure : child(root, "failures_statistics"))
        countOfKind[locustFailureKind(textAt(failure, "error"))] += countAt(failure, "occurrences").value_or(0);
    setLocustFailures(countOfKind, report);
}

} // namespace

Result<> readModernLocustPage(std::string_view page, const std::string &name, LoadTestReport &report)
{
    constexpr std::string_view kMark = "window.templateArgs";
    const std::size_t mark = page.find(kMark);
    const std::size_t begin = mark == std::string_view::npos ? mark : page.find('{', mark);
    if (begin == std::string_view::npos)
        return fail(ErrorCode::Malformed, "holds no figures behind window.templateArgs", name);
    const std::size_t end = skipValue(page, begin);
    TS_TRY(const JsonDocument document, parseJsonDocument(page.substr(begin, end - begin), name));
    const Json &root = document.root;
    report.quality.merge(document.quality);
    report.contents.isComplete = end != std::string_view::npos && !document.isTruncated;
    const auto start = parseIsoTimeNs(textAt(root, "start_time"));
    const auto finish = parseIsoTimeNs(textAt(root, "end_time"));
    if (start && finish && *start < *finish) {
        report.startedAt = TimePoint(*start);
        report.duration = TimePoint(*finish) - TimePoint(*start);
    }
    addEntries(root, report);
    addMoments(root, report);
    addFailures(root, report);
    const std::string script = plainName(textAt(root, "locustfile"));
    if (!script.empty())
        report.notes.push_back("Test script " + script + ".");
    return {};
}

} // namespace tailspan::reports
