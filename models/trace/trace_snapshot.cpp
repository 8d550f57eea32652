// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/trace_snapshot.h"

#include <algorithm>

namespace tailspan::trace {

const TraceSnapshot::OddParent *TraceSnapshot::oddParent(SpanRow row) const
{
    const auto found = std::lower_bound(m_oddParents.begin(), m_oddParents.end(), row.value(),
                                        [](const OddParent &entry, std::uint32_t value) { return entry.row < value; });
    return found != m_oddParents.end() && found->row == row.value() ? &*found : nullptr;
}

std::optional<TraceRow> TraceSnapshot::findTrace(std::string_view text) const
{
    const Id wanted = findId(text, m_strings);
    if (!wanted.isPresent() && !text.empty())
        return std::nullopt; // a trace without an id is asked for with an empty text
    for (std::uint32_t t = 0; t < m_traces.size(); ++t) {
        if (m_traces[t].id == wanted)
            return TraceRow(t);
    }
    return std::nullopt;
}

std::optional<SpanRow> TraceSnapshot::findSpan(TraceRow trace, std::string_view idText) const
{
    const Id wanted = idText.empty() ? Id() : findId(idText, m_strings);
    if (!wanted.isPresent())
        return std::nullopt;
    const TraceSummary &summary = m_traces[trace.value()];
    for (std::uint32_t row = summary.firstRow; row < summary.firstRow + summary.spanCount; ++row) {
        if (m_spans.id(SpanRow(row)) == wanted)
            return SpanRow(row);
    }
    return std::nullopt;
}

std::string TraceSnapshot::recordedParentText(SpanRow row) const
{
    if (const OddParent *odd = oddParent(row))
        return idText(odd->recorded, m_strings);
    const SpanRow parent = m_spans.parentOf(row);
    return parent.isValid() ? spanIdText(parent) : std::string();
}

ParentOrigin TraceSnapshot::parentOrigin(SpanRow row) const
{
    if (m_spans.isRoot(row))
        return ParentOrigin::Root;
    return m_spans.hasMark(row, kMarkInferredParent) ? ParentOrigin::Inferred : ParentOrigin::Recorded;
}

float TraceSnapshot::parentConfidence(SpanRow row) const
{
    switch (parentOrigin(row)) {
    case ParentOrigin::Root: return 0;
    case ParentOrigin::Recorded: return 1;
    case ParentOrigin::Inferred: break;
    }
    const OddParent *odd = oddParent(row);
    return odd == nullptr ? 0 : odd->confidence;
}

SpanAddress TraceSnapshot::addressOf(SpanRow row) const
{
    const std::uint32_t resource = m_spans.resource[row.value()];
    SpanAddress address;
    address.record = m_spans.record(row);
    address.resource = resource < m_resources.size() ? m_resources[resource] : RecordRef{0, 0, address.record.file};
    address.traceId = traceIdText(traceOf(row));
    address.spanId = spanIdText(row);
    address.service = serviceOf(row);
    // As the store knows it.
    address.startNs =
        saturatingSubtract(m_spans.startNs[row.value()], clockOffsetNs(ServiceId(m_spans.service[row.value()])));
    return address;
}

Result<SpanDetails> TraceSnapshot::details(SpanRow row, Secrets secrets) const
{
    const TraceInput &input = m_inputs[m_spans.file[row.value()]];
    if (!input.details)
        return fail(ErrorCode::NotFound, "no details are kept for this span", input.name);
    Result<SpanDetails> details = input.details->details(addressOf(row), secrets);
    if (details.has_value())
        moveEvents(row, *details);
    return details;
}

void TraceSnapshot::moveEvents(SpanRow row, SpanDetails &details) const
{
    const Duration moved(clockOffsetNs(ServiceId(m_spans.service[row.value()])));
    for (SpanEvent &event : details.events)
        event.time = event.time + moved;
}

std::size_t TraceSnapshot::memoryBytes() const
{
    return m_spans.memoryBytes() + m_strings.memoryBytes() + m_traces.capacity() * sizeof(TraceSummary)
        + m_traceServices.capacity() * sizeof(std::uint32_t) + m_oddParents.capacity() * sizeof(OddParent)
        + m_ledger.entries().capacity() * sizeof(Repair) + m_resources.capacity() * sizeof(RecordRef);
}

} // namespace tailspan::trace
