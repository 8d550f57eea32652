// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/signal_lanes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tailspan::metric {

namespace {

constexpr std::array<std::string_view, kSignalCount> kTitles = {"Requests",  "Errors",         "Latency",    "CPU",
                                                                "Memory",    "Event loop lag", "Heap",       "GC",
                                                                "Pool used", "Pool waiting",   "Pool limit", "Queue"};

using Named = std::vector<std::pair<std::string, std::string>>;

/// As the second argument of label_replace: "$" begins a group there.
std::string replacementOf(std::string_view text)
{
    std::string quoted;
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        if (c == '$')
            quoted += '$';
        quoted += c == '\n' ? ' ' : c;
    }
    return quoted;
}

MetricUnit laneUnit(const SignalQuery &query)
{
    return query.unit == MetricUnit::Milliseconds ? MetricUnit::Seconds : query.unit;
}

void finish(SignalLane &lane, const Named &named)
{
    for (const auto &[name, expression] : named)
        lane.lines.push_back(name);
    lane.expression = joinedExpression(named);
}

const SignalQuery *find(const std::vector<SignalQuery> &queries, std::string_view service, Signal signal)
{
    for (const SignalQuery &query : queries) {
        if (query.service == service && query.signal == signal)
            return &query;
    }
    return nullptr;
}

Named partsOf(const std::vector<SignalQuery> &queries, std::string_view service, Signal signal)
{
    Named named;
    const auto add = [&](Signal part, const char *name) {
        if (const SignalQuery *query = find(queries, service, part))
            named.emplace_back(name, laneExpression(*query));
    };
    if (signal == Signal::Latency) {
        if (const SignalQuery *query = find(queries, service, signal)) {
            for (const auto &[name, quantile] : {std::pair{"p99", 0.99}, {"p95", 0.95}, {"p50", 0.5}})
                named.emplace_back(name, laneExpression(*query, quantile));
        }
    } else if (signal == Signal::PoolUsed) {
        add(Signal::PoolUsed, "used");
        add(Signal::PoolWaiting, "waiting");
        add(Signal::PoolLimit, "limit");
    } else if (signal != Signal::PoolWaiting && signal != Signal::PoolLimit) {
        add(signal, kTitles[static_cast<std::size_t>(signal)].data());
    }
    return named;
}

std::string sumOf(const std::vector<SignalQuery> &queries, Signal signal, const char *function)
{
    Named named;
    for (const SignalQuery &query : queries) {
        if (query.signal == signal && named.size() < kMostServicesOfLane)
            named.emplace_back(query.service, laneExpression(query));
    }
    return named.empty() ? std::string() : std::string(function) + "(" + joinedExpression(named) + ")";
}

} // namespace

std::string_view signalTitle(Signal signal)
{
    return kTitles[static_cast<std::size_t>(signal)];
}

MetricUnit usualUnit(Signal signal)
{
    switch (signal) {
    case Signal::RequestRate:
    case Signal::ErrorRate: return MetricUnit::PerSecond;
    case Signal::Latency:
    case Signal::EventLoopLag: return MetricUnit::Seconds;
    case Signal::Cpu:
    case Signal::GarbageCollection: return MetricUnit::Ratio;
    case Signal::Memory:
    case Signal::Heap: return MetricUnit::Bytes;
    default: return MetricUnit::Count;
    }
}

std::string laneExpression(const SignalQuery &query, double quantile)
{
    std::string expression = query.expression;
    std::string number = std::to_string(quantile);
    number.erase(number.find_last_not_of('0') + 1);
    constexpr std::string_view kPlace = "$quantile";
    for (std::size_t at = 0; (at = expression.find(kPlace, at)) != std::string::npos; at += number.size())
        expression.replace(at, kPlace.size(), number);
    return query.unit == MetricUnit::Milliseconds ? "(" + expression + ") / 1000" : expression;
}

std::string joinedExpression(const std::vector<std::pair<std::string, std::string>> &named)
{
    std::string joined;
    for (const auto &[name, expression] : named) {
        joined += joined.empty() ? "" : " or ";
        joined += "label_replace(" + expression + ", \"" + std::string(kLineLabel) + "\", \"" + replacementOf(name)
            + "\", \"\", \"\")";
    }
    return joined;
}

std::vector<SignalLane> overviewLanes(const std::vector<SignalQuery> &queries)
{
    std::vector<SignalLane> lanes;
    for (std::size_t i = 0; i < kSignalCount; ++i) {
        SignalLane lane;
        lane.signal = static_cast<Signal>(i);
        lane.title = lane.signal == Signal::Latency ? "Latency p95" : std::string(kTitles[i]);
        Named named;
        for (const SignalQuery &query : queries) {
            if (query.signal != lane.signal || query.expression.empty())
                continue;
            lane.unit = laneUnit(query);
            if (named.size() < kMostServicesOfLane)
                named.emplace_back(query.service, laneExpression(query));
            else
                ++lane.leftOut;
        }
        if (named.empty())
            continue;
        finish(lane, named);
        lanes.push_back(std::move(lane));
    }
    return lanes;
}

std::vector<SignalLane> loadLanes(const std::vector<SignalQuery> &queries)
{
    Named shares;
    bool isEveryLimitKnown = true;
    for (const SignalQuery &query : queries) {
        if (query.signal != Signal::PoolUsed || query.expression.empty())
            continue;
        const SignalQuery *limit = find(queries, query.service, Signal::PoolLimit);
        isEveryLimitKnown = isEveryLimitKnown && limit != nullptr;
        if (limit != nullptr && shares.size() < kMostServicesOfLane)
            shares.emplace_back(query.service, "(" + laneExpression(query) + " / " + laneExpression(*limit) + ")");
    }
    std::vector<SignalLane> lanes = overviewLanes(queries);
    std::erase_if(lanes, [](const SignalLane &lane) { return lane.signal == Signal::PoolLimit; });
    for (SignalLane &lane : lanes) {
        if (lane.signal != Signal::PoolUsed || !isEveryLimitKnown)
            continue;
        lane.title = "Pool use";
        lane.unit = MetricUnit::Ratio;
        lane.lines.clear();
        finish(lane, shares);
    }
    std::stable_partition(lanes.begin(), lanes.end(), [](const SignalLane &lane) {
        return lane.signal == Signal::PoolUsed || lane.signal == Signal::PoolWaiting;
    });
    return lanes;
}

std::vector<SignalLane> serviceLanes(const std::vector<SignalQuery> &queries, std::string_view service)
{
    std::vector<SignalLane> lanes;
    for (std::size_t i = 0; i < kSignalCount; ++i) {
        const auto signal = static_cast<Signal>(i);
        const Named named = partsOf(queries, service, signal);
        if (named.empty())
            continue;
        SignalLane lane;
        lane.signal = signal;
        lane.title = signal == Signal::PoolUsed ? "Pool" : std::string(kTitles[i]);
        const SignalQuery *query = find(queries, service, signal);
        lane.unit = query == nullptr ? MetricUnit::Count : laneUnit(*query);
        finish(lane, named);
        lanes.push_back(std::move(lane));
    }
    return lanes;
}

SummaryQuestions summaryQuestions(const std::vector<SignalQuery> &queries)
{
    SummaryQuestions questions;
    questions.rate = sumOf(queries, Signal::RequestRate, "sum");
    questions.p95 = sumOf(queries, Signal::Latency, "max");
    const std::string errors = sumOf(queries, Signal::ErrorRate, "sum");
    if (!errors.empty() && !questions.rate.empty())
        questions.errors = errors + " / " + questions.rate;
    return questions;
}

} // namespace tailspan::metric
