// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/hdr_timeline.h"

#include "models/loadtest/timeline.h"
#include "models/loadtest/timeline_builder.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::size_t kMaxSteps = TimelineBuilder::kMaxBuckets;

RequestTallies talliesOf(const LogHistogram &values)
{
    RequestTallies tallies;
    tallies.of(RequestClass::Ok).count = values.count();
    tallies.of(RequestClass::Ok).latency = values;
    return tallies;
}

/// Joins steps that overlap by more than half of the shorter one; where they overlap less, the later begins later.
std::vector<Bucket> disjoint(std::vector<Bucket> steps)
{
    std::stable_sort(steps.begin(), steps.end(),
                     [](const Bucket &a, const Bucket &b) { return a.range.begin < b.range.begin; });
    std::vector<Bucket> result;
    for (Bucket &step : steps) {
        if (result.empty() || !(step.range.begin < result.back().range.end)) {
            result.push_back(std::move(step));
            continue;
        }
        Bucket &last = result.back();
        const Duration overlap = std::min(last.range.end, step.range.end) - step.range.begin;
        const Duration shorter = std::min(last.range.length(), step.range.length());
        if (overlap.ns() >= shorter.ns() - overlap.ns()) {
            last.range = last.range.united(step.range);
            last.requests.merge(step.requests);
        } else {
            step.range.begin = last.range.end;
            result.push_back(std::move(step));
        }
    }
    return result;
}

} // namespace

void HdrTimeline::add(std::int64_t beginNs, Duration length, const std::string &tag, const LogHistogram &values)
{
    // The last row of a log can be of no length at all; a step has one.
    const Duration atLeast = std::max(length, Duration::milliseconds(1));
    Bucket step;
    step.range = {TimePoint(beginNs), TimePoint(beginNs) + atLeast};
    if (step.range.isEmpty()) // at the end of time
        return;
    step.requests = talliesOf(values);
    m_range = m_range.united(step.range);
    m_usualLength = std::max(m_usualLength, atLeast);
    m_byTag[tag].merge(values);
    m_steps.push_back(std::move(step));
    if (m_steps.size() >= 4 * kMaxSteps)
        tidy();
}

void HdrTimeline::tidy()
{
    m_steps = disjoint(std::move(m_steps));
    if (m_steps.size() <= kMaxSteps)
        return;
    const std::int64_t width = m_range.length().ns() / static_cast<std::int64_t>(kMaxSteps) + 1;
    m_usualLength = std::max(m_usualLength, Duration(width));
    m_steps = regrouped(m_steps, m_usualLength);
}

void HdrTimeline::finish(LoadTestReport &report) &&
{
    tidy();
    for (auto &[tag, values] : m_byTag) {
        Endpoint endpoint{tag.empty() ? std::string("(no tag)") : tag, talliesOf(values), {}, false};
        report.requests.merge(endpoint.requests);
        if (m_byTag.size() > 1 || !tag.empty())
            report.endpoints.push_back(std::move(endpoint));
    }
    std::stable_sort(report.endpoints.begin(), report.endpoints.end(), [](const Endpoint &a, const Endpoint &b) {
        return requestCount(a.requests, {}) > requestCount(b.requests, {});
    });
    if (!m_range.isEmpty()) {
        report.startedAt = m_range.begin;
        report.duration = m_range.length();
    }
    report.bucketWidth = m_usualLength;
    report.timeline = std::move(m_steps);
}

} // namespace tailspan::reports
