// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/caller_links.h"

#include "models/trace/parent_inference.h"

#include <unordered_map>

namespace tailspan::trace {

namespace {

/// The records that inference may look at, with the draft each one stands for.
class CallerRecords {
public:
    CallerRecords(const std::list<SpanBatch> &batches, const LinkedSpans &spans) : m_spans(spans)
    {
        m_input.neighborBegin.push_back(0);
        std::vector<bool> isMergedAway(spans.size());
        for (const std::uint32_t draft : spans.mergedAway)
            isMergedAway[draft] = true;
        std::uint32_t draft = 0;
        for (const SpanBatch &batch : batches) {
            for (std::size_t i = 0; i < batch.spans.size(); ++i, ++draft) {
                if (!batch.neighborBegin.empty() && !isMergedAway[draft])
                    addRecord(batch, i, draft);
            }
        }
        m_input.groupCount = static_cast<std::uint32_t>(m_groups.size());
    }

    [[nodiscard]] bool isEmpty() const { return m_draftOf.empty() || m_input.groupCount == 0; }
    [[nodiscard]] const CallerInferenceInput &input() const { return m_input; }
    [[nodiscard]] std::uint32_t draftOf(std::uint32_t record) const { return m_draftOf[record]; }
    [[nodiscard]] std::size_t size() const { return m_draftOf.size(); }

private:
    struct GroupKey {
        std::uint32_t trace;
        Id parent;
        friend bool operator==(const GroupKey &, const GroupKey &) = default;
    };
    struct GroupHash {
        std::size_t operator()(const GroupKey &key) const { return mixBits(key.parent.hash() + key.trace); }
    };

    void addRecord(const SpanBatch &batch, std::size_t i, std::uint32_t draft)
    {
        const SpanDraft &span = batch.spans[i];
        m_draftOf.push_back(draft);
        m_input.trace.push_back(m_spans.trace[draft]);
        m_input.service.push_back(span.service.value());
        m_input.operation.push_back(span.operation.value());
        m_input.startNs.push_back(span.startNs);
        m_input.endNs.push_back(saturatingAdd(span.startNs, std::max<std::int64_t>(span.durationNs, 0)));
        m_input.parentGroup.push_back(groupOf(draft));
        for (std::uint32_t n = batch.neighborBegin[i]; n < batch.neighborBegin[i + 1]; ++n)
            m_input.neighbor.push_back(batch.neighbors[n].value());
        m_input.neighborBegin.push_back(static_cast<std::uint32_t>(m_input.neighbor.size()));
    }

    std::uint32_t groupOf(std::uint32_t draft)
    {
        if ((m_spans.marks[draft] & kMarkUnresolvedParent) == 0)
            return kNoGroup;
        const GroupKey key{m_spans.trace[draft], m_spans.drafts[draft]->parent};
        return m_groups.try_emplace(key, static_cast<std::uint32_t>(m_groups.size())).first->second;
    }

    const LinkedSpans &m_spans;
    CallerInferenceInput m_input;
    std::vector<std::uint32_t> m_draftOf;
    std::unordered_map<GroupKey, std::uint32_t, GroupHash> m_groups;
};

} // namespace

void linkInferredCallers(const std::list<SpanBatch> &batches, LinkedSpans &spans, std::stop_token stop)
{
    const CallerRecords records(batches, spans);
    if (records.isEmpty())
        return;
    const std::vector<InferredCaller> callers = inferCallers(records.input(), stop);
    if (callers.size() != records.input().groupCount)
        return; // stopped
    spans.confidence.resize(spans.size());
    for (std::uint32_t record = 0; record < records.size(); ++record) {
        const std::uint32_t group = records.input().parentGroup[record];
        if (group == kNoGroup || callers[group].record == kNoCaller)
            continue;
        const std::uint32_t draft = records.draftOf(record);
        spans.parent[draft] = records.draftOf(callers[group].record);
        spans.confidence[draft] = callers[group].confidence;
        spans.marks[draft] =
            static_cast<SpanMarks>((spans.marks[draft] & ~kMarkUnresolvedParent) | kMarkInferredParent);
    }
}

} // namespace tailspan::trace
