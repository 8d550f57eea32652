// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/timeline_builder.h"

#include "models/loadtest/timeline.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace tailspan::loadtest {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

std::int64_t secondNumber(std::int64_t timeNs)
{
    return timeNs / kSecondNs - (timeNs % kSecondNs < 0 ? 1 : 0);
}

void countFailure(std::vector<FailureCount> &failures, std::uint32_t kind, std::uint64_t count)
{
    for (FailureCount &entry : failures) {
        if (entry.kind == kind) {
            entry.count += count;
            return;
        }
    }
    failures.push_back({kind, count});
}

template <class T>
void addTo(std::optional<T> &target, const std::optional<T> &more)
{
    if (more)
        target = target.value_or(T{}) + *more;
}

/// 1, 2, 5, 10, 15, 30 s, then doubling: the first width that leaves few enough buckets.
Duration widthFor(std::int64_t firstSecond, std::int64_t lastSecond, std::size_t bucketCount)
{
    if (bucketCount <= TimelineBuilder::kMaxBuckets)
        return Duration::seconds(1);
    const std::int64_t seconds = saturatingSubtract(lastSecond, firstSecond);
    constexpr std::array<std::int64_t, 5> kNice{2, 5, 10, 15, 30};
    for (const std::int64_t width : kNice) {
        if (seconds / width < static_cast<std::int64_t>(TimelineBuilder::kMaxBuckets))
            return Duration::seconds(width);
    }
    std::int64_t width = 60;
    while (seconds / width >= static_cast<std::int64_t>(TimelineBuilder::kMaxBuckets))
        width *= 2;
    return Duration::seconds(width);
}

} // namespace

void TimelineBuilder::addRequest(std::int64_t endNs, RequestClass requestClass, StringId endpoint, std::uint64_t count)
{
    secondOf(endNs).requests.of(requestClass).count += count;
    endpointTallies(endpoint).of(requestClass).count += count;
    log(endNs, requestClass, endpoint, EndpointLog::kRequestBin, count);
}

void TimelineBuilder::addLatency(std::int64_t endNs, RequestClass requestClass, StringId endpoint,
                                 std::int64_t latencyNs, std::uint64_t count)
{
    secondOf(endNs).requests.of(requestClass).latency.record(latencyNs, count);
    endpointTallies(endpoint).of(requestClass).latency.record(latencyNs, count);
    log(endNs, requestClass, endpoint, LogHistogram::indexOf(latencyNs), count);
}

void TimelineBuilder::log(std::int64_t timeNs, RequestClass requestClass, StringId endpoint, std::uint32_t bin,
                          std::uint64_t count)
{
    if (timeNs == kNoTime)
        return;
    // Behind secondOf(): the second is the last one looked up.
    const std::int64_t inSecond = timeNs - saturatingMultiply(m_secondNumber[m_lastIndex], kSecondNs);
    const auto tick = static_cast<std::uint32_t>(inSecond / (kSecondNs / EndpointLog::kTicks));
    m_log.add(m_lastIndex, tick, endpoint, requestClass, bin, count);
}

void TimelineBuilder::addWholeRequest(std::int64_t beginNs, std::int64_t endNs, RequestClass requestClass,
                                      StringId endpoint)
{
    touch(beginNs);
    touch(endNs);
    addStart(beginNs);
    addRequest(endNs, requestClass, endpoint);
    addLatency(endNs, requestClass, endpoint, std::max<std::int64_t>(saturatingSubtract(endNs, beginNs), 0));
}

void TimelineBuilder::addFailure(std::int64_t endNs, StringId kind, std::uint64_t count)
{
    countFailure(secondOf(endNs).failures, kind.value(), count);
}

void TimelineBuilder::addUsers(std::int64_t timeNs, double users)
{
    Second &second = secondOf(timeNs);
    second.users = second.users ? std::max(*second.users, users) : users;
}

void TimelineBuilder::addTrace(std::int64_t endNs, std::int64_t latencyNs, StringId endpoint, const trace::Id &id)
{
    if (endNs != kNoTime)
        m_traces.add(endNs, latencyNs, endpoint, id);
}

void TimelineBuilder::addStart(std::int64_t timeNs)
{
    if (timeNs == kNoTime)
        return;
    const std::int64_t inSecond = (timeNs % kSecondNs + kSecondNs) % kSecondNs;
    ++anySecondOf(timeNs).starts[static_cast<std::size_t>(inSecond / (kSecondNs / 10))];
}

void TimelineBuilder::addBytes(std::int64_t timeNs, std::uint64_t received, std::uint64_t sent)
{
    Second &second = secondOf(timeNs);
    second.bytesReceived = second.bytesReceived.value_or(0) + received;
    second.bytesSent = second.bytesSent.value_or(0) + sent;
}

void TimelineBuilder::touch(std::int64_t timeNs)
{
    m_endNs = m_beginNs ? std::max(m_endNs, timeNs) : timeNs;
    m_beginNs = m_beginNs ? std::min(*m_beginNs, timeNs) : timeNs;
}

TimelineBuilder::Second &TimelineBuilder::secondOf(std::int64_t timeNs)
{
    Second &second = anySecondOf(timeNs);
    second.hasOnlyStarts = false;
    return second;
}

TimelineBuilder::Second &TimelineBuilder::anySecondOf(std::int64_t timeNs)
{
    if (timeNs == kNoTime)
        return m_untimed;
    const std::int64_t number = secondNumber(timeNs);
    if (m_lastIndex < m_seconds.size() && m_secondNumber[m_lastIndex] == number)
        return m_seconds[m_lastIndex];
    const auto [at, isNew] = m_secondIndex.try_emplace(number, m_seconds.size());
    if (isNew) {
        m_seconds.emplace_back();
        m_secondNumber.push_back(number);
    }
    m_lastIndex = at->second;
    return m_seconds[m_lastIndex];
}

RequestTallies &TimelineBuilder::endpointTallies(StringId endpoint)
{
    if (endpoint.value() >= m_endpoints.size())
        m_endpoints.resize(m_names.size());
    return m_endpoints[endpoint.value()];
}

void TimelineBuilder::merge(const TimelineBuilder &other)
{
    std::vector<StringId> nameOf(other.m_names.size());
    for (std::uint32_t i = 0; i < nameOf.size(); ++i)
        nameOf[i] = m_names.intern(other.m_names.view(StringId(i)));
    for (std::uint32_t i = 0; i < other.m_endpoints.size(); ++i)
        endpointTallies(nameOf[i]).merge(other.m_endpoints[i]);
    std::vector<std::size_t> secondIn(other.m_seconds.size());
    for (std::size_t i = 0; i < other.m_seconds.size(); ++i) {
        mergeSecond(anySecondOf(saturatingMultiply(other.m_secondNumber[i], kSecondNs)), other.m_seconds[i], nameOf);
        secondIn[i] = m_lastIndex;
    }
    m_log.merge(other.m_log, secondIn, nameOf);
    m_traces.merge(other.m_traces, nameOf);
    mergeSecond(m_untimed, other.m_untimed, nameOf);
    if (other.m_beginNs) {
        touch(*other.m_beginNs);
        touch(other.m_endNs);
    }
}

void TimelineBuilder::mergeSecond(Second &to, const Second &from, const std::vector<StringId> &nameOf) const
{
    to.hasOnlyStarts = to.hasOnlyStarts && from.hasOnlyStarts;
    for (std::size_t i = 0; i < to.starts.size(); ++i)
        to.starts[i] += from.starts[i];
    to.requests.merge(from.requests);
    if (from.users)
        to.users = to.users ? std::max(*to.users, *from.users) : *from.users;
    addTo(to.bytesReceived, from.bytesReceived);
    addTo(to.bytesSent, from.bytesSent);
    for (const FailureCount &entry : from.failures)
        countFailure(to.failures, nameOf[entry.kind].value(), entry.count);
}

void TimelineBuilder::finish(LoadTestReport &report) &&
{
    finishEndpoints(report);
    finishEndpointTimeline(report);
    const std::vector<std::uint32_t> kindOfName = finishFailures(report);
    finishTimeline(report, kindOfName);
    if (m_beginNs) {
        report.startedAt = TimePoint(*m_beginNs);
        report.duration = TimePoint(m_endNs) - TimePoint(*m_beginNs);
    }
}

void TimelineBuilder::finishEndpoints(LoadTestReport &report)
{
    for (std::uint32_t i = 0; i < m_endpoints.size(); ++i) {
        if (requestCount(m_endpoints[i], {}) == 0 && latencyOf(m_endpoints[i], {}).isEmpty())
            continue;
        report.requests.merge(m_endpoints[i]);
        report.endpoints.push_back({std::string(m_names.view(StringId(i))), std::move(m_endpoints[i]), {}, true});
    }
    std::sort(report.endpoints.begin(), report.endpoints.end(), [](const Endpoint &a, const Endpoint &b) {
        const std::uint64_t countA = requestCount(a.requests, {});
        const std::uint64_t countB = requestCount(b.requests, {});
        return countA != countB ? countA > countB : a.name < b.name;
    });
}

void TimelineBuilder::finishEndpointTimeline(LoadTestReport &report)
{
    std::vector<std::uint32_t> rowOfName(m_names.size(), EndpointLog::kNoRow);
    for (std::uint32_t row = 0; row < report.endpoints.size(); ++row) {
        const StringId name = m_names.find(report.endpoints[row].name);
        if (name.isValid())
            rowOfName[name.value()] = row;
    }
    report.endpointTimeline = std::move(m_log).finish(m_secondNumber, rowOfName);
    report.requestTraces = std::move(m_traces).finish(rowOfName);
    if (report.requestTraces != nullptr)
        report.notes.push_back(tracesNote(report.requestTraces));
}

std::vector<std::uint32_t> TimelineBuilder::finishFailures(LoadTestReport &report) const
{
    std::vector<std::uint64_t> countOfName(m_names.size());
    const auto count = [&](const Second &second) {
        for (const FailureCount &entry : second.failures)
            countOfName[entry.kind] += entry.count;
    };
    std::for_each(m_seconds.begin(), m_seconds.end(), count);
    count(m_untimed);
    std::vector<std::uint32_t> names;
    for (std::uint32_t i = 0; i < countOfName.size(); ++i) {
        if (countOfName[i] > 0)
            names.push_back(i);
    }
    std::sort(names.begin(), names.end(), [&](std::uint32_t a, std::uint32_t b) {
        return countOfName[a] != countOfName[b] ? countOfName[a] > countOfName[b]
                                                : m_names.view(StringId(a)) < m_names.view(StringId(b));
    });
    std::vector<std::uint32_t> kindOfName(m_names.size());
    for (const std::uint32_t name : names) {
        kindOfName[name] = static_cast<std::uint32_t>(report.failureKinds.size());
        report.failures.push_back({kindOfName[name], countOfName[name]});
        report.failureKinds.emplace_back(m_names.view(StringId(name)));
    }
    return kindOfName;
}

void TimelineBuilder::finishTimeline(LoadTestReport &report, const std::vector<std::uint32_t> &kindOfName)
{
    std::vector<std::size_t> order(m_seconds.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [this](std::size_t a, std::size_t b) { return m_secondNumber[a] < m_secondNumber[b]; });
    finishStalls(report, order);
    for (const std::size_t i : order) {
        Second &second = m_seconds[i];
        if (second.hasOnlyStarts)
            continue;
        const TimePoint begin(saturatingMultiply(m_secondNumber[i], kSecondNs));
        Bucket bucket;
        bucket.range = {begin, begin + Duration::seconds(1)};
        bucket.users = second.users;
        bucket.requests = std::move(second.requests);
        bucket.bytesReceived = second.bytesReceived;
        bucket.bytesSent = second.bytesSent;
        bucket.failures = std::move(second.failures);
        for (FailureCount &entry : bucket.failures)
            entry.kind = kindOfName[entry.kind];
        std::sort(bucket.failures.begin(), bucket.failures.end(),
                  [](const FailureCount &a, const FailureCount &b) { return a.kind < b.kind; });
        if (bucket.users) {
            report.contents.hasUsers = true;
            report.peakUsers = std::max(report.peakUsers.value_or(*bucket.users), *bucket.users);
        }
        report.timeline.push_back(std::move(bucket));
    }
    report.bucketWidth = Duration::seconds(report.timeline.empty() ? 0 : 1);
    if (report.timeline.size() > kMaxBuckets) {
        report.bucketWidth =
            widthFor(m_secondNumber[order.front()], m_secondNumber[order.back()], report.timeline.size());
        report.timeline = regrouped(report.timeline, report.bucketWidth);
    }
}

void TimelineBuilder::finishStalls(LoadTestReport &report, const std::vector<std::size_t> &order) const
{
    StallFinder finder;
    for (const std::size_t i : order)
        finder.take(m_secondNumber[i], m_seconds[i].starts, m_seconds[i].users);
    report.stalls = std::move(finder).stalls();
}

} // namespace tailspan::loadtest
