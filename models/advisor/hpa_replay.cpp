// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/hpa_replay.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tailspan::advisor {

namespace {

constexpr double kDownWindowSeconds = 300;
constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t kMostReplicas = 1'000'000;

/// Sums over pods that count, and how many they are.
struct Sums {
    double usage = 0;
    double request = 0;
    std::size_t pods = 0;

    void add(double podUsage, double podRequest)
    {
        usage += podUsage;
        request += podRequest;
        ++pods;
    }
    [[nodiscard]] double ratio(double target, bool isUtilization) const
    {
        const double whole = isUtilization ? request * target : static_cast<double>(pods) * target;
        return whole > 0 ? usage / whole : kGap;
    }
};

std::uint32_t rounded(double replicas)
{
    // A hair above a whole number is an error of the division, not another pod.
    return static_cast<std::uint32_t>(std::clamp(std::ceil(replicas - 1e-9), 0.0, double{kMostReplicas}));
}

bool isTurned(double before, double after)
{
    return (before < 1 && after > 1) || (before > 1 && after < 1);
}

const ScalingRules &upRules(const ScalingBounds &bounds)
{
    static const ScalingRules kDefault = [] {
        ScalingRules rules;
        rules.policies = {{false, 4, 15}, {true, 100, 15}};
        return rules;
    }();
    return bounds.up ? *bounds.up : kDefault;
}

const std::vector<ScalingRules::Policy> &policiesOf(const ScalingRules &rules, bool isUp)
{
    static const std::vector<ScalingRules::Policy> kUp = {{false, 4, 15}, {true, 100, 15}};
    static const std::vector<ScalingRules::Policy> kDown = {{true, 100, 15}};
    if (!rules.policies.empty())
        return rules.policies;
    return isUp ? kUp : kDown;
}

const ScalingRules &downRules(const ScalingBounds &bounds)
{
    static const ScalingRules kDefault;
    return bounds.down ? *bounds.down : kDefault;
}

} // namespace

std::optional<std::uint32_t> wantedReplicas(std::uint32_t current, std::span<const PodSample> pods, double target,
                                            bool isUtilization, double tolerance)
{
    Sums ready, unready, missing;
    for (const PodSample &pod : pods) {
        if (!pod.isReady)
            unready.add(0, pod.request);
        else if (!pod.usage)
            missing.add(isUtilization ? pod.request * std::max(1.0, target) : target, pod.request);
        else
            ready.add(*pod.usage, pod.request);
    }
    const double ratio = ready.ratio(target, isUtilization);
    if (!std::isfinite(ratio))
        return std::nullopt;
    const bool withUnready = unready.pods > 0 && ratio > 1;
    const auto isSmall = [tolerance](double r) { return std::abs(1 - r) <= tolerance + 1e-12; };
    if (!withUnready && missing.pods == 0)
        return isSmall(ratio) ? current : rounded(ratio * static_cast<double>(ready.pods));
    Sums all = ready;
    if (missing.pods > 0 && ratio != 1) {
        all.usage += ratio < 1 ? missing.usage : 0;
        all.request += missing.request;
        all.pods += missing.pods;
    }
    if (withUnready) {
        all.request += unready.request;
        all.pods += unready.pods;
    }
    const double again = all.ratio(target, isUtilization);
    if (isSmall(again) || isTurned(ratio, again))
        return current;
    const std::uint32_t wanted = rounded(again * static_cast<double>(all.pods));
    const bool isOpposite = (again < 1 && wanted > current) || (again > 1 && wanted < current);
    return isOpposite ? current : wanted;
}

double ScalingMemory::sumSince(const std::deque<Entry> &events, double after)
{
    double sum = 0;
    for (const Entry &event : events) {
        if (event.atSeconds > after)
            sum += event.value;
    }
    return sum;
}

std::uint32_t ScalingMemory::stabilised(double now, std::uint32_t current, std::uint32_t wanted,
                                        const ScalingBounds &bounds)
{
    const auto windowOf = [](const ScalingRules &rules, double fallback) {
        return rules.stabilizationSeconds ? rules.stabilizationSeconds->value : fallback;
    };
    const double upWindow = windowOf(upRules(bounds), 0);
    const double downWindow = windowOf(downRules(bounds), kDownWindowSeconds);
    while (!m_wishes.empty() && m_wishes.front().atSeconds <= now - std::max(upWindow, downWindow))
        m_wishes.pop_front();
    double up = wanted;
    double down = wanted;
    for (const Entry &wish : m_wishes) {
        if (wish.atSeconds > now - upWindow)
            up = std::min(up, wish.value);
        if (wish.atSeconds > now - downWindow)
            down = std::max(down, wish.value);
    }
    m_wishes.push_back({now, double(wanted)});
    return static_cast<std::uint32_t>(std::min(std::max(double(current), up), down));
}

double ScalingMemory::upLimit(double now, std::uint32_t current, const ScalingRules &rules) const
{
    if (rules.select == ScalingRules::Select::Disabled)
        return current;
    const bool isMost = rules.select == ScalingRules::Select::Most;
    double limit = isMost ? 0 : kMostReplicas;
    for (const ScalingRules::Policy &policy : policiesOf(rules, true)) {
        const double after = now - policy.periodSeconds;
        const double begin = current - sumSince(m_added, after) + sumSince(m_removed, after);
        const double proposed = policy.isPercent ? std::ceil(begin * (1 + policy.value / 100) - 1e-9)
                                                 : begin + policy.value;
        limit = isMost ? std::max(limit, proposed) : std::min(limit, proposed);
    }
    return std::max(limit, double(current));
}

double ScalingMemory::downLimit(double now, std::uint32_t current, const ScalingRules &rules) const
{
    if (rules.select == ScalingRules::Select::Disabled)
        return current;
    const bool isMost = rules.select == ScalingRules::Select::Most;
    double limit = isMost ? kMostReplicas : 0;
    for (const ScalingRules::Policy &policy : policiesOf(rules, false)) {
        const double after = now - policy.periodSeconds;
        const double begin = current - sumSince(m_added, after) + sumSince(m_removed, after);
        const double proposed = policy.isPercent ? std::floor(begin * (1 - policy.value / 100) + 1e-9)
                                                 : begin - policy.value;
        limit = isMost ? std::min(limit, proposed) : std::max(limit, proposed);
    }
    return std::min(limit, double(current));
}

std::uint32_t ScalingMemory::decide(double now, std::uint32_t current, std::uint32_t wanted,
                                    const ScalingBounds &bounds)
{
    const std::uint32_t stable = stabilised(now, current, wanted, bounds);
    double result = stable;
    if (stable > current)
        result = std::min({result, upLimit(now, current, upRules(bounds)), double(bounds.most)});
    else if (stable < current)
        result = std::max({result, downLimit(now, current, downRules(bounds)), double(bounds.least)});
    const double least = bounds.least;
    result = std::clamp(result, least, std::max(least, double(bounds.most)));
    const double longest = now - 3'600; // policies look back half an hour at most
    for (std::deque<Entry> *events : {&m_added, &m_removed}) {
        while (!events->empty() && events->front().atSeconds < longest)
            events->pop_front();
    }
    if (result > current)
        m_added.push_back({now, result - current});
    else if (result < current)
        m_removed.push_back({now, current - result});
    return static_cast<std::uint32_t>(result);
}

namespace {

/// Pods of a replay: those that take load, and when the others will.
class Pods {
public:
    explicit Pods(std::uint32_t start) : m_ready(start) {}

    void advance(double now)
    {
        while (!m_starting.empty() && m_starting.front() <= now) {
            m_starting.pop_front();
            ++m_ready;
        }
    }
    void scale(std::uint32_t to, double readyAt)
    {
        for (std::uint32_t count = total(); count < to; ++count)
            m_starting.push_back(readyAt);
        while (total() > to && !m_starting.empty()) // those that are not ready go first
            m_starting.pop_back();
        m_ready = std::min(m_ready, to);
    }
    [[nodiscard]] std::uint32_t total() const { return m_ready + static_cast<std::uint32_t>(m_starting.size()); }
    [[nodiscard]] std::uint32_t ready() const { return std::max(m_ready, 1u); }
    [[nodiscard]] std::uint32_t starting() const { return static_cast<std::uint32_t>(m_starting.size()); }

private:
    std::uint32_t m_ready;
    std::deque<double> m_starting; ///< When they will be ready; rising.
};

/// wantedReplicas() for equal pods.
std::uint32_t wantedOfEqual(const Pods &pods, double demand, const ReplayQuestion &question)
{
    const double ready = pods.ready();
    const double all = ready + pods.starting();
    const double one = question.requestPerPod * question.target;
    const double ratio = demand / (ready * one);
    const auto isSmall = [&](double r) { return std::abs(1 - r) <= question.tolerance + 1e-12; };
    if (pods.starting() == 0 || ratio <= 1)
        return isSmall(ratio) ? pods.total() : rounded(ratio * ready);
    const double again = demand / (all * one);
    if (isSmall(again) || again < 1)
        return pods.total();
    return std::max(rounded(again * all), pods.total());
}

/// Runs the controller from one point of the history to the next.
class Replay {
public:
    explicit Replay(const ReplayQuestion &question)
        : m_question(question), m_pods(std::clamp(question.start, question.bounds.least, question.bounds.most))
    {}

    void syncIfDue(double now, double demand)
    {
        if (now + 1e-9 < m_nextSync)
            return;
        sync(now, demand);
        m_nextSync = now + kHpaSyncSeconds;
    }
    void span(double begin, double end, double demand, ReplayResult &result)
    {
        for (double now = begin; now < end - 1e-9;) {
            syncIfDue(now, demand);
            const double next = std::min(end, std::max(m_nextSync, now + 1e-3));
            account(now, next, demand, result);
            now = next;
        }
    }
    void gap(double end)
    {
        m_pods.advance(end);
        m_nextSync = std::max(m_nextSync, end);
    }
    [[nodiscard]] std::uint32_t replicas() const { return m_pods.total(); }
    [[nodiscard]] std::uint32_t wished() const { return m_wished; }

private:
    void sync(double now, double demand)
    {
        m_pods.advance(now);
        m_wished = wantedOfEqual(m_pods, demand, m_question);
        const std::uint32_t to = m_memory.decide(now, m_pods.total(), m_wished, m_question.bounds);
        m_pods.scale(to, now + m_question.readySeconds);
    }
    void account(double begin, double end, double demand, ReplayResult &result)
    {
        m_pods.advance(begin);
        const double minutes = (end - begin) / 60;
        result.knownMinutes += minutes;
        result.podHours += m_pods.total() * minutes / 60;
        if (demand / m_pods.ready() > m_question.hotRatio * m_question.requestPerPod)
            result.hotByStep.back() += minutes;
        if (m_pods.total() >= m_question.bounds.most && m_wished > m_question.bounds.most)
            result.pinnedMinutes += minutes;
    }

    const ReplayQuestion &m_question;
    ScalingMemory m_memory;
    Pods m_pods;
    std::uint32_t m_wished = 0;
    double m_nextSync = -std::numeric_limits<double>::infinity();
};

bool isUsable(const ReplayQuestion &question)
{
    return question.requestPerPod > 0 && question.target > 0 && question.bounds.least >= 1
        && question.bounds.most >= question.bounds.least && question.bounds.most <= kMostReplicas
        && question.timesNs.size() == question.demand.size();
}

} // namespace

ReplayResult replayAutoscaler(const ReplayQuestion &question, const std::stop_token &stop)
{
    ReplayResult result;
    if (!isUsable(question))
        return result;
    Replay replay(question);
    result.replicas.reserve(question.demand.size());
    for (std::size_t i = 0; i < question.demand.size(); ++i) {
        if (i % 4'096 == 0 && stop.stop_requested())
            return result;
        const double begin = static_cast<double>(question.timesNs[i] - question.timesNs.front()) / 1e9;
        const bool isLast = i + 1 == question.demand.size();
        const double end = isLast ? begin
                                  : static_cast<double>(question.timesNs[i + 1] - question.timesNs.front()) / 1e9;
        const bool isKnown = std::isfinite(question.demand[i]) && question.demand[i] >= 0;
        result.hotByStep.push_back(0);
        if (isKnown)
            replay.syncIfDue(begin, question.demand[i]);
        result.replicas.push_back(isKnown ? replay.replicas() : kGap);
        result.wished.push_back(isKnown ? replay.wished() : kGap);
        if (isKnown)
            replay.span(begin, end, question.demand[i], result);
        else
            replay.gap(end);
        result.hotMinutes += result.hotByStep.back();
    }
    return result;
}

} // namespace tailspan::advisor
