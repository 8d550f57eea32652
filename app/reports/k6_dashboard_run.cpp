// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_dashboard_run.h"

#include "app/reports/k6_dashboard_sample.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

std::vector<std::string> textsOf(const Json &list)
{
    std::vector<std::string> texts;
    if (list.is_array()) {
        for (const Json &item : list) {
            if (item.is_string())
                texts.push_back(item.get<std::string>());
        }
    }
    return texts;
}

void putTexts(const Json &object, std::map<std::string, std::vector<std::string>> &target)
{
    if (!object.is_object())
        return;
    for (const auto &item : object.items())
        target[item.key()] = textsOf(item.value());
}

} // namespace

void K6DashboardRun::take(std::string_view event, const Json &data, const std::string &where)
{
    if (event == "param")
        return takeParameters(data);
    if (event == "metric")
        return takeMetrics(data);
    if (event == "threshold")
        return takeFailedLimits(data);
    if (event != "start" && event != "stop" && event != "snapshot" && event != "cumulative")
        return;
    auto sample = sampleOf(data, where);
    if (!sample)
        return;
    const auto time = k6SampleTimeNs(*sample);
    if (time)
        m_lastNs = std::max(m_lastNs.value_or(*time), *time);
    if (event == "start") {
        m_startNs = time;
    } else if (event == "stop") {
        m_stopNs = time;
    } else if (event == "snapshot") {
        takeSnapshot(*sample, where);
    } else {
        m_cumulative = std::move(*sample);
        m_failedAfterCumulative = false;
    }
}

void K6DashboardRun::takeParameters(const Json &data)
{
    constexpr double kLongestMs = 86'400'000;
    if (const auto ms = numberAt(data, "period"); ms && *ms >= 1 && *ms <= kLongestMs)
        m_periodNs = static_cast<std::int64_t>(*ms) * 1'000'000;
    putTexts(child(data, "thresholds"), m_thresholds);
    putTexts(child(data, "aggregates"), m_aggregates);
    m_scenarios = textsOf(child(data, "scenarios"));
}

void K6DashboardRun::takeMetrics(const Json &data)
{
    if (!data.is_object())
        return;
    for (const auto &item : data.items())
        m_metrics[item.key()] = {textAt(item.value(), "type"), textAt(item.value(), "contains")};
}

void K6DashboardRun::takeFailedLimits(const Json &data)
{
    m_failedLimits.clear();
    putTexts(data, m_failedLimits);
    m_failedAfterCumulative = true;
}

std::optional<Json> K6DashboardRun::sampleOf(const Json &data, const std::string &where)
{
    if (data.is_object())
        return data;
    // Start and stop know the time alone.
    if (data.is_array() && data.size() == 1 && data[0].is_array() && !data[0].empty())
        return Json{{"time", {{"value", data[0][0]}}}};
    if (data.is_array() && data.size() == m_metrics.size())
        return sampleOfArray(data);
    quality.add(QualityIssue::MalformedRecord, 1, where);
    return std::nullopt;
}

Json K6DashboardRun::sampleOfArray(const Json &data) const
{
    static const std::map<std::string, std::vector<std::string>> kUsual{
        {"counter", {"count", "rate"}},
        {"gauge", {"value"}},
        {"rate", {"rate"}},
        {"trend", {"avg", "max", "med", "min", "p(90)", "p(95)", "p(99)"}}};
    Json sample = Json::object();
    std::size_t number = 0;
    for (const auto &[name, metric] : m_metrics) {
        const Json &values = data[number++];
        const auto own = m_aggregates.find(metric.type);
        const auto usual = kUsual.find(metric.type);
        if (!values.is_array() || (own == m_aggregates.end() && usual == kUsual.end()))
            continue;
        const std::vector<std::string> &names = own != m_aggregates.end() ? own->second : usual->second;
        Json &target = sample[name] = Json::object();
        for (std::size_t i = 0; i < std::min(values.size(), names.size()); ++i)
            target[names[i]] = values[i];
    }
    return sample;
}

void K6DashboardRun::takeSnapshot(const Json &sample, const std::string &where)
{
    const auto end = k6SampleTimeNs(sample);
    if (!end) {
        quality.add(QualityIssue::MissingField, 1, where);
        return;
    }
    // Ticks wander by a millisecond; steps meet each other all the same.
    std::int64_t begin = saturatingSubtract(*end, m_periodNs);
    const std::optional<std::int64_t> last = m_steps.empty() ? m_startNs : std::optional(m_steps.back().range.end.ns());
    if (last && *last > saturatingSubtract(begin, m_periodNs / 2))
        begin = *last;
    if (begin >= *end) {
        quality.add(QualityIssue::MalformedRecord, 1, where);
        return;
    }
    Bucket step;
    step.range = {TimePoint(begin), TimePoint(*end)};
    step.users = numberAt(child(sample, "vus"), "value");
    step.requests = k6SampleTallies(sample, "").value_or(RequestTallies());
    step.bytesReceived = countAt(child(sample, "data_received"), "count");
    step.bytesSent = countAt(child(sample, "data_sent"), "count");
    const LatencyStats latency = k6SampleLatency(sample, "");
    if (latency != LatencyStats{})
        step.reportedLatency = latency;
    m_steps.push_back(std::move(step));
}

} // namespace tailspan::reports
