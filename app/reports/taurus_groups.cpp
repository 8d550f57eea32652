// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/taurus_groups.h"

#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"
#include "models/loadtest/timeline.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

void addFailures(const TaurusGroup &group, LoadTestReport &report)
{
    std::uint64_t left = group.failures.value_or(0);
    for (const auto &[code, count] : group.codes) {
        const auto status = integerIn(code);
        if (status && *status >= 200 && *status < 400)
            continue;
        const std::uint64_t counted = std::min(count, left);
        addRunFailure(report, status ? "status " + code : failureText(code), counted);
        left -= counted;
    }
    addRunFailure(report, "failed by Taurus' criteria, with an expected status", left);
}

} // namespace

bool TaurusGroup::set(std::string_view name, std::string_view parameter, std::string_view value)
{
    const auto count = leadingCount(value);
    const auto seconds = nsFromSecondsText(value);
    if (name == "throughput")
        samples = count;
    else if (name == "fail")
        failures = count;
    else if (name == "bytes")
        bytes = count;
    else if (name == "concurrency")
        concurrency = leadingNumber(value);
    else if (name == "avg_rt")
        latency.meanNs = seconds;
    else if (name == "rc" && count && *count > 0)
        codes.emplace_back(plainName(parameter), *count);
    else if (name == "perc") {
        const auto percent = leadingNumber(parameter);
        if (auto *field = percent ? fieldOf(latency, *percent) : nullptr)
            *field = seconds;
    }
    return leadingNumber(value).has_value();
}

void fillFromTaurus(const std::vector<TaurusGroup> &groups, std::optional<Duration> duration, LoadTestReport &report)
{
    report.duration = duration;
    for (const TaurusGroup &group : groups) {
        if (group.label.empty()) {
            if (group.samples)
                setRunCounts(report, *group.samples, group.failures);
            addFailures(group, report);
            setRunLatency(report, group.latency);
            report.peakUsers = group.concurrency;
            continue;
        }
        Endpoint endpoint;
        endpoint.name = group.label;
        endpoint.hasFailures = group.failures.has_value();
        const std::uint64_t samples = group.samples.value_or(0);
        endpoint.requests.of(RequestClass::Failed).count = std::min(group.failures.value_or(0), samples);
        endpoint.requests.of(RequestClass::Ok).count = samples - endpoint.requests.of(RequestClass::Failed).count;
        if (group.latency != LatencyStats{})
            endpoint.reportedLatency = group.latency;
        report.endpoints.push_back(std::move(endpoint));
    }
    std::stable_sort(report.endpoints.begin(), report.endpoints.end(), [](const Endpoint &a, const Endpoint &b) {
        return requestCount(a.requests, {}) > requestCount(b.requests, {});
    });
    report.notes.emplace_back("No timeline: these are Taurus' final statistics, figures of the whole run only. Its "
                              "kpi.jtl holds each request.");
    report.notes.emplace_back("Percentiles are Taurus' own, in milliseconds at best, and cover every finished request, "
                              "failed ones included.");
    if (report.peakUsers)
        report.notes.emplace_back("Users are the concurrency at the end of the run, which can be less than its peak.");
    if (!duration)
        report.notes.emplace_back("The file does not hold the duration, so there is no rate.");
    report.notes.emplace_back("The file does not say when the run began and holds no limits.");
}

} // namespace tailspan::reports
