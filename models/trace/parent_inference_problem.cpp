// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/trace/parent_inference_problem.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace tailspan::trace {

namespace {

bool isConsistent(const CallerInferenceInput &in)
{
    const std::size_t n = in.trace.size();
    if (n >= kNoGroup || in.service.size() != n || in.operation.size() != n || in.startNs.size() != n
        || in.endNs.size() != n || in.parentGroup.size() != n || in.neighborBegin.size() != n + 1)
        return false;
    return in.neighborBegin.back() <= in.neighbor.size() && std::ranges::is_sorted(in.neighborBegin);
}

/// Appends the distinct values, sorted; returns their range.
PoolRange appendDistinct(std::vector<std::uint32_t> &pool, std::vector<std::uint32_t> &values)
{
    std::ranges::sort(values);
    const auto begin = static_cast<std::uint32_t>(pool.size());
    pool.insert(pool.end(), values.begin(), std::unique(values.begin(), values.end()));
    return {begin, static_cast<std::uint32_t>(pool.size())};
}

/// The distinct values of two columns, sorted. Ids of a string pool are dense: marking them beats sorting them.
std::vector<std::uint32_t> distinctValues(const std::vector<std::uint32_t> &a, const std::vector<std::uint32_t> &b)
{
    constexpr std::uint32_t kDense = 1U << 22U;
    std::vector<std::uint32_t> sparse;
    std::vector<bool> isUsed;
    for (const std::vector<std::uint32_t> *column : {&a, &b})
        for (const std::uint32_t value : *column) {
            if (value >= kDense) {
                sparse.push_back(value);
                continue;
            }
            if (value >= isUsed.size())
                isUsed.resize(value + std::size_t{1});
            isUsed[value] = true;
        }
    std::vector<std::uint32_t> distinct;
    for (std::uint32_t value = 0; value < isUsed.size(); ++value)
        if (isUsed[value])
            distinct.push_back(value);
    const std::vector<std::uint32_t> rest = sortedDistinct(std::move(sparse));
    distinct.insert(distinct.end(), rest.begin(), rest.end());
    return distinct;
}

class ProblemBuilder {
public:
    ProblemBuilder(const CallerInferenceInput &input, const std::stop_token &stop) : m_in(input), m_stop(stop) {}

    InferenceProblem build()
    {
        if (!isConsistent(m_in))
            return {};
        numberKinds();
        addGroups();
        numberSignatures();
        addCallers();
        addBlocks();
        chooseScale();
        findCandidates(m_out, m_stop);
        if (m_stop.stop_requested())
            return {};
        return std::move(m_out);
    }

private:
    void numberKinds();
    void addGroups();
    void orderGroups();
    GroupRow makeGroup(std::span<const std::uint32_t> members);
    void numberSignatures();
    void addCallers();
    void addBlocks();
    TraceBlock makeBlock(std::uint32_t groupBegin, std::uint32_t &caller);
    void chooseScale();

    const CallerInferenceInput &m_in;
    const std::stop_token &m_stop;
    InferenceProblem m_out;
    std::vector<std::uint32_t> m_serviceIds, m_kinds, m_groupOfNumber, m_scratch, m_groupTrace, m_callerTrace;
};

void ProblemBuilder::numberKinds()
{
    m_serviceIds = distinctValues(m_in.service, m_in.neighbor);
    m_out.serviceCount = static_cast<std::uint32_t>(m_serviceIds.size());
    // Kinds are few and records are many: a first number by first appearance, then the order of the keys.
    std::unordered_map<std::uint64_t, std::uint32_t> numbers;
    m_kinds.resize(m_in.trace.size());
    for (std::size_t i = 0; i < m_kinds.size(); ++i) {
        const std::uint64_t key = (std::uint64_t{m_in.service[i]} << 32) | m_in.operation[i];
        m_kinds[i] = numbers.try_emplace(key, static_cast<std::uint32_t>(numbers.size())).first->second;
    }
    std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted(numbers.begin(), numbers.end());
    std::ranges::sort(sorted);
    std::vector<std::uint32_t> position(sorted.size());
    for (const auto &[key, number] : sorted) {
        position[number] = static_cast<std::uint32_t>(m_out.kindService.size());
        m_out.kindService.push_back(positionOf(m_serviceIds, static_cast<std::uint32_t>(key >> 32)));
    }
    for (std::uint32_t &kind : m_kinds)
        kind = position[kind];
}

GroupRow ProblemBuilder::makeGroup(std::span<const std::uint32_t> members)
{
    GroupRow group;
    group.number = m_in.parentGroup[members.front()];
    group.size = static_cast<std::uint32_t>(members.size());
    group.firstStartNs = std::numeric_limits<std::int64_t>::max();
    group.lastEndNs = std::numeric_limits<std::int64_t>::min();
    m_scratch.clear();
    for (const std::uint32_t record : members) {
        group.firstStartNs = std::min(group.firstStartNs, m_in.startNs[record]);
        group.lastEndNs = std::max(group.lastEndNs, m_in.endNs[record]);
        group.longestNs = std::max(group.longestNs, saturatingDifference(m_in.endNs[record], m_in.startNs[record]));
        m_scratch.push_back(m_kinds[record]);
    }
    group.kinds = appendDistinct(m_out.kinds, m_scratch);
    m_scratch.clear();
    for (std::uint32_t k = group.kinds.begin; k < group.kinds.end; ++k)
        m_scratch.push_back(m_out.kindService[m_out.kinds[k]]);
    group.services = appendDistinct(m_out.services, m_scratch);
    return group;
}

void ProblemBuilder::addGroups()
{
    // A number used in several traces contradicts the contract: its first trace counts.
    std::vector<std::uint32_t> traceOf(m_in.groupCount, kNoGroup);
    for (std::uint32_t i = 0; i < m_in.trace.size(); ++i)
        if (const std::uint32_t number = m_in.parentGroup[i]; number < m_in.groupCount)
            traceOf[number] = std::min(traceOf[number], m_in.trace[i]);
    const auto isMember = [&](std::uint32_t i) {
        return m_in.parentGroup[i] < m_in.groupCount && traceOf[m_in.parentGroup[i]] == m_in.trace[i];
    };
    std::vector<std::uint32_t> begins(m_in.groupCount + std::size_t{1}, 0); // where each group's members begin
    for (std::uint32_t i = 0; i < m_in.trace.size(); ++i)
        if (isMember(i))
            ++begins[m_in.parentGroup[i] + std::size_t{1}];
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    std::vector<std::uint32_t> members(begins.back()), next(begins);
    for (std::uint32_t i = 0; i < m_in.trace.size(); ++i)
        if (isMember(i))
            members[next[m_in.parentGroup[i]]++] = i;
    for (std::uint32_t number = 0; number < m_in.groupCount; ++number)
        if (begins[number] < begins[number + std::size_t{1}]) {
            m_groupTrace.push_back(traceOf[number]);
            m_out.groups.push_back(makeGroup(
                std::span(members).subspan(begins[number], begins[number + std::size_t{1}] - begins[number])));
        }
    orderGroups();
}

/// Order of time within each trace, so that the blocks of a long trace are windows of time.
void ProblemBuilder::orderGroups()
{
    std::vector<std::uint32_t> order(m_out.groups.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(
        order, {}, [&](std::uint32_t g) { return std::tuple(m_groupTrace[g], m_out.groups[g].firstStartNs); });
    std::vector<GroupRow> sorted;
    for (const std::uint32_t g : order)
        sorted.push_back(m_out.groups[g]);
    m_out.groups = std::move(sorted);
    std::ranges::sort(m_groupTrace); // the order's first key
    m_groupOfNumber.assign(m_in.groupCount, kNoGroup);
    for (std::uint32_t g = 0; g < m_out.groups.size(); ++g)
        m_groupOfNumber[m_out.groups[g].number] = g;
}

void ProblemBuilder::numberSignatures()
{
    std::vector<std::uint64_t> hashes;
    for (const GroupRow &group : m_out.groups) {
        std::uint64_t hash = 14695981039346656037ULL; // FNV-1a; sets that collide only share statistics
        for (std::uint32_t k = group.kinds.begin; k < group.kinds.end; ++k)
            hash = (hash ^ (m_out.kinds[k] + 1ULL)) * 1099511628211ULL;
        hashes.push_back(hash);
    }
    const std::vector<std::uint64_t> distinct = sortedDistinct(hashes);
    for (std::size_t g = 0; g < hashes.size(); ++g)
        m_out.groups[g].signature = positionOf(distinct, hashes[g]);
    m_out.signatureCount = static_cast<std::uint32_t>(distinct.size());
}

void ProblemBuilder::addCallers()
{
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < m_in.trace.size(); ++i)
        if (m_in.neighborBegin[i] < m_in.neighborBegin[i + 1])
            order.push_back(i);
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::tuple(m_in.trace[i], m_in.startNs[i], i); });
    for (const std::uint32_t i : order) {
        CallerRow caller;
        caller.record = i;
        caller.kind = m_kinds[i];
        const std::uint32_t number = m_in.parentGroup[i];
        caller.group = number < m_in.groupCount ? m_groupOfNumber[number] : kNoGroup;
        m_scratch.clear();
        for (std::uint32_t n = m_in.neighborBegin[i]; n < m_in.neighborBegin[i + 1]; ++n)
            m_scratch.push_back(positionOf(m_serviceIds, m_in.neighbor[n]));
        caller.services = appendDistinct(m_out.services, m_scratch);
        caller.startNs = m_in.startNs[i];
        caller.endNs = m_in.endNs[i];
        m_callerTrace.push_back(m_in.trace[i]);
        m_out.callers.push_back(caller);
    }
}

TraceBlock ProblemBuilder::makeBlock(std::uint32_t groupBegin, std::uint32_t &caller)
{
    TraceBlock block;
    block.trace = m_groupTrace[groupBegin];
    const auto inTrace = [&](const std::vector<std::uint32_t> &traces, std::size_t row) {
        return row < traces.size() && traces[row] == block.trace;
    };
    std::int64_t first = std::numeric_limits<std::int64_t>::max(), last = std::numeric_limits<std::int64_t>::min();
    std::uint32_t group = groupBegin;
    for (; inTrace(m_groupTrace, group) && group - groupBegin < kBlockGroups; ++group) {
        first = std::min(first, m_out.groups[group].firstStartNs);
        last = std::max(last, m_out.groups[group].lastEndNs);
    }
    while (caller < m_callerTrace.size() && m_callerTrace[caller] < block.trace)
        ++caller;
    block.groups = {groupBegin, group};
    block.callers.begin = caller;
    const bool isLast = !inTrace(m_groupTrace, group);
    for (; inTrace(m_callerTrace, caller); ++caller) {
        if (!isLast && m_out.callers[caller].startNs > m_out.groups[group].firstStartNs)
            break;
        first = std::min(first, m_out.callers[caller].startNs);
        last = std::max(last, m_out.callers[caller].endNs);
    }
    block.callers.end = caller;
    block.extentNs = static_cast<double>(saturatingDifference(last, first));
    return block;
}

void ProblemBuilder::addBlocks()
{
    std::uint32_t caller = 0;
    for (std::uint32_t group = 0; group < m_out.groups.size(); group = m_out.blocks.back().groups.end)
        m_out.blocks.push_back(makeBlock(group, caller));
}

void ProblemBuilder::chooseScale()
{
    // Whole milliseconds show as a common divisor of all times; with finer clocks the scale follows the
    // durations.
    std::vector<std::int64_t> durations;
    std::uint64_t grid = 0;
    for (const CallerRow &caller : m_out.callers) {
        const std::int64_t duration = saturatingDifference(caller.endNs, caller.startNs);
        if (duration > 0)
            durations.push_back(duration);
        grid = std::gcd(grid, static_cast<std::uint64_t>(caller.startNs));
        grid = std::gcd(grid, static_cast<std::uint64_t>(caller.endNs));
    }
    if (durations.empty())
        return;
    const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
    std::nth_element(durations.begin(), middle, durations.end());
    const auto typical = static_cast<double>(*middle);
    m_out.scaleNs = std::max({1.0, std::min(static_cast<double>(grid), typical), typical / 64});
}

} // namespace

std::int64_t saturatingDifference(std::int64_t a, std::int64_t b)
{
    constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
    if (b < 0 && a > kHighest + b)
        return kHighest;
    if (b > 0 && a < kLowest + b)
        return kLowest;
    return a - b;
}

InferenceProblem buildProblem(const CallerInferenceInput &input, const std::stop_token &stop)
{
    return ProblemBuilder(input, stop).build();
}

} // namespace tailspan::trace
