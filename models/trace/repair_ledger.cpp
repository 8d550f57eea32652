// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/repair_ledger.h"

#include "models/base/number_text.h"
#include "models/trace/trace_snapshot.h"

#include <algorithm>

namespace tailspan::trace {

namespace {

struct KindText {
    std::string_view id;
    std::string_view title;
    std::string_view explanation;
    bool isRepair;
};

// In the order of RepairKind.
constexpr std::array<KindText, kRepairKindCount> kKinds{{
    {"unresolved-parent", "Parent not in the data",
     "The span names a parent that was not loaded; it is shown as a root.", true},
    {"several-roots", "Several roots", "The trace has more than one span without a parent; all of them are shown.",
     true},
    {"self-parent", "Its own parent", "The span names itself as its parent; it is shown as a root.", true},
    {"cycle", "Cycle of parents",
     "These spans name each other as parents; the circle is cut at the one that starts first.", true},
    {"duplicate-span-id", "Span id used twice",
     "Several spans of the trace share one id; all are shown, children hang under the one that encloses them best.",
     true},
    {"merged-duplicate", "Same span in two inputs", "The span was found unchanged in several inputs; it is shown once.",
     false},
    {"inferred-parent", "Parent inferred",
     "The recorded parent id was never stored; the caller was worked out from services, times and neighbors.", true},
    {"outside-parent", "Outside its parent",
     "The span starts before or ends after its parent; it is kept where it was recorded and drawn thin.", true},
    {"negative-duration", "Negative duration",
     "The span ended before it started; it is shown with no length at its start.", true},
    {"missing-duration", "No end recorded", "The span has no end or duration; it is shown with no length.", true},
    {"zero-duration", "Duration of zero", "The span was recorded with a duration of zero.", false},
    {"time-out-of-range", "Time out of range",
     "The start or the duration is not a clock reading; the span is shown but does not stretch the trace.", true},
}};

const KindText &textOf(RepairKind kind)
{
    return kKinds[static_cast<std::size_t>(kind)];
}

std::string outsideText(const SpanTable &spans, const Repair &repair)
{
    std::string text;
    const Duration early = spans.start(repair.other) - spans.start(repair.row);
    const Duration late = spans.end(repair.row) - spans.end(repair.other);
    if (early > Duration())
        text = "starts " + durationText(early) + " before its parent";
    if (late > Duration())
        text += (text.empty() ? "ends " : " and ends ") + durationText(late)
            + (early > Duration() ? " after it" : " after its parent");
    return text;
}

} // namespace

std::string_view repairKindId(RepairKind kind)
{
    return textOf(kind).id;
}
std::string_view repairKindTitle(RepairKind kind)
{
    return textOf(kind).title;
}
std::string_view repairKindExplanation(RepairKind kind)
{
    return textOf(kind).explanation;
}
bool isRepair(RepairKind kind)
{
    return textOf(kind).isRepair;
}

void RepairLedger::add(const Repair &repair)
{
    m_entries.push_back(repair);
    ++m_counts[static_cast<std::size_t>(repair.kind)];
}

void RepairLedger::sortByRow()
{
    std::stable_sort(m_entries.begin(), m_entries.end(),
                     [](const Repair &a, const Repair &b) { return a.row != b.row ? a.row < b.row : a.kind < b.kind; });
}

std::uint64_t RepairLedger::repairCount() const
{
    std::uint64_t total = 0;
    for (std::size_t kind = 0; kind < kRepairKindCount; ++kind)
        total += kKinds[kind].isRepair ? m_counts[kind] : 0;
    return total;
}

std::string repairText(const TraceSnapshot &snapshot, const Repair &repair)
{
    const SpanTable &spans = snapshot.spans();
    const SpanRow row = repair.row;
    switch (repair.kind) {
    case RepairKind::UnresolvedParent:
        return "names parent " + snapshot.recordedParentText(row) + ", which is not in the data; shown as a root";
    case RepairKind::SeveralRoots:
        return "the trace has " + countText(static_cast<std::uint64_t>(repair.value)) + " roots; this one names it";
    case RepairKind::SelfParent: return "names itself as its parent; shown as a root";
    case RepairKind::Cycle:
        return "is one of " + countText(static_cast<std::uint64_t>(repair.value))
            + " spans that name each other as parents; "
            + (repair.other == row ? "cut here, shown as a root" : "cut at " + snapshot.spanIdText(repair.other));
    case RepairKind::DuplicateSpanId:
        return "has the span id of another span, \"" + std::string(snapshot.operationOf(repair.other)) + "\" of "
            + std::string(snapshot.serviceOf(repair.other));
    case RepairKind::MergedDuplicate:
        return "is also in " + snapshot.inputs()[static_cast<std::size_t>(repair.value)].name + "; shown once";
    case RepairKind::InferredParent:
        return "recorded parent " + snapshot.recordedParentText(row) + " was never stored; inferred caller "
            + snapshot.spanIdText(repair.other) + " with confidence "
            + decimalText(static_cast<double>(snapshot.parentConfidence(row)));
    case RepairKind::OutsideParent: return outsideText(spans, repair);
    case RepairKind::NegativeDuration:
        return "recorded duration " + durationText(Duration(repair.value)) + "; shown with no length";
    case RepairKind::MissingDuration: return "no end or duration recorded; shown with no length";
    case RepairKind::ZeroDuration: return "recorded duration 0";
    case RepairKind::TimeOutOfRange:
        return "start " + isoText(spans.start(row)) + ", duration " + durationText(spans.duration(row))
            + ": out of range, left out of the trace's extent";
    }
    return {};
}

} // namespace tailspan::trace
