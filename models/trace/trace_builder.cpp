// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/trace_builder.h"

#include "models/trace/caller_links.h"
#include "models/trace/snapshot_assembly.h"
#include "models/trace/span_linker.h"
#include "models/trace/tree_order.h"

#include <limits>

namespace tailspan::trace {

std::uint16_t TraceBuilder::addInput(TraceInput input)
{
    m_inputs.push_back(std::move(input));
    return static_cast<std::uint16_t>(m_inputs.size() - 1);
}

std::uint32_t TraceBuilder::addResource(const RecordRef &record)
{
    m_resources.push_back(record);
    return static_cast<std::uint32_t>(m_resources.size() - 1);
}

void TraceBuilder::add(std::uint16_t input, SpanBatch batch)
{
    for (SpanDraft &span : batch.spans)
        span.file = input;
    m_spanCount += batch.spans.size();
    m_inputs[input].spanCount += batch.spans.size();
    if (!batch.spans.empty())
        m_batches.push_back(std::move(batch));
}

std::vector<const SpanDraft *> TraceBuilder::allDrafts() const
{
    std::vector<const SpanDraft *> drafts;
    drafts.reserve(m_spanCount);
    for (const SpanBatch &batch : m_batches) {
        for (const SpanDraft &span : batch.spans)
            drafts.push_back(&span);
    }
    return drafts;
}

Result<TraceSnapshotPtr> TraceBuilder::build(std::stop_token stop, Progress &progress)
{
    if (m_spanCount >= std::numeric_limits<std::uint32_t>::max() / 2)
        return fail(ErrorCode::LimitReached, "more than two thousand million spans");
    progress.begin("building the trees", 0);
    TS_TRY(LinkedSpans spans, linkSpans(allDrafts(), stop));
    linkInferredCallers(m_batches, spans, stop);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    const TreeOrder order = orderAsTrees(spans);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    return assembleSnapshot(spans, order, {std::move(m_strings), std::move(m_inputs), std::move(m_resources), {}});
}

CollectedSpans TraceBuilder::release() &&
{
    return {std::move(m_strings), std::move(m_inputs), std::move(m_batches)};
}

std::vector<StringId> internAll(const StringPool &from, StringPool &to)
{
    std::vector<StringId> translation(from.size());
    for (std::uint32_t id = 0; id < translation.size(); ++id)
        translation[id] = to.intern(from.view(StringId(id)));
    return translation;
}

void translateStrings(SpanBatch &batch, const std::vector<StringId> &translation)
{
    const auto translate = [&](StringId &id) {
        if (id.isValid())
            id = translation[id.value()];
    };
    const auto translateId = [&](Id &id) {
        if (id.form == IdForm::Text)
            id.low = translation[static_cast<std::size_t>(id.low)].value();
    };
    for (SpanDraft &span : batch.spans) {
        translateId(span.trace);
        translateId(span.span);
        translateId(span.parent);
        translate(span.service);
        translate(span.operation);
    }
    for (StringId &neighbor : batch.neighbors)
        translate(neighbor);
}

} // namespace tailspan::trace
