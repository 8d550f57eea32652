// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/live_window.h"

#include "models/trace/snapshot_merge.h"

#include <algorithm>

namespace tailspan::trace {

namespace {

/// Everything that tells two spans apart. A span that is read twice has the same; with 64 bits two
/// different ones of a hundred thousand share it with a chance of about one in four thousand million.
std::uint64_t contentKeyOf(const SpanDraft &span)
{
    std::uint64_t key = 0;
    for (const std::uint64_t part :
         {span.trace.hash(), span.span.hash(), span.parent.hash(), static_cast<std::uint64_t>(span.startNs),
          static_cast<std::uint64_t>(span.durationNs), static_cast<std::uint64_t>(span.service.value()),
          static_cast<std::uint64_t>(span.operation.value())})
        key = mixBits(key ^ part) + 0x9e3779b97f4a7c15ULL;
    return key;
}

} // namespace

LiveWindow::LiveWindow(std::vector<TraceInput> inputs, std::size_t spanLimit)
    : m_inputs(std::move(inputs)), m_outages(m_inputs.size()), m_spanLimit(std::max<std::size_t>(spanLimit, 1))
{}

std::uint64_t LiveWindow::add(std::uint16_t input, CollectedSpans spans)
{
    const std::vector<StringId> translation = internAll(spans.strings, m_strings);
    std::uint64_t added = 0;
    for (SpanBatch &batch : spans.batches) {
        translateStrings(batch, translation);
        added += addBatch(input, batch);
    }
    for (const TraceInput &from : spans.inputs)
        m_inputs[input].quality.merge(from.quality);
    m_inputs[input].spanCount += added;
    m_hasChanged = m_hasChanged || added > 0;
    dropOldest();
    return added;
}

std::uint64_t LiveWindow::addBatch(std::uint16_t input, SpanBatch &batch)
{
    std::uint64_t added = 0;
    const bool hasNeighbors = batch.neighborBegin.size() == batch.spans.size() + 1;
    for (std::size_t i = 0; i < batch.spans.size(); ++i) {
        SpanDraft &draft = batch.spans[i];
        draft.file = input;
        const std::uint64_t key = contentKeyOf(draft);
        std::uint64_t &holders = m_holders[key];
        const std::uint64_t own = std::uint64_t{1} << input;
        if ((holders & own) != 0)
            continue;
        holders |= own;
        LiveTrace &trace = m_traces[draft.trace];
        LiveSpan span{draft, {}, key};
        if (hasNeighbors)
            span.neighbors.assign(batch.neighbors.begin() + batch.neighborBegin[i],
                                  batch.neighbors.begin() + batch.neighborBegin[i + 1]);
        const std::int64_t endNs = saturatingAdd(draft.startNs, std::max<std::int64_t>(draft.durationNs, 0));
        trace.newestEndNs = trace.spans.empty() ? endNs : std::max(trace.newestEndNs, endNs);
        trace.changedAt = m_renewals;
        trace.spans.push_back(std::move(span));
        ++added;
    }
    return added;
}

void LiveWindow::setOutage(std::uint16_t input, std::string why)
{
    m_hasChanged = m_hasChanged || m_outages[input] != why;
    m_outages[input] = std::move(why);
}

void LiveWindow::addLoss(std::uint16_t input, const std::string &what)
{
    TraceInput &from = m_inputs[input];
    const bool isKnown = std::find(from.notes.begin(), from.notes.end(), what) != from.notes.end();
    m_hasChanged = m_hasChanged || from.isComplete || !isKnown;
    from.isComplete = false;
    if (!isKnown)
        from.notes.push_back(what);
}

std::vector<TraceInput> LiveWindow::stampedInputs() const
{
    std::vector<TraceInput> inputs = m_inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (m_outages[i].empty())
            continue;
        inputs[i].isComplete = false;
        inputs[i].notes.push_back(m_outages[i]);
    }
    return inputs;
}

/// A twentieth at once, so that not every span that comes makes us look for the oldest.
void LiveWindow::dropOldest()
{
    if (spanCount() <= m_spanLimit)
        return;
    std::vector<std::pair<std::int64_t, Id>> byAge;
    byAge.reserve(m_traces.size());
    for (const auto &[id, trace] : m_traces)
        byAge.emplace_back(trace.newestEndNs, id);
    std::sort(byAge.begin(), byAge.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    const std::size_t target = m_spanLimit - m_spanLimit / 20;
    for (std::size_t i = 0; i + 1 < byAge.size() && spanCount() > target; ++i) { // the newest trace always stays
        const auto found = m_traces.find(byAge[i].second);
        for (const LiveSpan &span : found->second.spans) {
            m_holders.erase(span.contentKey); // copies of a span are in one trace
            --m_inputs[span.draft.file].spanCount;
        }
        m_traces.erase(found);
        ++m_droppedTraces;
        m_hasChanged = true;
    }
}

std::vector<const LiveWindow::Entry *> LiveWindow::tracesToBuild() const
{
    std::vector<const Entry *> traces;
    for (const Entry &entry : m_traces)
        traces.push_back(&entry);
    // Ids break ties: the same spans give the same snapshot.
    std::sort(traces.begin(), traces.end(), [](const Entry *a, const Entry *b) {
        if (a->second.changedAt != b->second.changedAt)
            return a->second.changedAt > b->second.changedAt;
        if (a->second.newestEndNs != b->second.newestEndNs)
            return a->second.newestEndNs > b->second.newestEndNs;
        return std::pair(a->first.high, a->first.low) < std::pair(b->first.high, b->first.low);
    });
    std::size_t spans = 0;
    const auto end = std::find_if(traces.begin(), traces.end(), [&](const Entry *entry) {
        const bool isEnough = entry->second.changedAt != m_renewals && spans >= kLearningSpans;
        spans += entry->second.spans.size();
        return isEnough;
    });
    traces.erase(end, traces.end());
    return traces;
}

Result<TraceSnapshotPtr> LiveWindow::built(const std::vector<const Entry *> &traces, std::stop_token stop,
                                           Progress &progress) const
{
    TraceBuilder builder;
    std::vector<SpanBatch> batches(m_inputs.size());
    for (SpanBatch &batch : batches)
        batch.neighborBegin.push_back(0);
    for (const Entry *entry : traces) {
        for (const LiveSpan &span : entry->second.spans) {
            SpanBatch &batch = batches[span.draft.file];
            batch.spans.push_back(span.draft);
            batch.neighbors.insert(batch.neighbors.end(), span.neighbors.begin(), span.neighbors.end());
            batch.neighborBegin.push_back(static_cast<std::uint32_t>(batch.neighbors.size()));
        }
    }
    const std::vector<StringId> translation = internAll(m_strings, builder.strings());
    for (std::size_t i = 0; i < batches.size(); ++i) {
        translateStrings(batches[i], translation);
        builder.add(builder.addInput(m_inputs[i]), std::move(batches[i]));
    }
    return builder.build(std::move(stop), progress);
}

template <class IsTaken>
std::vector<bool> LiveWindow::chosen(const TraceSnapshot &snapshot, IsTaken isTaken) const
{
    std::vector<bool> taken(snapshot.traces().size());
    for (std::size_t t = 0; t < taken.size(); ++t) {
        Id id = snapshot.traces()[t].id;
        if (id.form == IdForm::Text)
            id = findId(snapshot.traceIdText(snapshot.traces()[t]), m_strings);
        const auto found = m_traces.find(id);
        taken[t] = found != m_traces.end() && isTaken(found->second);
    }
    return taken;
}

Result<TraceSnapshotPtr> LiveWindow::snapshot(std::stop_token stop, Progress &progress)
{
    if (m_last && !m_hasChanged)
        return m_last;
    TS_TRY(const TraceSnapshotPtr fresh, built(tracesToBuild(), stop, progress));
    const auto hasGrown = [this](const LiveTrace &trace) { return trace.changedAt == m_renewals; };
    const TraceSnapshot &base = m_last ? *m_last : *fresh;
    std::vector<bool> kept(base.traces().size());
    if (m_last)
        kept = chosen(base, [&](const LiveTrace &trace) { return !hasGrown(trace); });
    m_last = mergeSnapshots({base, std::move(kept)}, {*fresh, chosen(*fresh, hasGrown)}, stampedInputs());
    ++m_renewals;
    m_hasChanged = false;
    return m_last;
}

} // namespace tailspan::trace
