// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/locust_html_history.h"

#include "app/reports/report_text.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

/// 4.2, {"value": 4.2, "users": 5}, ["2026-11-23T14:25:38Z", 4.2]
std::optional<double> figureOf(const Json &value)
{
    if (value.is_object())
        return numberAt(value, "value");
    if (value.is_array())
        return value.size() == 2 ? numberOf(value[1]) : std::nullopt;
    return numberOf(value);
}

/// "0.95", "95" and "0.950" are p95; nullptr for a percentile that reports have no place for.
std::optional<std::int64_t> *placeOf(std::string_view percentile, LatencyStats &latency)
{
    const auto number = numberOf(Json::parse(percentile, nullptr, false));
    if (!number)
        return nullptr;
    const double percent = *number <= 1 ? *number * 100 : *number;
    const auto is = [percent](double wanted) { return percent > wanted - 0.001 && percent < wanted + 0.001; };
    if (is(50))
        return &latency.p50Ns;
    if (is(90))
        return &latency.p90Ns;
    if (is(95))
        return &latency.p95Ns;
    return is(99) ? &latency.p99Ns : nullptr;
}

} // namespace

void setLocustFigure(std::string_view key, const Json &value, LocustMoment &moment)
{
    constexpr std::string_view kPercentile = "response_time_percentile_";
    const auto figure = figureOf(value);
    if (!figure || *figure < 0)
        return;
    if (key == "user_count")
        moment.users = figure;
    else if (key == "current_rps")
        moment.rps = figure;
    else if (key == "current_fail_per_sec")
        moment.failuresPerSecond = figure;
    else if (key.starts_with(kPercentile) && *figure > 0) {
        if (auto *place = placeOf(key.substr(kPercentile.size()), moment.latency))
            *place = nsFromMs(*figure);
    }
}

void addLocustMoments(const std::vector<LocustMoment> &moments, LoadTestReport &report)
{
    constexpr std::int64_t kUsualNs = 5'000'000'000;
    for (const LocustMoment &moment : moments) {
        const TimePoint end(moment.timeNs);
        const bool isFirst = report.timeline.empty();
        TimePoint begin = isFirst ? end - Duration(kUsualNs) : report.timeline.back().range.end;
        if (isFirst && report.startedAt && *report.startedAt < end)
            begin = std::max(begin, *report.startedAt);
        if (end <= begin) {
            report.quality.add(QualityIssue::MalformedRecord, 1, "a moment that is not behind the one ahead of it");
            continue;
        }
        Bucket step;
        step.range = {begin, end};
        step.users = moment.users;
        step.reportedLatency = moment.latency;
        step.reportedRps = moment.rps;
        if (moment.rps && *moment.rps > 0)
            step.reportedErrorRatio = std::min(moment.failuresPerSecond.value_or(0) / *moment.rps, 1.0);
        if (moment.users) {
            report.contents.hasUsers = true;
            report.peakUsers = std::max(report.peakUsers.value_or(0), *moment.users);
        }
        report.timeline.push_back(std::move(step));
    }
    if (report.timeline.empty())
        return;
    report.bucketWidth = Duration(kUsualNs);
    report.clock = ClockConvention::BucketEnd;
    report.contents.latencyDetail = LatencyDetail::Steps;
    if (!report.startedAt) {
        report.startedAt = report.timeline.front().range.begin;
        report.duration = report.timeline.back().range.end - *report.startedAt;
    }
}

} // namespace tailspan::reports
