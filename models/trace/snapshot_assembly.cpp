// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/snapshot_assembly.h"

#include "models/trace/redaction.h"
#include "models/trace/snapshot_generation.h"
#include "models/trace/time_bounds.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kNone = SpanRow::kNone;
constexpr std::size_t kGrain = 16 * 1024;

/// Dense numbers for the strings in use as services or operations, in the order of their string ids. A name with a
/// secret in it goes by its masked text, so no list, label, copy or file can show it; the record keeps it.
class NameNumbers {
public:
    explicit NameNumbers(std::size_t stringCount) : m_numbers(stringCount, kUnused) {}
    void use(StringId name) { m_numbers[indexOf(name)] = 0; }
    std::vector<StringId> assign(StringPool &strings)
    {
        std::vector<StringId> names;
        std::map<std::string, std::uint32_t> masked;
        for (std::uint32_t id = 0; id < m_numbers.size(); ++id) {
            if (m_numbers[id] == kUnused)
                continue;
            const std::string_view text = strings.view(StringId(id));
            std::string shown = maskedText(text);
            const auto next = static_cast<std::uint32_t>(names.size());
            m_numbers[id] = next;
            if (shown == text) {
                names.emplace_back(id);
                continue;
            }
            const auto [known, isNew] = masked.try_emplace(std::move(shown), next);
            m_numbers[id] = known->second;
            if (isNew)
                names.push_back(strings.intern(known->first));
        }
        return names;
    }
    /// Numbers the names anew by the alphabet. String ids depend on which worker met a name first; colours, which go by
    /// the number, must not.
    void sortByName(std::vector<StringId> &names, const StringPool &strings)
    {
        std::vector<std::uint32_t> order(names.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::sort(order, {}, [&](std::uint32_t number) { return strings.view(names[number]); });
        std::vector<std::uint32_t> numberOf(names.size());
        std::vector<StringId> sorted;
        for (const std::uint32_t number : order) {
            numberOf[number] = static_cast<std::uint32_t>(sorted.size());
            sorted.push_back(names[number]);
        }
        for (std::uint32_t &number : m_numbers) {
            if (number != kUnused)
                number = numberOf[number];
        }
        names = std::move(sorted);
    }
    [[nodiscard]] std::uint32_t of(StringId name) const { return m_numbers[indexOf(name)]; }

private:
    static constexpr std::uint32_t kUnused = 0xffffffff;
    static std::size_t indexOf(StringId name) { return name.isValid() ? name.value() : 0; }
    std::vector<std::uint32_t> m_numbers;
};

} // namespace

/// Writes one snapshot from drafts in tree order. (Named here because TraceSnapshot befriends it.)
class SnapshotAssembly {
public:
    SnapshotAssembly(const LinkedSpans &spans, const TreeOrder &order, SnapshotParts parts)
        : m_linked(spans), m_order(order), m_snapshot(std::make_shared<TraceSnapshot>()), m_spans(m_snapshot->m_spans)
    {
        m_snapshot->m_generation = nextGeneration();
        m_snapshot->m_strings = std::move(parts.strings);
        m_snapshot->m_inputs = std::move(parts.inputs);
        m_snapshot->m_resources = std::move(parts.resources);
        m_snapshot->m_clockOffsetNs = std::move(parts.clockOffsetNs);
    }

    TraceSnapshotPtr run()
    {
        fillColumns();
        markTimes();
        summarise();
        writeLedger();
        return m_snapshot;
    }

private:
    void fillColumns()
    {
        NameNumbers services(m_snapshot->m_strings.size());
        NameNumbers operations(m_snapshot->m_strings.size());
        bool hasHighIds = false;
        for (const SpanDraft *draft : m_linked.drafts) {
            services.use(draft->service);
            operations.use(draft->operation);
            hasHighIds = hasHighIds || draft->span.high != 0;
        }
        m_snapshot->m_services = services.assign(m_snapshot->m_strings);
        services.sortByName(m_snapshot->m_services, m_snapshot->m_strings);
        m_snapshot->m_operations = operations.assign(m_snapshot->m_strings);
        m_spans.resize(m_order.draftOfRow.size(), hasHighIds);
        tbb::parallel_for(tbb::blocked_range<std::size_t>(0, m_spans.size(), kGrain), [&](const auto &range) {
            for (std::size_t row = range.begin(); row != range.end(); ++row)
                fillRow(row, services, operations);
        });
        fillTraceColumn();
    }

    void fillRow(std::size_t row, const NameNumbers &services, const NameNumbers &operations)
    {
        const std::uint32_t draftNumber = m_order.draftOfRow[row];
        const SpanDraft &draft = *m_linked.drafts[draftNumber];
        m_spans.startNs[row] = draft.startNs;
        m_spans.durationNs[row] = std::max<std::int64_t>(draft.durationNs, 0);
        m_spans.idLow[row] = draft.span.low;
        if (!m_spans.idHigh.empty())
            m_spans.idHigh[row] = draft.span.high;
        m_spans.idForm[row] = draft.span.form;
        m_spans.parent[row] = m_order.parentRow[row];
        m_spans.depth[row] = m_order.depth[row];
        m_spans.subtreeSize[row] = m_order.subtreeSize[row];
        m_spans.service[row] = services.of(draft.service);
        m_spans.operation[row] = operations.of(draft.operation);
        m_spans.resource[row] = draft.resource;
        m_spans.recordOffset[row] = draft.recordOffset;
        m_spans.recordLength[row] = draft.recordLength;
        m_spans.file[row] = draft.file;
        m_spans.kind[row] = draft.kind;
        m_spans.status[row] = draft.status;
        m_spans.marks[row] = marksOf(draft, m_linked.marks[draftNumber]);
    }

    SpanMarks marksOf(const SpanDraft &draft, SpanMarks marks) const
    {
        if (draft.durationNs < 0)
            marks |= kMarkNegativeDuration;
        else if (draft.durationNs == 0 && (marks & kMarkMissingDuration) == 0)
            marks |= kMarkZeroDuration;
        if (!hasPlausibleTimes(draft))
            marks |= kMarkTimeOutOfRange;
        return marks;
    }

    bool hasPlausibleTimes(const SpanDraft &draft) const
    {
        return hasPlausibleStart(draft, m_order.clockBeginsAtZero) && draft.durationNs <= kLongestPlausibleNs;
    }

    void fillTraceColumn()
    {
        for (std::size_t t = 0; t + 1 < m_order.firstRow.size(); ++t) {
            std::fill(m_spans.trace.begin() + m_order.firstRow[t], m_spans.trace.begin() + m_order.firstRow[t + 1],
                      static_cast<std::uint32_t>(t));
        }
    }

    /// Needs each row's parent, which stands before it.
    void markTimes()
    {
        tbb::parallel_for(tbb::blocked_range<std::size_t>(0, m_spans.size(), kGrain), [&](const auto &range) {
            for (std::size_t row = range.begin(); row != range.end(); ++row)
                markAgainstParent(row);
        });
    }

    void markAgainstParent(std::size_t row)
    {
        const std::uint32_t parent = m_spans.parent[row];
        if (parent == kNone)
            return;
        if (m_spans.kind[row] == SpanKind::Consumer && m_spans.kind[parent] == SpanKind::Producer)
            m_spans.marks[row] |= kMarkAsynchronous;
        // Asked of the draft: other threads are writing the marks of rows.
        const SpanDraft &outer = *m_linked.drafts[m_order.draftOfRow[parent]];
        const bool hasNoExtent = (outer.marks & kMarkMissingDuration) != 0 || outer.durationNs < 0
            || !hasPlausibleTimes(outer);
        if ((m_spans.marks[row] & kMarkTimeOutOfRange) != 0 || hasNoExtent)
            return;
        const std::int64_t end = saturatingAdd(m_spans.startNs[row], m_spans.durationNs[row]);
        const std::int64_t parentEnd = saturatingAdd(m_spans.startNs[parent], m_spans.durationNs[parent]);
        if (m_spans.startNs[row] < m_spans.startNs[parent] || end > parentEnd)
            m_spans.marks[row] |= kMarkOutsideParent;
    }

    void summarise()
    {
        const std::size_t traceCount = m_order.traceOrder.size();
        m_snapshot->m_traces.reserve(traceCount);
        std::vector<std::uint32_t> lastTraceOfService(m_snapshot->m_services.size(), kNone);
        TimeBounds plausible;
        TimeBounds any;
        for (std::uint32_t t = 0; t < traceCount; ++t) {
            TraceSummary summary;
            summary.id = m_linked.traceIds[m_order.traceOrder[t]];
            summary.firstRow = m_order.firstRow[t];
            summary.spanCount = m_order.firstRow[t + 1] - summary.firstRow;
            summary.rootRow = summary.firstRow;
            summary.firstService = static_cast<std::uint32_t>(m_snapshot->m_traceServices.size());
            const bool isPlausible = setExtent(summary);
            (isPlausible ? plausible : any).add(summary.startNs, summary.durationNs);
            countRows(summary, t, lastTraceOfService);
            if (summary.spanCount > 0)
                m_snapshot->m_traces.push_back(summary);
        }
        const TimeBounds &bounds = plausible.isEmpty() ? any : plausible;
        if (!bounds.isEmpty())
            m_snapshot->m_range = {TimePoint(bounds.beginNs), TimePoint(bounds.endNs)};
    }

    /// Spans with times out of range do not stretch a trace, unless it has no others: false then.
    bool setExtent(TraceSummary &trace) const
    {
        TimeBounds plausible;
        TimeBounds any;
        for (std::uint32_t row = trace.firstRow; row < trace.firstRow + trace.spanCount; ++row) {
            const bool isOutOfRange = (m_spans.marks[row] & kMarkTimeOutOfRange) != 0;
            (isOutOfRange ? any : plausible).add(m_spans.startNs[row], m_spans.durationNs[row]);
        }
        const TimeBounds &bounds = plausible.isEmpty() ? any : plausible;
        trace.startNs = bounds.beginNs;
        trace.durationNs = saturatingSubtract(bounds.endNs, bounds.beginNs);
        return !plausible.isEmpty();
    }

    void countRows(TraceSummary &summary, std::uint32_t t, std::vector<std::uint32_t> &lastTraceOfService)
    {
        bool hasRoot = false;
        for (std::uint32_t row = summary.firstRow; row < summary.firstRow + summary.spanCount; ++row) {
            summary.errorCount += m_spans.status[row] == SpanStatus::Error ? 1 : 0;
            if (lastTraceOfService[m_spans.service[row]] != t) {
                lastTraceOfService[m_spans.service[row]] = t;
                m_snapshot->m_traceServices.push_back(m_spans.service[row]);
                ++summary.serviceCount;
            }
            if (m_spans.parent[row] != kNone)
                continue;
            ++summary.rootCount;
            // Roots stand by start; one whose time is out of range is no good name for the trace.
            if (!hasRoot && (m_spans.marks[row] & kMarkTimeOutOfRange) == 0) {
                summary.rootRow = row;
                hasRoot = true;
            }
        }
    }

    void writeLedger()
    {
        rememberParents();
        for (std::uint32_t row = 0; row < m_spans.size(); ++row)
            enterMarks(row);
        std::vector<std::uint32_t> rowOfDraft;
        if (!m_linked.repairs.empty()) {
            rowOfDraft.resize(m_linked.size(), kNone);
            for (std::uint32_t row = 0; row < m_spans.size(); ++row)
                rowOfDraft[m_order.draftOfRow[row]] = row;
        }
        for (const DraftRepair &repair : m_linked.repairs) {
            const std::uint32_t other = repair.other == kNone ? kNone : rowOfDraft[repair.other];
            enter({repair.kind, SpanRow(rowOfDraft[repair.draft]), SpanRow(other), repair.value});
        }
        for (const TraceSummary &trace : m_snapshot->m_traces) {
            if (trace.rootCount > 1)
                enter({RepairKind::SeveralRoots, SpanRow(trace.rootRow), SpanRow(), trace.rootCount});
        }
        m_snapshot->m_ledger.sortByRow();
    }

    void rememberParents()
    {
        constexpr SpanMarks kOddParent = kMarkUnresolvedParent | kMarkInferredParent | kMarkSelfParent | kMarkCycleCut
            | kMarkSharedId; // a server half hangs under its client half, whatever parent both recorded
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if ((m_spans.marks[row] & kOddParent) == 0)
                continue;
            const std::uint32_t draft = m_order.draftOfRow[row];
            m_snapshot->m_oddParents.push_back(
                {row, m_linked.drafts[draft]->parent, m_linked.confidence.empty() ? 0 : m_linked.confidence[draft]});
        }
    }

    void enterMarks(std::uint32_t row)
    {
        const SpanMarks marks = m_spans.marks[row];
        constexpr SpanMarks kNothingToSay = kMarkHasEvents | kMarkHasLinks | kMarkAsynchronous | kMarkSharedId;
        if ((marks & ~kNothingToSay) == 0)
            return;
        const SpanRow span(row);
        if ((marks & kMarkUnresolvedParent) != 0)
            enter({RepairKind::UnresolvedParent, span, SpanRow(), 0});
        if ((marks & kMarkInferredParent) != 0)
            enter({RepairKind::InferredParent, span, SpanRow(m_spans.parent[row]), 0});
        // A span that nobody waits for may outlive its parent: drawn thin, but nothing to report.
        if ((marks & kMarkOutsideParent) != 0 && (marks & kMarkAsynchronous) == 0)
            enter({RepairKind::OutsideParent, span, SpanRow(m_spans.parent[row]), 0});
        if ((marks & kMarkNegativeDuration) != 0)
            enter(
                {RepairKind::NegativeDuration, span, SpanRow(), m_linked.drafts[m_order.draftOfRow[row]]->durationNs});
        if ((marks & kMarkMissingDuration) != 0)
            enter({RepairKind::MissingDuration, span, SpanRow(), 0});
        if ((marks & kMarkZeroDuration) != 0)
            enter({RepairKind::ZeroDuration, span, SpanRow(), 0});
        if ((marks & kMarkTimeOutOfRange) != 0)
            enter({RepairKind::TimeOutOfRange, span, SpanRow(), 0});
    }

    void enter(const Repair &repair)
    {
        m_snapshot->m_ledger.add(repair);
        if (isRepair(repair.kind))
            ++m_snapshot->m_traces[m_spans.trace[repair.row.value()]].repairCount;
    }

    const LinkedSpans &m_linked;
    const TreeOrder &m_order;
    std::shared_ptr<TraceSnapshot> m_snapshot;
    SpanTable &m_spans;
};

TraceSnapshotPtr assembleSnapshot(const LinkedSpans &spans, const TreeOrder &order, SnapshotParts parts)
{
    return SnapshotAssembly(spans, order, std::move(parts)).run();
}

} // namespace tailspan::trace
