// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/base/hash.h"
#include "models/trace/parent_inference_problem.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <span>
#include <unordered_map>
#include <utility>

namespace tailspan::trace {

namespace {

// Lists of callers up to this length are tried in full; of longer ones the nearest by start and the longest.
constexpr std::size_t kFullListLength = 48, kNearestCallers = 24, kLaterCallers = 6, kLongestCallers = 8;
constexpr std::size_t kPollGroups = 256;

/// Who calls, signature, size class.
using PatternKey = std::array<std::uint32_t, 3>;

struct PatternHash {
    std::size_t operator()(const PatternKey &key) const
    {
        return mixBits(((std::uint64_t{key[0]} << 32U) | key[1]) * 3 + key[2]);
    }
};

class CandidateFinder {
public:
    CandidateFinder(InferenceProblem &problem, const std::stop_token &stop)
        : m_out(problem), m_stop(stop), m_longestOf(problem.serviceCount), m_tried(problem.callers.size(), kNoGroup)
    {}

    void run()
    {
        for (std::size_t b = 0; b < m_out.blocks.size() && !m_stop.stop_requested(); ++b)
            addEdges(b);
        if (!m_stop.stop_requested())
            numberPatterns();
    }

private:
    void indexCallers(std::size_t blockRow);
    void keepLongest(std::size_t begin, std::size_t end);
    void addEdges(std::size_t blockRow);
    std::span<const std::uint32_t> rarestList(const GroupRow &group) const;
    bool tryEdge(std::uint32_t groupRow, std::uint32_t callerRow);
    void tryNearest(std::uint32_t groupRow, std::span<const std::uint32_t> byStart);
    PatternKey keyOf(const GroupRow &group, const CandidateEdge &edge) const;
    void numberPatterns();

    InferenceProblem &m_out;
    const std::stop_token &m_stop;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_served; // (service, caller) of one trace, sorted
    std::vector<std::uint32_t> m_servedCaller;                     // its second column
    std::vector<std::uint32_t> m_longest;                          // longest callers of the long lists
    std::vector<PoolRange> m_longestOf;                            // service -> range in m_longest
    std::vector<std::uint32_t> m_tried;                            // caller -> last group row that tried it
};

void CandidateFinder::indexCallers(std::size_t blockRow)
{
    const std::uint32_t trace = m_out.blocks[blockRow].trace;
    m_served.clear();
    for (std::size_t b = blockRow; b < m_out.blocks.size() && m_out.blocks[b].trace == trace; ++b)
        for (std::uint32_t c = m_out.blocks[b].callers.begin; c < m_out.blocks[b].callers.end; ++c)
            for (std::uint32_t s = m_out.callers[c].services.begin; s < m_out.callers[c].services.end; ++s)
                m_served.emplace_back(m_out.services[s], c);
    std::ranges::sort(m_served);
    m_servedCaller.clear();
    m_longest.clear();
    for (const auto &served : m_served)
        m_servedCaller.push_back(served.second);
    for (std::size_t begin = 0, end = 0; begin < m_served.size(); begin = end) {
        while (end < m_served.size() && m_served[end].first == m_served[begin].first)
            ++end;
        if (end - begin <= kFullListLength)
            continue;
        keepLongest(begin, end);
    }
}

void CandidateFinder::keepLongest(std::size_t begin, std::size_t end)
{
    std::vector<std::uint32_t> list(m_servedCaller.begin() + static_cast<std::ptrdiff_t>(begin),
                                    m_servedCaller.begin() + static_cast<std::ptrdiff_t>(end));
    std::ranges::partial_sort(list, list.begin() + kLongestCallers, std::greater<>(), [&](std::uint32_t c) {
        return saturatingDifference(m_out.callers[c].endNs, m_out.callers[c].startNs);
    });
    PoolRange &range = m_longestOf[m_served[begin].first];
    range.begin = static_cast<std::uint32_t>(m_longest.size());
    m_longest.insert(m_longest.end(), list.begin(), list.begin() + kLongestCallers);
    range.end = static_cast<std::uint32_t>(m_longest.size());
}

bool CandidateFinder::tryEdge(std::uint32_t groupRow, std::uint32_t callerRow)
{
    const GroupRow &group = m_out.groups[groupRow];
    const CallerRow &caller = m_out.callers[callerRow];
    if (m_tried[callerRow] == groupRow || caller.group == groupRow)
        return false;
    m_tried[callerRow] = groupRow;
    const auto pool = m_out.services.begin();
    if (!std::includes(pool + caller.services.begin, pool + caller.services.end, pool + group.services.begin,
                       pool + group.services.end))
        return false;
    CandidateEdge edge;
    edge.caller = callerRow;
    edge.leadNs = static_cast<float>(saturatingDifference(group.firstStartNs, caller.startNs));
    edge.tailNs = static_cast<float>(saturatingDifference(caller.endNs, group.lastEndNs));
    const auto duration = static_cast<double>(saturatingDifference(caller.endNs, caller.startNs));
    edge.isTooShort = duration + m_out.scaleNs < static_cast<double>(group.longestNs);
    m_out.edges.push_back(edge);
    return true;
}

void CandidateFinder::tryNearest(std::uint32_t groupRow, std::span<const std::uint32_t> byStart)
{
    const auto after = std::ranges::upper_bound(byStart, m_out.groups[groupRow].firstStartNs, {},
                                                [&](std::uint32_t c) { return m_out.callers[c].startNs; });
    const auto at = static_cast<std::size_t>(after - byStart.begin());
    // Transit delays can put the true caller a little behind its first child.
    std::size_t next = std::min(byStart.size(), at + kLaterCallers);
    const std::size_t stop = at - std::min(at, 4 * kNearestCallers);
    for (std::size_t found = 0; next > stop && found < kNearestCallers;)
        found += tryEdge(groupRow, byStart[--next]) ? 1 : 0;
}

std::span<const std::uint32_t> CandidateFinder::rarestList(const GroupRow &group) const
{
    std::span<const std::uint32_t> rarest;
    for (std::uint32_t s = group.services.begin; s < group.services.end; ++s) {
        // Not equal_range: its subrange is more than clang 14, which the fuzz targets are built with, can take.
        constexpr auto kService = &std::pair<std::uint32_t, std::uint32_t>::first;
        const auto first = std::ranges::lower_bound(m_served, m_out.services[s], {}, kService);
        const auto last = std::ranges::upper_bound(m_served, m_out.services[s], {}, kService);
        const auto list =
            std::span<const std::uint32_t>(m_servedCaller)
                .subspan(static_cast<std::size_t>(first - m_served.begin()), static_cast<std::size_t>(last - first));
        if (s == group.services.begin || list.size() < rarest.size())
            rarest = list;
    }
    return rarest;
}

void CandidateFinder::addEdges(std::size_t blockRow)
{
    if (blockRow == 0 || m_out.blocks[blockRow - 1].trace != m_out.blocks[blockRow].trace)
        indexCallers(blockRow);
    const PoolRange groups = m_out.blocks[blockRow].groups;
    for (std::uint32_t g = groups.begin; g < groups.end; ++g) {
        if (g % kPollGroups == 0 && m_stop.stop_requested())
            return;
        m_out.groups[g].edges.begin = static_cast<std::uint32_t>(m_out.edges.size());
        const std::span<const std::uint32_t> list = rarestList(m_out.groups[g]);
        if (list.size() <= kFullListLength) {
            for (const std::uint32_t c : list)
                tryEdge(g, c);
        } else {
            tryNearest(g, list);
            const auto row = static_cast<std::size_t>(list.data() - m_servedCaller.data());
            const PoolRange longest = m_longestOf[m_served[row].first];
            for (std::uint32_t i = longest.begin; i < longest.end; ++i)
                tryEdge(g, m_longest[i]);
        }
        m_out.groups[g].edges.end = static_cast<std::uint32_t>(m_out.edges.size());
    }
}

PatternKey CandidateFinder::keyOf(const GroupRow &group, const CandidateEdge &edge) const
{
    return {m_out.callers[edge.caller].kind, group.signature, std::min(group.size, 3U) - 1};
}

/// Patterns are few and edges are many: a first number by first appearance, then the order of the keys.
void CandidateFinder::numberPatterns()
{
    std::unordered_map<PatternKey, std::uint32_t, PatternHash> numbers;
    for (std::uint32_t g = 0; g < m_out.groups.size(); ++g)
        for (std::uint32_t e = m_out.groups[g].edges.begin; e < m_out.groups[g].edges.end; ++e) {
            const PatternKey key = keyOf(m_out.groups[g], m_out.edges[e]);
            const std::uint32_t number = numbers.try_emplace(key, m_out.patterns.size()).first->second;
            if (number == m_out.patterns.size())
                m_out.patterns.push_back({key[0], key[1], key[2], 0, 0});
            m_out.edges[e].pattern = number;
            m_out.patterns[number].group = g;
            ++m_out.patterns[number].edgeCount;
        }
    std::vector<std::uint32_t> order(m_out.patterns.size()), position(m_out.patterns.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto keyOfPattern = [&](std::uint32_t p) {
        return PatternKey{m_out.patterns[p].callerKind, m_out.patterns[p].signature, m_out.patterns[p].sizeClass};
    };
    std::ranges::sort(order, {}, keyOfPattern);
    std::vector<EdgePattern> sorted;
    for (const std::uint32_t pattern : order) {
        position[pattern] = static_cast<std::uint32_t>(sorted.size());
        sorted.push_back(m_out.patterns[pattern]);
    }
    m_out.patterns = std::move(sorted);
    for (CandidateEdge &edge : m_out.edges)
        edge.pattern = position[edge.pattern];
}

} // namespace

void findCandidates(InferenceProblem &problem, const std::stop_token &stop)
{
    CandidateFinder(problem, stop).run();
}

} // namespace tailspan::trace
