// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/tree_order.h"

#include "models/base/radix_sort.h"
#include "models/trace/time_bounds.h"

#include <algorithm>
#include <limits>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kNone = LinkedSpans::kNone;

/// Children of each span, and roots of each trace, as one array of drafts cut into lists: list i < n belongs to draft
/// i, list n + t to the roots of trace t.
class ChildLists {
public:
    ChildLists(const LinkedSpans &spans, const std::vector<bool> &isMergedAway, const std::vector<KeyedRow> &byStart)
        : m_begin(spans.size() + spans.traceIds.size() + 1)
    {
        const auto listOf = [&](std::uint32_t draft) {
            const std::uint32_t parent = spans.parent[draft];
            return parent != kNone ? parent : static_cast<std::uint32_t>(spans.size()) + spans.trace[draft];
        };
        for (const KeyedRow &entry : byStart) {
            if (!isMergedAway[entry.row])
                ++m_begin[listOf(entry.row) + 1];
        }
        for (std::size_t i = 1; i < m_begin.size(); ++i)
            m_begin[i] += m_begin[i - 1];
        m_children.resize(m_begin.back());
        std::vector<std::uint32_t> next(m_begin.begin(), m_begin.end() - 1);
        for (const KeyedRow &entry : byStart) {
            if (!isMergedAway[entry.row])
                m_children[next[listOf(entry.row)]++] = entry.row;
        }
    }

    [[nodiscard]] std::uint32_t begin(std::size_t list) const { return m_begin[list]; }
    [[nodiscard]] std::uint32_t end(std::size_t list) const { return m_begin[list + 1]; }
    [[nodiscard]] std::uint32_t child(std::uint32_t place) const { return m_children[place]; }
    [[nodiscard]] std::size_t size() const { return m_children.size(); }

private:
    std::vector<std::uint32_t> m_begin;
    std::vector<std::uint32_t> m_children;
};

std::vector<bool> mergedAwayFlags(const LinkedSpans &spans)
{
    std::vector<bool> flags(spans.size());
    for (const std::uint32_t draft : spans.mergedAway)
        flags[draft] = true;
    return flags;
}

std::vector<KeyedRow> draftsByStart(const LinkedSpans &spans)
{
    std::vector<KeyedRow> rows(spans.size());
    for (std::uint32_t i = 0; i < rows.size(); ++i)
        rows[i] = {sortKeyOf(spans.drafts[i]->startNs), i};
    radixSort(rows);
    // Of spans that start together the longer one first: it is more likely the outer one.
    for (std::size_t i = 0; i < rows.size();) {
        std::size_t same = i + 1;
        while (same < rows.size() && rows[same].key == rows[i].key)
            ++same;
        if (same - i > 1) {
            std::stable_sort(rows.begin() + static_cast<std::ptrdiff_t>(i),
                             rows.begin() + static_cast<std::ptrdiff_t>(same),
                             [&](const KeyedRow &a, const KeyedRow &b) {
                                 return spans.drafts[a.row]->durationNs > spans.drafts[b.row]->durationNs;
                             });
        }
        i = same;
    }
    return rows;
}

/// Whether times count from the begin of the recording: some do from 0, and none is a reading of a real clock.
bool doesClockBeginAtZero(const LinkedSpans &spans, const std::vector<KeyedRow> &byStart)
{
    bool hasZero = false;
    for (const KeyedRow &entry : byStart) {
        const std::int64_t startNs = spans.drafts[entry.row]->startNs;
        if (startNs >= kEarliestRealClockNs && startNs < kLatestPlausibleNs)
            return false;
        hasZero = hasZero || (startNs == 0 && hasPlausibleStart(*spans.drafts[entry.row], true));
    }
    return hasZero;
}

/// Trace numbers by the start of the trace; spans whose time is out of range count only where there is no other.
std::vector<std::uint32_t> tracesByStart(const LinkedSpans &spans, const std::vector<KeyedRow> &byStart,
                                         bool clockBeginsAtZero)
{
    constexpr std::uint64_t kNotYet = std::numeric_limits<std::uint64_t>::max();
    std::vector<KeyedRow> starts(spans.traceIds.size());
    for (std::uint32_t t = 0; t < starts.size(); ++t)
        starts[t] = {kNotYet, t};
    for (const bool takesAny : {false, true}) {
        for (const KeyedRow &entry : byStart) {
            KeyedRow &start = starts[spans.trace[entry.row]];
            if (start.key == kNotYet && (takesAny || hasPlausibleStart(*spans.drafts[entry.row], clockBeginsAtZero)))
                start.key = entry.key;
        }
        if (std::none_of(starts.begin(), starts.end(), [](const KeyedRow &start) { return start.key == kNotYet; }))
            break;
    }
    radixSort(starts);
    std::vector<std::uint32_t> order(starts.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = starts[i].row;
    return order;
}

/// Walks every tree depth first, giving out rows. Spans inside a cycle are not reached.
TreeOrder walk(const LinkedSpans &spans, const ChildLists &lists, std::vector<std::uint32_t> traceOrder)
{
    struct Level {
        std::uint32_t next;
        std::uint32_t end;
        std::uint32_t row;
    };
    TreeOrder order;
    order.traceOrder = std::move(traceOrder);
    order.draftOfRow.reserve(lists.size());
    order.parentRow.reserve(lists.size());
    order.depth.reserve(lists.size());
    order.subtreeSize.resize(lists.size(), 1);
    std::vector<Level> levels;
    for (const std::uint32_t trace : order.traceOrder) {
        order.firstRow.push_back(static_cast<std::uint32_t>(order.draftOfRow.size()));
        const std::size_t roots = spans.size() + trace;
        levels.push_back({lists.begin(roots), lists.end(roots), kNone});
        while (!levels.empty()) {
            Level &level = levels.back();
            if (level.next == level.end) {
                if (level.row != kNone)
                    order.subtreeSize[level.row] = static_cast<std::uint32_t>(order.draftOfRow.size()) - level.row;
                levels.pop_back();
                continue;
            }
            const std::uint32_t draft = lists.child(level.next++);
            const auto row = static_cast<std::uint32_t>(order.draftOfRow.size());
            order.draftOfRow.push_back(draft);
            order.parentRow.push_back(level.row);
            order.depth.push_back(static_cast<std::uint32_t>(levels.size() - 1));
            if (lists.begin(draft) != lists.end(draft))
                levels.push_back({lists.begin(draft), lists.end(draft), row});
        }
    }
    order.firstRow.push_back(static_cast<std::uint32_t>(order.draftOfRow.size()));
    return order;
}

/// A cycle that an inferred link closes was never recorded: the least certain of its inferred links is given up.
bool dropInferredLink(LinkedSpans &spans, const std::vector<std::uint32_t> &members)
{
    std::uint32_t weakest = kNone;
    for (const std::uint32_t member : members) {
        if ((spans.marks[member] & kMarkInferredParent) != 0
            && (weakest == kNone || spans.confidence[member] < spans.confidence[weakest]))
            weakest = member;
    }
    if (weakest == kNone)
        return false;
    spans.marks[weakest] =
        static_cast<SpanMarks>((spans.marks[weakest] & ~kMarkInferredParent) | kMarkUnresolvedParent);
    spans.confidence[weakest] = 0;
    spans.parent[weakest] = kNone;
    return true;
}

/// Cuts the cycle that walking up from `start` ends in, if it ends in one that was not seen before.
void cutCycleAbove(LinkedSpans &spans, std::uint32_t start, std::vector<std::uint32_t> &visit, std::uint32_t round)
{
    std::uint32_t at = start;
    while (at != kNone && visit[at] == 0) {
        visit[at] = round;
        at = spans.parent[at];
    }
    if (at == kNone || visit[at] != round)
        return;
    const std::uint32_t entry = at;
    std::uint32_t earliest = entry;
    std::vector<std::uint32_t> members;
    do {
        members.push_back(at);
        if (spans.drafts[at]->startNs < spans.drafts[earliest]->startNs
            || (spans.drafts[at]->startNs == spans.drafts[earliest]->startNs && at < earliest))
            earliest = at;
        at = spans.parent[at];
    } while (at != entry);
    if (dropInferredLink(spans, members))
        return;
    for (const std::uint32_t member : members) {
        spans.marks[member] |= kMarkCycle;
        spans.repairs.push_back({RepairKind::Cycle, member, earliest, static_cast<std::int64_t>(members.size())});
    }
    spans.marks[earliest] |= kMarkCycleCut;
    spans.parent[earliest] = kNone;
}

void cutCycles(LinkedSpans &spans, const TreeOrder &reached)
{
    // 0: not visited; all others: the round that visited it. What the walk reached leads to a root.
    constexpr std::uint32_t kReached = kNone;
    std::vector<std::uint32_t> visit(spans.size());
    for (const std::uint32_t draft : reached.draftOfRow)
        visit[draft] = kReached;
    for (std::uint32_t draft = 0; draft < spans.size(); ++draft) {
        if (visit[draft] == 0)
            cutCycleAbove(spans, draft, visit, draft + 1);
    }
}

} // namespace

TreeOrder orderAsTrees(LinkedSpans &spans)
{
    const std::vector<bool> isMergedAway = mergedAwayFlags(spans);
    const std::vector<KeyedRow> byStart = draftsByStart(spans);
    const bool clockBeginsAtZero = doesClockBeginAtZero(spans, byStart);
    const std::vector<std::uint32_t> traceOrder = tracesByStart(spans, byStart, clockBeginsAtZero);
    TreeOrder order = walk(spans, ChildLists(spans, isMergedAway, byStart), traceOrder);
    if (order.draftOfRow.size() + spans.mergedAway.size() != spans.size()) {
        cutCycles(spans, order);
        order = walk(spans, ChildLists(spans, isMergedAway, byStart), traceOrder);
    }
    order.clockBeginsAtZero = clockBeginsAtZero;
    return order;
}

} // namespace tailspan::trace
