// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/trace/parent_inference_model.h"

#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace tailspan::trace {

namespace {

constexpr std::size_t kDurationTables = 256;
constexpr double kDurationPrior = 6; // observations the distribution of all durations weighs as much as
// Starting points of the learning: hopeful ones for links, or all groups may settle on having no caller.
constexpr double kFirstGuessMissing = 0.05, kFirstGuessNoChild = 0.2;
constexpr double kUnseenPair = 0.1; // pseudo-count of a call never seen
constexpr double kSharePrior = 2;   // observations the mean over all kinds weighs as much as

std::uint64_t pairKey(std::uint32_t first, std::uint32_t second)
{
    return (std::uint64_t{first} << 32) | second;
}

double valueOf(const std::unordered_map<std::uint64_t, double> &table, std::uint64_t key)
{
    const auto found = table.find(key);
    return found == table.end() ? 0 : found->second;
}

double durationNs(const CallerRow &caller)
{
    return static_cast<double>(saturatingDifference(caller.endNs, caller.startNs));
}

} // namespace

LinkModel::LinkModel(const InferenceProblem &problem)
    : m_problem(problem), m_axis(problem.scaleNs), m_layout(problem), m_timing(m_layout), m_clutter(m_layout),
      m_logTooShort(std::log(0.01)), m_logLongEnough(std::log(0.99))
{
    const std::size_t kinds = problem.kindService.size();
    countKinds();
    countDurations();
    m_signatureGroups.assign(problem.signatureCount, 0);
    for (const GroupRow &group : problem.groups)
        ++m_signatureGroups[group.signature];
    learnSignatures();
    std::ranges::fill(m_signatureGroups, 0.0);
    m_patternLinks.assign(problem.patterns.size(), 0);
    m_unmatched.assign(kinds, {});
    m_absent.assign(kinds, {});
    m_missing.assign(problem.serviceCount, {});
    m_logUnmatched.assign(kinds, std::log(kFirstGuessMissing));
    m_logStoredOdds.assign(kinds, std::log((1 - kFirstGuessMissing) / kFirstGuessMissing));
    m_logMissing.assign(problem.serviceCount, std::log(kFirstGuessNoChild));
    m_logThere.assign(problem.serviceCount, std::log(1 - kFirstGuessNoChild));
    m_strangers.assign(kinds, {});
    m_lastGroup.assign(kinds, kNoGroup);
    m_logStrangers.assign(kinds, -50);
    m_patternLog.assign(problem.patterns.size(), 0);
}

void LinkModel::countKinds()
{
    std::vector<double> callers(m_problem.kindService.size(), 0), traces(m_problem.kindService.size(), 0);
    std::vector<std::size_t> lastBlock(m_problem.kindService.size(), m_problem.blocks.size());
    for (std::size_t b = 0; b < m_problem.blocks.size(); ++b)
        for (std::uint32_t c = m_problem.blocks[b].callers.begin; c < m_problem.blocks[b].callers.end; ++c) {
            const std::uint32_t kind = m_problem.callers[c].kind;
            ++callers[kind];
            traces[kind] += lastBlock[kind] == b ? 0 : 1;
            lastBlock[kind] = b;
        }
    for (std::size_t k = 0; k < callers.size(); ++k)
        m_logKindPerTrace.push_back(traces[k] > 0 ? std::log(callers[k] / traces[k]) : 0);
    std::vector<std::uint32_t> order(callers.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, std::greater<>(), [&](std::uint32_t k) { return callers[k]; });
    m_durationsOfKind.assign(callers.size(), 0);
    for (std::size_t i = 0; i < order.size(); ++i)
        m_durationsOfKind[order[i]] = static_cast<std::uint32_t>(std::min(i, kDurationTables));
}

void LinkModel::countDurations()
{
    m_logDurations.assign(kDurationTables + 1, AxisChances{});
    AxisChances all{};
    for (const CallerRow &caller : m_problem.callers) {
        const std::size_t bin = m_axis.binOf(durationNs(caller));
        ++m_logDurations[m_durationsOfKind[caller.kind]][bin];
        ++all[bin];
    }
    smoothCounts(all);
    const auto total = static_cast<double>(m_problem.callers.size());
    for (AxisChances &axis : m_logDurations) {
        smoothCounts(axis);
        const double sum = std::accumulate(axis.begin(), axis.end(), 0.0);
        for (std::size_t i = 0; i < axis.size(); ++i) {
            const double wide = (all[i] + 1.0 / static_cast<double>(axis.size())) / (total + 1);
            axis[i] = std::log((axis[i] + kDurationPrior * wide) / (sum + kDurationPrior));
        }
    }
    for (const CallerRow &caller : m_problem.callers)
        m_callerDurationLog.push_back(
            static_cast<float>(m_logDurations[m_durationsOfKind[caller.kind]][m_axis.binOf(durationNs(caller))]
                               + m_axis.logPerNs(durationNs(caller))));
}

void LinkModel::learnSignatures()
{
    const double total = std::accumulate(m_signatureGroups.begin(), m_signatureGroups.end(), 0.0);
    m_logSignature.clear();
    for (const double count : m_signatureGroups)
        m_logSignature.push_back(std::log((count + 0.1) / (total + 1)));
}

double LinkModel::backgroundLog(const TraceBlock &block, const CallerRow &caller) const
{
    const auto row = static_cast<std::size_t>(&caller - m_problem.callers.data());
    return static_cast<double>(m_callerDurationLog[row]) + m_logKindPerTrace[caller.kind]
        - std::log(block.extentNs + m_problem.scaleNs) + m_logUnmatched[caller.kind];
}

double LinkModel::missingLog(const GroupRow &group, const CallerRow &caller) const
{
    double sum = 0;
    std::uint32_t child = group.services.begin;
    for (std::uint32_t s = caller.services.begin; s < caller.services.end; ++s) {
        const std::uint32_t service = m_problem.services[s];
        const bool isThere = child < group.services.end && m_problem.services[child] == service;
        child += isThere ? 1 : 0;
        sum += isThere ? m_logThere[service] : m_logMissing[service];
    }
    return sum;
}

double LinkModel::logWeight(const TraceBlock &block, const GroupRow &group, std::size_t edgeRow) const
{
    const CandidateEdge &edge = m_problem.edges[edgeRow];
    const CallerRow &caller = m_problem.callers[edge.caller];
    return m_logStoredOdds[m_problem.kinds[group.kinds.begin]] + m_patternLog[edge.pattern] + missingLog(group, caller)
        + m_timing.logDensity(edgeRow) + (edge.isTooShort ? m_logTooShort : m_logLongEnough)
        - backgroundLog(block, caller);
}

double LinkModel::logClutter(const TraceBlock &block, std::size_t edgeRow) const
{
    const CallerRow &caller = m_problem.callers[m_problem.edges[edgeRow].caller];
    return m_logStrangers[caller.kind] + m_clutter.logDensity(edgeRow)
        - (backgroundLog(block, caller) - m_logUnmatched[caller.kind]);
}

void LinkModel::observeGroup(const GroupRow &group, const std::vector<double> &chances)
{
    double linked = 0;
    for (std::uint32_t e = group.edges.begin; e < group.edges.end; ++e) {
        const double p = chances[e];
        const CandidateEdge &edge = m_problem.edges[e];
        const CallerRow &caller = m_problem.callers[edge.caller];
        m_strangers[caller.kind].count += 1 - p;
        if (std::exchange(m_lastGroup[caller.kind], group.number) != group.number)
            ++m_strangers[caller.kind].total;
        if (p < 1e-4)
            continue;
        linked += p;
        m_timing.observe(e, p);
        m_patternLinks[edge.pattern] += p;
        m_tooShort.total += p;
        m_tooShort.count += edge.isTooShort ? p : 0;
        std::uint32_t child = group.services.begin;
        for (std::uint32_t s = caller.services.begin; s < caller.services.end; ++s) {
            const std::uint32_t service = m_problem.services[s];
            const bool isThere = child < group.services.end && m_problem.services[child] == service;
            child += isThere ? 1 : 0;
            m_missing[service].total += p;
            m_missing[service].count += isThere ? 0 : p;
        }
    }
    ++m_signatureGroups[group.signature];
    Share &absent = m_absent[m_problem.kinds[group.kinds.begin]];
    ++absent.total;
    absent.count += std::max(0.0, 1 - linked);
}

void LinkModel::observeCaller(const CallerRow &caller, double chanceUnmatched)
{
    ++m_unmatched[caller.kind].total;
    m_unmatched[caller.kind].count += chanceUnmatched;
}

void LinkModel::learn()
{
    tbb::parallel_invoke([&] { m_timing.learn(); }, [&] { m_clutter.learn(); },
                         [&] {
                             learnSignatures();
                             learnPatterns();
                             learnMissing();
                         });
    std::ranges::fill(m_patternLinks, 0.0);
    std::ranges::fill(m_signatureGroups, 0.0);
    std::ranges::fill(m_unmatched, Share{});
    std::ranges::fill(m_absent, Share{});
    std::ranges::fill(m_missing, Share{});
    std::ranges::fill(m_strangers, Share{});
    std::ranges::fill(m_lastGroup, kNoGroup);
    m_tooShort = {};
}

void LinkModel::learnPatterns()
{
    PairTable calls, there; // (caller kind, child kind), (caller kind, service of the children)
    std::vector<double> linked(m_problem.kindService.size(), 0);
    double total = 0;
    for (std::size_t p = 0; p < m_patternLinks.size(); ++p) {
        const EdgePattern &pattern = m_problem.patterns[p];
        const GroupRow &group = m_problem.groups[pattern.group];
        linked[pattern.callerKind] += m_patternLinks[p];
        total += m_patternLinks[p];
        for (std::uint32_t k = group.kinds.begin; k < group.kinds.end; ++k)
            calls[pairKey(pattern.callerKind, m_problem.kinds[k])] += m_patternLinks[p];
        for (std::uint32_t s = group.services.begin; s < group.services.end; ++s)
            there[pairKey(pattern.callerKind, m_problem.services[s])] += m_patternLinks[p];
    }
    m_patternLog.assign(m_patternLinks.size(), 0);
    for (std::size_t p = 0; p < m_patternLinks.size(); ++p) {
        const EdgePattern &pattern = m_problem.patterns[p];
        const GroupRow &group = m_problem.groups[pattern.group];
        double sum = std::log((linked[pattern.callerKind] + kUnseenPair) / (total + 1))
            - m_logSignature[pattern.signature];
        for (std::uint32_t k = group.kinds.begin; k < group.kinds.end; ++k) {
            const std::uint32_t child = m_problem.kinds[k];
            sum += std::log(
                (valueOf(calls, pairKey(pattern.callerKind, child)) + kUnseenPair)
                / (valueOf(there, pairKey(pattern.callerKind, m_problem.kindService[child])) + 2 * kUnseenPair));
        }
        m_patternLog[p] = sum;
    }
}

void LinkModel::learnMissing()
{
    const auto mean = [](const std::vector<Share> &shares) {
        Share sum;
        for (const Share &share : shares) {
            sum.count += share.count;
            sum.total += share.total;
        }
        return (sum.count + 0.25) / (sum.total + 1);
    };
    const double absent = mean(m_absent), unmatched = mean(m_unmatched);
    for (std::size_t k = 0; k < m_absent.size(); ++k) {
        const double m =
            std::clamp((m_absent[k].count + kSharePrior * absent) / (m_absent[k].total + kSharePrior), 1e-9, 1 - 1e-9);
        m_logStoredOdds[k] = std::log((1 - m) / m);
        m_logUnmatched[k] =
            std::log((m_unmatched[k].count + kSharePrior * unmatched) / (m_unmatched[k].total + kSharePrior));
    }
    for (std::size_t s = 0; s < m_missing.size(); ++s) {
        const double missing = (m_missing[s].count + 0.05) / (m_missing[s].total + 1);
        m_logMissing[s] = std::log(missing);
        m_logThere[s] = std::log1p(-missing);
    }
    for (std::size_t k = 0; k < m_strangers.size(); ++k)
        m_logStrangers[k] = std::log((m_strangers[k].count + 0.05) / (m_strangers[k].total + 1));
    const double tooShort = (m_tooShort.count + 0.05) / (m_tooShort.total + 5);
    m_logTooShort = std::log(tooShort);
    m_logLongEnough = std::log1p(-tooShort);
}

} // namespace tailspan::trace
