// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/snapshot_check.h"

#include "models/trace/mark_names.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace tailspan::test {

namespace {

using trace::SpanTable;
using trace::TraceSnapshot;
constexpr std::uint32_t kNone = SpanRow::kNone;

std::string at(const char *what, std::size_t row)
{
    return std::string(what) + " at row " + std::to_string(row);
}

std::string brokenRow(const SpanTable &spans, std::uint32_t row)
{
    const std::uint32_t parent = spans.parent[row];
    if (spans.durationNs[row] < 0)
        return at("negative duration", row);
    if (spans.subtreeSize[row] == 0 || row + spans.subtreeSize[row] > spans.size())
        return at("subtree beyond the table", row);
    if (parent == kNone)
        return spans.depth[row] == 0 ? "" : at("a root that is deep", row);
    if (parent >= row)
        return at("parent behind its child", row);
    if (spans.trace[parent] != spans.trace[row])
        return at("parent of another trace", row);
    if (spans.depth[row] != spans.depth[parent] + 1)
        return at("wrong depth", row);
    return row + spans.subtreeSize[row] <= parent + spans.subtreeSize[parent] ? ""
                                                                              : at("subtree beyond its parent's", row);
}

/// Subtree sizes added up from the leaves, and siblings by start.
std::string brokenTree(const SpanTable &spans)
{
    std::vector<std::uint32_t> sizes(spans.size(), 1);
    for (std::size_t row = spans.size(); row-- > 0;) {
        if (spans.parent[row] != kNone)
            sizes[spans.parent[row]] += sizes[row];
    }
    if (sizes != spans.subtreeSize)
        return "wrong subtree sizes";
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        const std::size_t next = row + spans.subtreeSize[row];
        if (next < spans.size() && spans.parent[next] == spans.parent[row] && spans.trace[next] == spans.trace[row]
            && spans.startNs[next] < spans.startNs[row])
            return at("siblings not by start", row);
    }
    return {};
}

std::string brokenTraces(const TraceSnapshot &snapshot)
{
    const SpanTable &spans = snapshot.spans();
    std::uint32_t row = 0;
    for (std::size_t t = 0; t < snapshot.traces().size(); ++t) {
        const trace::TraceSummary &trace = snapshot.traces()[t];
        if (trace.firstRow != row || trace.spanCount == 0)
            return at("trace does not begin where the one before ended", row);
        if (t > 0 && snapshot.traces()[t - 1].startNs > trace.startNs)
            return at("traces not by start", row);
        std::uint32_t roots = 0;
        std::uint32_t errors = 0;
        for (; row < trace.firstRow + trace.spanCount; ++row) {
            if (spans.trace[row] != t)
                return at("wrong trace number", row);
            roots += spans.parent[row] == kNone ? 1 : 0;
            errors += spans.status[row] == trace::SpanStatus::Error ? 1 : 0;
        }
        if (roots != trace.rootCount || roots == 0 || errors != trace.errorCount)
            return at("wrong count of roots or errors", trace.firstRow);
        if (spans.parent[trace.rootRow] != kNone || spans.trace[trace.rootRow] != t)
            return at("the trace is named by a span that is no root of it", trace.rootRow);
    }
    return row == spans.size() ? "" : "spans without a trace";
}

std::string brokenLedger(const TraceSnapshot &snapshot)
{
    using trace::RepairKind;
    constexpr std::array<std::pair<trace::SpanMark, RepairKind>, 7> kAgree{{
        {trace::kMarkUnresolvedParent, RepairKind::UnresolvedParent},
        {trace::kMarkSelfParent, RepairKind::SelfParent},
        {trace::kMarkCycle, RepairKind::Cycle},
        {trace::kMarkInferredParent, RepairKind::InferredParent},
        {trace::kMarkNegativeDuration, RepairKind::NegativeDuration},
        {trace::kMarkMissingDuration, RepairKind::MissingDuration},
        {trace::kMarkTimeOutOfRange, RepairKind::TimeOutOfRange},
    }};
    const SpanTable &spans = snapshot.spans();
    for (const auto &[mark, kind] : kAgree) {
        const auto marked = std::count_if(spans.marks.begin(), spans.marks.end(),
                                          [m = mark](trace::SpanMarks marks) { return (marks & m) != 0; });
        if (static_cast<std::uint64_t>(marked) != snapshot.ledger().count(kind))
            return "marks and ledger differ: " + std::string(repairKindId(kind));
    }
    for (const trace::Repair &repair : snapshot.ledger().entries()) {
        if (repair.row.value() >= spans.size() || repairText(snapshot, repair).empty())
            return "a ledger entry that names no span";
    }
    const std::uint64_t repairs =
        std::accumulate(snapshot.traces().begin(), snapshot.traces().end(), std::uint64_t{0},
                        [](std::uint64_t sum, const trace::TraceSummary &t) { return sum + t.repairCount; });
    return repairs == snapshot.ledger().repairCount() ? "" : "the traces' repairs are not the ledger's";
}

} // namespace

std::string brokenPromise(const TraceSnapshot &snapshot)
{
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row) {
        if (std::string broken = brokenRow(snapshot.spans(), row); !broken.empty())
            return broken;
    }
    for (std::string broken : {brokenTree(snapshot.spans()), brokenTraces(snapshot), brokenLedger(snapshot)}) {
        if (!broken.empty())
            return broken;
    }
    return {};
}

std::string drawingOf(const TraceSnapshot &snapshot)
{
    const SpanTable &spans = snapshot.spans();
    std::string text;
    for (std::uint32_t r = 0; r < spans.size(); ++r) {
        const SpanRow row(r);
        if (r == snapshot.traceOf(row).firstRow)
            text += "trace " + snapshot.traceIdText(snapshot.traceOf(row)) + "\n";
        text += std::string(2 * std::min<std::uint32_t>(spans.depth[r], 50), ' ') + snapshot.spanIdText(row) + " < "
            + snapshot.recordedParentText(row) + " | " + std::string(snapshot.serviceOf(row)) + " | "
            + std::string(snapshot.operationOf(row)) + " @" + std::to_string(spans.startNs[r]) + " +"
            + std::to_string(spans.durationNs[r]) + " kind " + std::to_string(static_cast<int>(spans.kind[r]))
            + " status " + std::to_string(static_cast<int>(spans.status[r]));
        for (const std::string_view mark : trace::markNames(spans.marks[r]))
            text += " " + std::string(mark);
        text += "\n";
    }
    for (const trace::Repair &repair : snapshot.ledger().entries())
        text += std::string(repairKindId(repair.kind)) + ": " + repairText(snapshot, repair) + "\n";
    return text;
}

} // namespace tailspan::test
