// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/data_quality.h"
#include "models/base/string_pool.h"
#include "models/trace/repair_ledger.h"
#include "models/trace/span_details.h"
#include "models/trace/span_table.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::trace {

/// One trace: a row of the trace list. The spans are [firstRow, firstRow + spanCount).
struct TraceSummary {
    Id id;
    std::uint32_t firstRow = 0;
    std::uint32_t spanCount = 0;
    std::uint32_t rootRow = 0; ///< The root that starts first; of several at once the longest.
    std::uint32_t rootCount = 0;
    std::uint32_t errorCount = 0;
    std::uint32_t repairCount = 0;  ///< Ledger entries that are repairs, without the notes.
    std::uint32_t firstService = 0; ///< Into TraceSnapshot::traceServices().
    std::uint32_t serviceCount = 0;
    std::int64_t startNs = 0;    ///< Of the spans whose time is in range.
    std::int64_t durationNs = 0; ///< From the first start to the last end.
};

/// One file or store the spans came from.
struct TraceInput {
    std::string name;   ///< File name or address without credentials.
    std::string format; ///< "Jaeger JSON"
    std::uint64_t sizeBytes = 0;
    std::uint64_t spanCount = 0;
    bool isComplete = true;
    DataQuality quality;
    std::vector<std::string>
        notes; ///< What else there is to know: "first 100,000 of more", why a store did not answer.
    std::shared_ptr<const SpanDetailSource> details;
};

/// An immutable set of traces that all views share. Made by TraceBuilder, never changed after.
/// Thread: any number of readers. Every layout and finding names the generation it was made from.
class TraceSnapshot {
public:
    [[nodiscard]] std::uint64_t generation() const { return m_generation; }
    [[nodiscard]] const SpanTable &spans() const { return m_spans; }
    [[nodiscard]] const std::vector<TraceSummary> &traces() const { return m_traces; } ///< By start.
    [[nodiscard]] const RepairLedger &ledger() const { return m_ledger; }
    [[nodiscard]] const std::vector<TraceInput> &inputs() const { return m_inputs; }
    [[nodiscard]] const StringPool &strings() const { return m_strings; }
    /// From the first start to the last end of the traces whose times are in range; of all when none's are.
    [[nodiscard]] TimeRange range() const { return m_range; }

    [[nodiscard]] std::size_t serviceCount() const { return m_services.size(); }
    [[nodiscard]] std::string_view serviceName(ServiceId id) const { return m_strings.view(m_services[id.value()]); }
    [[nodiscard]] std::size_t operationCount() const { return m_operations.size(); }
    [[nodiscard]] std::string_view operationName(OperationId id) const
    {
        return m_strings.view(m_operations[id.value()]);
    }
    [[nodiscard]] std::string_view serviceOf(SpanRow row) const
    {
        return serviceName(ServiceId(m_spans.service[row.value()]));
    }
    [[nodiscard]] std::string_view operationOf(SpanRow row) const
    {
        return operationName(OperationId(m_spans.operation[row.value()]));
    }
    /// Distinct services of a trace, in order of first appearance in tree order.
    [[nodiscard]] std::span<const std::uint32_t> servicesOf(const TraceSummary &trace) const
    {
        return std::span(m_traceServices).subspan(trace.firstService, trace.serviceCount);
    }
    /// The trace with that id as the user or a URL writes it.
    [[nodiscard]] std::optional<TraceRow> findTrace(std::string_view idText) const;
    /// The span of that trace with that id, as spanIdText() writes it; of several the first. Linear in the trace.
    [[nodiscard]] std::optional<SpanRow> findSpan(TraceRow trace, std::string_view idText) const;
    [[nodiscard]] const TraceSummary &traceOf(SpanRow row) const { return m_traces[m_spans.trace[row.value()]]; }

    [[nodiscard]] std::string spanIdText(SpanRow row) const { return idText(m_spans.id(row), m_strings); }
    [[nodiscard]] std::string traceIdText(const TraceSummary &trace) const { return idText(trace.id, m_strings); }
    /// The parent id as recorded; empty when none was. For inferred and unresolved parents it names no stored span.
    [[nodiscard]] std::string recordedParentText(SpanRow row) const;
    [[nodiscard]] ParentOrigin parentOrigin(SpanRow row) const;
    /// 1 for a recorded parent, 0 for a root, between for an inferred one.
    [[nodiscard]] float parentConfidence(SpanRow row) const;
    /// What was added to the times of a service because its clock disagrees; 0 where they are as recorded.
    [[nodiscard]] std::int64_t clockOffsetNs(ServiceId id) const
    {
        return m_clockOffsetNs.empty() ? 0 : m_clockOffsetNs[id.value()];
    }
    /// Where the record of a process or resource stands. Precondition: it is one of a span.
    [[nodiscard]] const RecordRef &resource(std::uint32_t row) const { return m_resources[row]; }
    /// Where the source of the span's input finds it.
    [[nodiscard]] SpanAddress addressOf(SpanRow row) const;
    [[nodiscard]] Result<SpanDetails> details(SpanRow row, Secrets secrets = Secrets::Masked) const;
    /// Puts the events of a span's details on the corrected clock of its service; details() has done so.
    void moveEvents(SpanRow row, SpanDetails &details) const;

    /// Bytes held by the columns, strings, summaries and ledger, without the inputs' own bytes.
    [[nodiscard]] std::size_t memoryBytes() const;

private:
    friend class ClockMove;
    friend class SnapshotAssembly;
    friend class SnapshotMerge;

    /// What was recorded for a span whose recorded parent is not the one it hangs under.
    struct OddParent {
        std::uint32_t row = 0;
        Id recorded;
        float confidence = 0; ///< Of the inferred parent.
    };
    [[nodiscard]] const OddParent *oddParent(SpanRow row) const;

    std::uint64_t m_generation = 0;
    SpanTable m_spans;
    StringPool m_strings;
    std::vector<StringId> m_services;
    std::vector<StringId> m_operations;
    std::vector<RecordRef> m_resources;
    std::vector<std::int64_t> m_clockOffsetNs; // by ServiceId, or empty
    std::vector<TraceSummary> m_traces;
    std::vector<std::uint32_t> m_traceServices;
    std::vector<OddParent> m_oddParents; // by row
    RepairLedger m_ledger;
    std::vector<TraceInput> m_inputs;
    TimeRange m_range;
};

using TraceSnapshotPtr = std::shared_ptr<const TraceSnapshot>;

} // namespace tailspan::trace
