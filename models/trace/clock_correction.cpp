// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/clock_correction.h"

#include "models/trace/snapshot_assembly.h"
#include "models/trace/time_bounds.h"

#include <algorithm>
#include <limits>

namespace tailspan::trace {

namespace {

/// Ledger entries that are not written anew from the spans' marks.
bool isCarriedOver(RepairKind kind)
{
    return kind == RepairKind::SelfParent || kind == RepairKind::Cycle || kind == RepairKind::DuplicateSpanId
        || kind == RepairKind::MergedDuplicate;
}

StringPool copyOf(const StringPool &strings)
{
    StringPool copy; // every string is there once and in this order, so that each gets its number again
    for (std::uint32_t id = 0; id < strings.size(); ++id)
        (void)copy.intern(strings.view(StringId(id)));
    return copy;
}

} // namespace

/// Takes a snapshot apart into drafts whose numbers are its rows, and puts it together again with other times. (Named
/// here because TraceSnapshot befriends it.)
class ClockMove {
public:
    ClockMove(const TraceSnapshot &from, std::vector<std::int64_t> offsetNs)
        : m_from(from), m_spans(from.spans()), m_offsetNs(std::move(offsetNs))
    {}

    Result<TraceSnapshotPtr> run(const std::stop_token &stop)
    {
        fillDrafts();
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        startAtZeroAgain();
        link();
        const TreeOrder order = orderAsTrees(m_linked);
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        return assembleSnapshot(m_linked, order,
                                {copyOf(m_from.m_strings), m_from.m_inputs, m_from.m_resources, std::move(m_offsetNs)});
    }

private:
    void fillDrafts()
    {
        m_drafts.resize(m_spans.size());
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            SpanDraft &draft = m_drafts[row];
            const SpanMarks marks = m_spans.marks[row];
            const bool isInRange = (marks & kMarkTimeOutOfRange) == 0;
            draft.span = m_spans.id(SpanRow(row));
            draft.startNs = isInRange ? saturatingAdd(m_spans.startNs[row], m_offsetNs[m_spans.service[row]])
                                      : m_spans.startNs[row];
            draft.durationNs = m_spans.durationNs[row];
            draft.recordOffset = m_spans.recordOffset[row];
            draft.recordLength = m_spans.recordLength[row];
            draft.service = m_from.m_services[m_spans.service[row]];
            draft.operation = m_from.m_operations[m_spans.operation[row]];
            draft.resource = m_spans.resource[row];
            draft.marks = marks & (kMarkTimeOutOfRange | kMarkMissingDuration);
            draft.file = m_spans.file[row];
            draft.kind = m_spans.kind[row];
            draft.status = m_spans.status[row];
        }
        for (const Repair &repair : m_from.ledger().entries()) {
            if (repair.kind == RepairKind::NegativeDuration)
                m_drafts[repair.row.value()].durationNs = repair.value;
        }
    }

    /// Times that count from the begin of the recording must not fall before it: they would mean nothing.
    void startAtZeroAgain()
    {
        std::int64_t earliestNs = std::numeric_limits<std::int64_t>::max();
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if ((m_spans.marks[row] & kMarkTimeOutOfRange) == 0)
                earliestNs = std::min(earliestNs, m_drafts[row].startNs);
        }
        const bool isRelative = !m_from.range().isEmpty() && m_from.range().begin.ns() < kEarliestRealClockNs;
        if (!isRelative || earliestNs >= 0)
            return;
        for (std::int64_t &offset : m_offsetNs)
            offset = saturatingSubtract(offset, earliestNs);
        for (SpanDraft &draft : m_drafts) {
            if ((draft.marks & kMarkTimeOutOfRange) == 0)
                draft.startNs = saturatingSubtract(draft.startNs, earliestNs);
        }
    }

    void link()
    {
        constexpr SpanMarks kFoundAnew = kMarkOutsideParent | kMarkNegativeDuration | kMarkZeroDuration;
        for (const SpanDraft &draft : m_drafts)
            m_linked.drafts.push_back(&draft);
        m_linked.trace = m_spans.trace;
        for (const TraceSummary &trace : m_from.traces())
            m_linked.traceIds.push_back(trace.id);
        m_linked.parent = m_spans.parent;
        m_linked.marks = m_spans.marks;
        for (SpanMarks &marks : m_linked.marks)
            marks &= static_cast<SpanMarks>(~kFoundAnew);
        if (!m_from.m_oddParents.empty())
            m_linked.confidence.resize(m_spans.size());
        for (const TraceSnapshot::OddParent &odd : m_from.m_oddParents) {
            m_drafts[odd.row].parent = odd.recorded;
            m_linked.confidence[odd.row] = odd.confidence;
        }
        for (const Repair &repair : m_from.ledger().entries()) {
            if (isCarriedOver(repair.kind))
                m_linked.repairs.push_back({repair.kind, repair.row.value(), repair.other.value(), repair.value});
        }
    }

    const TraceSnapshot &m_from;
    const SpanTable &m_spans;
    std::vector<std::int64_t> m_offsetNs;
    std::vector<SpanDraft> m_drafts;
    LinkedSpans m_linked;
};

Result<TraceSnapshotPtr> withClocksMoved(const TraceSnapshot &snapshot, const std::vector<std::int64_t> &offsetNs,
                                         const std::stop_token &stop)
{
    return ClockMove(snapshot, offsetNs).run(stop);
}

std::pair<std::string, std::string> namesOf(const TraceSnapshot &snapshot, const ClockPair &pair)
{
    std::string a(snapshot.serviceName(ServiceId(pair.serviceA)));
    std::string b(snapshot.serviceName(ServiceId(pair.serviceB)));
    return {std::move(a), std::move(b)};
}

std::vector<ClockPair> withOverrides(const TraceSnapshot &snapshot, std::vector<ClockPair> pairs,
                                     const ClockCorrection &correction)
{
    for (ClockPair &pair : pairs) {
        const auto [a, b] = namesOf(snapshot, pair);
        const auto same = correction.overrides.find({a, b});
        const auto turned = correction.overrides.find({b, a}); // live services are numbered as they come
        pair.isOverridden = same != correction.overrides.end() || turned != correction.overrides.end();
        if (same != correction.overrides.end())
            pair.offsetNs = same->second;
        else if (pair.isOverridden)
            pair.offsetNs = saturatingSubtract(0, turned->second);
    }
    return pairs;
}

Result<ClockFinding> correctClocks(TraceSnapshotPtr recorded, const ClockCorrection &correction,
                                   const std::stop_token &stop)
{
    ClockFinding finding;
    TS_TRY(finding.pairs, clockPairsOf(*recorded, stop));
    finding.offsets = clockOffsetsOf(*recorded, withOverrides(*recorded, finding.pairs, correction));
    finding.movedServices = static_cast<std::size_t>(
        std::ranges::count_if(finding.offsets.offsetNs, [](std::int64_t offsetNs) { return offsetNs != 0; }));
    finding.shown = recorded;
    if (correction.isOn && finding.movedServices > 0) {
        TS_TRY(finding.shown, withClocksMoved(*recorded, finding.offsets.offsetNs, stop));
    }
    finding.recorded = std::move(recorded);
    return finding;
}

} // namespace tailspan::trace
