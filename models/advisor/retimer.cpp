// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/retimer.h"

#include "models/base/hash.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace tailspan::advisor {

/// Retimes requests one after the other. Thread: one.
class RequestRetiming {
public:
    RequestRetiming(const RetimePlan &plan, const CompiledEdits &edits) : m_plan(plan), m_edits(edits) {}

    std::int64_t run(const RetimePlan::Request &request)
    {
        m_begin = request.begin;
        m_isLonger = false;
        m_newNs.resize(std::max<std::size_t>(m_newNs.size(), request.count));
        m_endNs.resize(m_newNs.size());
        for (std::uint32_t i = request.count; i-- > 0;) { // children stand after their parents
            const std::uint32_t place = m_begin + i;
            const std::uint8_t edit = m_edits.m_editOf[place];
            const RetimeEdit *const change = edit == 0 ? nullptr : &m_edits.m_edits[edit - 1];
            const double own = change != nullptr && change->kind == RetimeEdit::Kind::ScaleOwn ? change->value : 1;
            std::int64_t ns = m_plan.m_eventBegin[place] == m_plan.m_eventBegin[place + 1]
                ? scaled(m_plan.m_durationNs[place], own)
                : withChildren(place, own);
            if (change != nullptr)
                ns = edited(*change, place, ns);
            m_newNs[i] = ns;
        }
        return m_isLonger ? m_newNs[0] : std::min(m_newNs[0], m_plan.m_durationNs[m_begin]);
    }

private:
    static std::int64_t scaled(std::int64_t ns, double factor)
    {
        return factor == 1 || ns <= 0 ? ns : std::llround(static_cast<double>(ns) * factor);
    }

    /// What is drawn for a span is drawn by its place, so that the same question has the same answer.
    static std::uint64_t drawOf(std::uint32_t place) { return mixBits(place + 0x9e3779b97f4a7c15ULL); }

    static std::int64_t sampled(const RetimeEdit &change, std::uint32_t place)
    {
        if (change.samplesNs.empty())
            return 0;
        return std::llround(change.value * change.samplesNs[mixBits(drawOf(place)) % change.samplesNs.size()]);
    }

    std::int64_t edited(const RetimeEdit &change, std::uint32_t place, std::int64_t ns)
    {
        switch (change.kind) {
        case RetimeEdit::Kind::Scale:
        case RetimeEdit::Kind::Parallel: return scaled(ns, change.value);
        case RetimeEdit::Kind::ScaleOwn: return ns;
        case RetimeEdit::Kind::Remove: return 0;
        case RetimeEdit::Kind::Merge:
        case RetimeEdit::Kind::Batch: return merged(change, place);
        case RetimeEdit::Kind::Hit: return std::min(ns, sampled(change, place));
        case RetimeEdit::Kind::Add: m_isLonger = true; return saturatingAdd(ns, sampled(change, place));
        case RetimeEdit::Kind::Cache: break;
        }
        // Which calls hit is drawn by their place, so that a step of the ratio changes few of them.
        constexpr double kScale = 0x1p-64;
        const bool isHit = static_cast<double>(drawOf(place)) * kScale < change.value;
        return isHit ? std::min<std::int64_t>(ns, std::llround(change.fixedNs)) : ns;
    }

    std::int64_t merged(const RetimeEdit &change, std::uint32_t place) const
    {
        const std::uint32_t group = m_edits.m_groupOf[place];
        if (group == 0)
            return 0;
        const CompiledEdits::Group &calls = m_edits.m_groups[group - 1];
        // A batch meets the network of the moment in which the first of the calls was made.
        const double cost = change.kind == RetimeEdit::Kind::Batch
            ? static_cast<double>(m_plan.m_durationNs[place]) + change.value * change.eachNs * (calls.calls - 1)
            : change.value * (change.fixedNs + change.eachNs * calls.calls);
        return std::min<std::int64_t>(calls.sumNs, std::llround(cost));
    }

    [[nodiscard]] std::int64_t insideNs(std::uint32_t place) const
    {
        const std::int64_t before = m_plan.m_durationNs[place];
        const std::int64_t now = m_newNs[place - m_begin];
        if (now == before || before <= 0)
            return m_plan.m_insideNs[place];
        if (m_plan.m_insideNs[place] == before)
            return now;
        const double share = static_cast<double>(m_plan.m_insideNs[place]) / static_cast<double>(before);
        return std::llround(static_cast<double>(now) * share);
    }

    std::int64_t withChildren(std::uint32_t place, double own)
    {
        const RetimePlan::ParentKind &kinds = m_plan.m_parentKinds[m_plan.m_parentKind[place]];
        const std::uint32_t *const begin = m_plan.m_events.data() + m_plan.m_eventBegin[place];
        const std::uint32_t *const end = m_plan.m_events.data() + m_plan.m_eventBegin[place + 1];
        const std::int64_t lastNs = kinds.hasIndependent || m_edits.m_hasParallel ? walkByKind(begin, end, kinds, own)
                                                                                  : walkInTurn(begin, end, own);
        return lastNs + scaled(m_plan.m_tailNs[place], own);
    }

    /// From what a child waited for to its start.
    [[nodiscard]] std::int64_t gapNs(std::uint32_t place, double own) const
    {
        const std::int64_t gap = scaled(m_plan.m_gapNs[place], own);
        const std::uint8_t edit = m_edits.m_editOf[place];
        if (edit == 0 || m_newNs[place - m_begin] != 0)
            return gap;
        return gap - std::clamp<std::int64_t>(gap, 0, m_edits.m_edits[edit - 1].droppedGapNs);
    }

    /// Every child waits for all that ended before it.
    std::int64_t walkInTurn(const std::uint32_t *begin, const std::uint32_t *end, double own)
    {
        std::int64_t latestNs = 0;
        for (const std::uint32_t *event = begin; event != end; ++event) {
            const std::uint32_t i = *event >> 1U;
            if ((*event & 1U) != 0)
                latestNs = std::max(latestNs, m_endNs[i]);
            else
                m_endNs[i] = latestNs + gapNs(m_begin + i, own) + insideNs(m_begin + i);
        }
        return latestNs;
    }

    [[nodiscard]] bool isParallel(std::uint32_t place) const
    {
        const std::uint8_t edit = m_edits.m_editOf[place];
        return edit != 0 && m_edits.m_edits[edit - 1].kind == RetimeEdit::Kind::Parallel;
    }

    std::int64_t walkByKind(const std::uint32_t *begin, const std::uint32_t *end, const RetimePlan::ParentKind &kinds,
                            double own)
    {
        std::int64_t lastNs[2][RetimePlan::kKinds] = {}; // of the others, and of those that are run in parallel
        std::uint64_t ended[2] = {};
        std::int64_t latestNs = 0;
        std::int64_t togetherNs = -1; // when the first of those in parallel starts
        for (const std::uint32_t *event = begin; event != end; ++event) {
            const std::uint32_t i = *event >> 1U;
            const std::uint32_t place = m_begin + i;
            const std::uint8_t kind = m_plan.m_kind[place];
            const int side = m_edits.m_hasParallel && isParallel(place) ? 1 : 0;
            if ((*event & 1U) != 0) {
                lastNs[side][kind] = std::max(lastNs[side][kind], m_endNs[i]);
                ended[side] |= std::uint64_t{1} << kind;
                latestNs = std::max(latestNs, m_endNs[i]);
                continue;
            }
            std::int64_t beginNs = togetherNs;
            if (side == 0 || togetherNs < 0) {
                std::int64_t waitedNs = 0;
                for (int other = 0; other < 2; ++other) {
                    for (std::uint64_t left = ended[other] & ~kinds.independentOf[kind]; left != 0; left &= left - 1)
                        waitedNs = std::max(waitedNs, lastNs[other][std::countr_zero(left)]);
                }
                beginNs = waitedNs + gapNs(place, own);
            }
            if (side == 1)
                togetherNs = std::max<std::int64_t>(0, beginNs);
            m_endNs[i] = beginNs + insideNs(place);
        }
        return latestNs;
    }

    const RetimePlan &m_plan;
    const CompiledEdits &m_edits;
    std::uint32_t m_begin = 0;
    bool m_isLonger = false;           // something of the request was made longer on purpose
    std::vector<std::int64_t> m_newNs; // by place in the request
    std::vector<std::int64_t> m_endNs; // from the parent's start
};

void RetimePlan::retime(const CompiledEdits &edits, std::span<std::int64_t> durationsNs) const
{
    constexpr std::size_t kChunk = 64;
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, m_requests.size(), kChunk), [&](const auto &range) {
        RequestRetiming retiming(*this, edits);
        for (std::size_t i = range.begin(); i != range.end(); ++i)
            durationsNs[i] = edits.m_isTouched[i] != 0 ? retiming.run(m_requests[i]) : durationNs(i);
    });
}

} // namespace tailspan::advisor
