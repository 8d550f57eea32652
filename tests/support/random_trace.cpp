// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/trace_builder.h"
#include "tests/support/spans_from_text.h"

#include <cstdio>
#include <cstdlib>
#include <random>

namespace tailspan::test {

namespace {

constexpr std::int64_t kEpochNs = 1'767'225'600'000'000'000;
constexpr std::uint32_t kMaxDepth = 12;

struct Open {
    std::uint64_t id = 0;
    std::int64_t startNs = 0;
    std::int64_t endNs = 0;
    std::uint32_t depth = 0;
};

/// Spans of one trace, parents before children, each child placed inside a random open span.
class Generator {
public:
    Generator(trace::TraceBuilder &builder, std::uint64_t seed) : m_builder(builder), m_random(seed)
    {
        for (int i = 0; i < 8; ++i)
            m_services.push_back(builder.strings().intern("service-" + std::to_string(i)));
        for (int i = 0; i < 40; ++i)
            m_operations.push_back(builder.strings().intern("operation " + std::to_string(i)));
    }

    /// One trace in which every fourth step is a run of 5 to 64 like calls, most of them one after another.
    void addTraceWithRuns(std::uint32_t count, trace::SpanBatch &batch)
    {
        std::vector<Open> open{{++m_lastId, kEpochNs, kEpochNs + 3'600'000'000'000, 0}};
        addSpan(1, open.front(), 0, batch);
        while (--count > 0) {
            const Open parent = open[static_cast<std::size_t>(pick(static_cast<std::int64_t>(open.size())))];
            const bool isRun = pick(4) == 0;
            const auto calls = static_cast<std::uint32_t>(isRun ? 5 + pick(60) : 1);
            const std::int64_t slotNs = std::max<std::int64_t>((parent.endNs - parent.startNs) / (4 * calls), 2);
            const std::int64_t lengthNs = isRun && pick(4) == 0 ? 2 * slotNs : slotNs; // twice the slot: side by side
            const std::int64_t firstNs = parent.startNs + pick(slotNs * calls);
            const std::size_t service = static_cast<std::size_t>(pick(8));
            const std::size_t operation = static_cast<std::size_t>(pick(40));
            for (std::uint32_t call = 0; call < calls && count > 0; ++call) {
                const std::int64_t startNs = firstNs + call * slotNs;
                const Open child{++m_lastId, startNs, startNs + std::max<std::int64_t>(pick(lengthNs), 1),
                                 parent.depth + 1};
                addSpan(1, child, parent.id, batch, service, operation);
                count -= call + 1 < calls ? 1 : 0;
                if (child.depth < kMaxDepth && pick(3) == 0)
                    keep(open, child);
            }
            count = std::max(count, 1U);
        }
    }

    void addTrace(std::uint64_t traceId, std::int64_t startNs, std::uint32_t count, trace::SpanBatch &batch)
    {
        std::vector<Open> open{{++m_lastId, startNs, startNs + 1'000'000'000 + pick(1'000'000'000), 0}};
        addSpan(traceId, open.front(), 0, batch);
        while (--count > 0) {
            const Open parent = open[static_cast<std::size_t>(pick(static_cast<std::int64_t>(open.size())))];
            const std::int64_t length = std::max<std::int64_t>(parent.endNs - parent.startNs, 2);
            Open child{++m_lastId, parent.startNs + pick(length), 0, parent.depth + 1};
            const std::int64_t room = std::max<std::int64_t>(parent.endNs - child.startNs, 1);
            child.endNs = child.startNs + (pick(50) == 0 ? room + pick(length) : pick(room));
            addSpan(traceId, child, parent.id, batch);
            if (child.depth < kMaxDepth)
                keep(open, child);
        }
    }

private:
    std::int64_t pick(std::int64_t below)
    {
        return static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(below));
    }

    void keep(std::vector<Open> &open, const Open &child)
    {
        if (open.size() < 4096)
            open.push_back(child);
        else
            open[static_cast<std::size_t>(pick(static_cast<std::int64_t>(open.size())))] = child;
    }

    void addSpan(std::uint64_t traceId, const Open &span, std::uint64_t parent, trace::SpanBatch &batch)
    {
        const auto service = static_cast<std::size_t>(pick(8));
        addSpan(traceId, span, parent, batch, service, static_cast<std::size_t>(pick(40)));
    }

    void addSpan(std::uint64_t traceId, const Open &span, std::uint64_t parent, trace::SpanBatch &batch,
                 std::size_t service, std::size_t operation)
    {
        trace::SpanDraft draft;
        draft.trace = {0, traceId, trace::IdForm::Hex16};
        draft.span = {0, span.id, trace::IdForm::Hex16};
        if (parent != 0)
            draft.parent = {0, parent, trace::IdForm::Hex16};
        draft.startNs = span.startNs;
        draft.durationNs = span.endNs - span.startNs;
        draft.service = m_services[service];
        draft.operation = m_operations[operation];
        draft.status = pick(100) == 0 ? trace::SpanStatus::Error : trace::SpanStatus::Ok;
        batch.spans.push_back(draft);
    }

    trace::TraceBuilder &m_builder;
    std::mt19937_64 m_random;
    std::uint64_t m_lastId = 0;
    std::vector<StringId> m_services;
    std::vector<StringId> m_operations;
};

trace::TraceSnapshotPtr built(trace::TraceBuilder &builder)
{
    Progress progress;
    auto snapshot = builder.build({}, progress);
    if (!snapshot.has_value()) {
        std::fprintf(stderr, "random trace: %s\n", snapshot.error().text().c_str());
        std::abort();
    }
    return *snapshot;
}

} // namespace

trace::TraceSnapshotPtr randomTrace(std::uint32_t spanCount, std::uint64_t seed)
{
    return randomTraces(1, spanCount, seed);
}

trace::TraceSnapshotPtr randomTraces(std::uint32_t traceCount, std::uint32_t spansEach, std::uint64_t seed)
{
    trace::TraceBuilder builder;
    const std::uint16_t input = builder.addInput({});
    Generator generator(builder, seed);
    trace::SpanBatch batch;
    batch.spans.reserve(std::size_t{traceCount} * spansEach);
    for (std::uint32_t i = 0; i < traceCount; ++i)
        generator.addTrace(i + 1, kEpochNs + std::int64_t{i} * 20'000'000, spansEach, batch);
    builder.add(input, std::move(batch));
    return built(builder);
}

trace::TraceSnapshotPtr traceWithRuns(std::uint32_t spanCount, std::uint64_t seed)
{
    trace::TraceBuilder builder;
    const std::uint16_t input = builder.addInput({});
    Generator generator(builder, seed);
    trace::SpanBatch batch;
    batch.spans.reserve(spanCount);
    generator.addTraceWithRuns(spanCount, batch);
    builder.add(input, std::move(batch));
    return built(builder);
}

trace::TraceSnapshotPtr chainTrace(std::uint32_t spanCount)
{
    trace::TraceBuilder builder;
    const std::uint16_t input = builder.addInput({});
    trace::SpanBatch batch;
    for (std::uint32_t i = 0; i < spanCount; ++i) {
        trace::SpanDraft draft;
        draft.trace = {0, 1, trace::IdForm::Hex16};
        draft.span = {0, std::uint64_t{i} + 1, trace::IdForm::Hex16};
        if (i > 0)
            draft.parent = {0, i, trace::IdForm::Hex16};
        draft.startNs = kEpochNs + i;
        draft.durationNs = 2 * std::int64_t{spanCount - i};
        draft.service = builder.strings().intern("service");
        draft.operation = builder.strings().intern("step");
        batch.spans.push_back(draft);
    }
    builder.add(input, std::move(batch));
    return built(builder);
}

} // namespace tailspan::test
