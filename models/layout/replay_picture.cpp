// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/replay_picture.h"

#include "models/loadtest/omission_what_if.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>

namespace tailspan::layout {

using namespace loadtest;

namespace {

constexpr std::size_t kStopEvery = 64; // buckets between two looks at the stop token

double orNoValue(std::optional<std::int64_t> ns)
{
    return ns ? static_cast<double>(*ns) : kNoValue;
}

/// The buckets whose step overlaps the window.
std::vector<Bucket>::const_iterator firstIn(const std::vector<Bucket> &timeline, TimeRange window)
{
    return std::upper_bound(timeline.begin(), timeline.end(), window.begin,
                            [](TimePoint t, const Bucket &bucket) { return t < bucket.range.end; });
}

class PictureBuilder {
public:
    PictureBuilder(const LoadTestReport &report, ReplayPicture &picture) : m_report(report), m_picture(picture)
    {
        m_picture.heatRows = heatRowsOf(*picture.overview);
        m_picture.errors.resize(picture.overview->errorKinds.size());
    }

    /// Adds a step made of [first, last); joins them when there are several.
    void addStep(const Bucket *first, const Bucket *last)
    {
        const TimeRange range{first->range.begin, std::prev(last)->range.end};
        if (!m_picture.steps.empty() && m_picture.steps.back().range.end < range.begin)
            addIdle({m_picture.steps.back().range.end, range.begin});
        RequestTallies requests = first->requests;
        std::vector<double> kinds(m_picture.errors.size(), 0);
        double count = 0;
        ReplayStep step;
        step.range = range;
        for (const Bucket *bucket = first; bucket != last; ++bucket) {
            if (bucket != first)
                requests.merge(bucket->requests);
            if (bucket->users)
                step.users = std::isnan(step.users) ? *bucket->users : std::max(step.users, *bucket->users);
            countFailures(*bucket, kinds);
            count += requestsIn(*bucket);
        }
        if (m_report.contents.hasRequests && range.length().ns() > 0)
            step.requestsRps = count / range.length().toSeconds();
        addLatency(requests, last - first == 1 ? first->reportedLatency : std::nullopt, step);
        m_picture.steps.push_back(step);
        for (std::size_t kind = 0; kind < kinds.size(); ++kind)
            m_picture.errors[kind].push_back(kinds[kind] > 0 ? kinds[kind] / std::max(count, kinds[kind]) : 0);
    }

private:
    void addIdle(TimeRange range)
    {
        ReplayStep step;
        step.range = range;
        step.requestsRps = m_report.contents.hasRequests ? 0 : kNoValue;
        m_picture.steps.push_back(step);
        for (std::vector<double> &kind : m_picture.errors)
            kind.push_back(0);
        m_picture.heat.resize(m_picture.heat.size() + heatStride(), 0);
        if (m_picture.whatIfInterval)
            m_picture.whatIf.emplace_back();
    }

    void addWhatIf(const LogHistogram &latency)
    {
        WhatIfStep step;
        const auto estimated = loadtest::withExpectedInterval(latency, *m_picture.whatIfInterval);
        if (estimated && !estimated->isEmpty()) {
            const LatencyStats stats = statsOf(*estimated);
            step = {orNoValue(stats.p50Ns), orNoValue(stats.p95Ns), orNoValue(stats.p99Ns)};
        }
        m_picture.whatIf.push_back(step);
    }

    [[nodiscard]] std::size_t heatStride() const
    {
        return m_picture.overview->hasHeat ? static_cast<std::size_t>(m_picture.heatRows.count) : 0;
    }

    void countFailures(const Bucket &bucket, std::vector<double> &kinds) const
    {
        double named = 0;
        for (const FailureCount &failure : bucket.failures) {
            named += static_cast<double>(failure.count);
            if (failure.kind < m_picture.overview->laneOfKind.size())
                kinds[m_picture.overview->laneOfKind[failure.kind]] += static_cast<double>(failure.count);
        }
        const double all = failuresIn(bucket);
        if (all > named)
            kinds[m_picture.overview->laneOfUnnamed] += all - named;
    }

    void addLatency(const RequestTallies &requests, const std::optional<LatencyStats> &reported, ReplayStep &step)
    {
        const LogHistogram latency = latencyOf(requests, {});
        const LatencyStats stats = latency.isEmpty() && reported ? *reported : statsOf(latency);
        step.p50Ns = orNoValue(stats.p50Ns);
        step.p95Ns = orNoValue(stats.p95Ns);
        step.p99Ns = orNoValue(stats.p99Ns);
        if (m_picture.whatIfInterval)
            addWhatIf(latency);
        const std::size_t stride = heatStride();
        if (stride == 0)
            return;
        const std::size_t base = m_picture.heat.size();
        m_picture.heat.resize(base + stride, 0);
        for (const LogHistogram::Bucket &cell : latency.buckets()) {
            const double middle = (static_cast<double>(cell.lowNs) + static_cast<double>(cell.highNs)) / 2;
            std::uint32_t &heat = m_picture.heat[base + static_cast<std::size_t>(m_picture.heatRows.rowOf(middle))];
            heat += static_cast<std::uint32_t>(std::min<std::uint64_t>(cell.count, 1U << 31));
            m_picture.mostHeat = std::max(m_picture.mostHeat, heat);
        }
    }

    const LoadTestReport &m_report;
    ReplayPicture &m_picture;
};

} // namespace

int HeatRows::rowOf(double latencyNs) const
{
    const double row = (std::log10(std::max(latencyNs, 1.0)) - lowLog10Ns) * kRowsPerDecade;
    return std::clamp(static_cast<int>(std::floor(row)), 0, std::max(count - 1, 0));
}

HeatRows heatRowsOf(const ReplayOverview &overview)
{
    HeatRows rows;
    if (overview.highLatencyNs <= 0)
        return rows;
    const double low = std::floor(std::log10(std::max(overview.lowLatencyNs, 1.0)) * HeatRows::kRowsPerDecade);
    const double high = std::floor(std::log10(std::max(overview.highLatencyNs, 1.0)) * HeatRows::kRowsPerDecade) + 1;
    rows.lowLog10Ns = low / HeatRows::kRowsPerDecade;
    rows.count = std::max(static_cast<int>(high - low), HeatRows::kRowsPerDecade);
    return rows;
}

ReplayPicture makeReplayPicture(const LoadTestReport &report, ReplayOverviewPtr overview, TimeRange window,
                                int mostSteps, std::stop_token stop, std::optional<Duration> whatIfInterval)
{
    ReplayPicture picture;
    picture.whatIfInterval = whatIfInterval;
    picture.overview = std::move(overview);
    PictureBuilder builder(report, picture);
    const auto first = firstIn(report.timeline, window);
    const auto last = std::lower_bound(first, report.timeline.end(), window.end,
                                       [](const Bucket &bucket, TimePoint t) { return bucket.range.begin < t; });
    const std::int64_t stepNs = window.length().ns() / std::max(mostSteps, 1);
    std::size_t sinceLook = 0;
    for (auto at = first; at != last;) {
        auto next = std::next(at);
        // A step never spans a stretch in which nothing happened, and joins only what is narrower than a pixel.
        while (next != last && next->range.begin == std::prev(next)->range.end
               && (next->range.end - at->range.begin).ns() <= stepNs)
            ++next;
        builder.addStep(&*at, &*std::prev(next) + 1);
        sinceLook += static_cast<std::size_t>(next - at);
        at = next;
        if (sinceLook >= kStopEvery && stop.stop_requested())
            return picture;
        sinceLook = sinceLook >= kStopEvery ? 0 : sinceLook;
    }
    return picture;
}

} // namespace tailspan::layout
