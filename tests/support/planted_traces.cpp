// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/planted_traces.h"

#include "models/trace/trace_builder.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace tailspan::test {

namespace {

constexpr std::int64_t kEpochNs = 1'767'225'600'000'000'000; // 2026-01-01T00:00:00Z
constexpr double kNsPerMs = 1e6;

/// Answers as a store does; the record's offset is the number of the span.
class PlantedDetails final : public trace::SpanDetailSource {
public:
    std::vector<trace::SpanDetails> bySpan;

    Result<trace::SpanDetails> details(const trace::SpanAddress &span, trace::Secrets) const override
    {
        return bySpan[span.record.offset];
    }
    Result<> visitDetails(std::span<const trace::SpanAddress> spans, const DetailsVisitor &visit,
                          const std::stop_token &stop, Progress &) const override
    {
        for (std::size_t i = 0; i < spans.size() && !stop.stop_requested(); ++i)
            visit(i, bySpan[spans[i].record.offset]);
        return {};
    }
};

} // namespace

void PlantedTraces::beginTrace()
{
    ++m_traces;
}

std::size_t PlantedTraces::add(std::size_t parent, Span span)
{
    m_spans.push_back({std::move(span), m_traces, parent});
    return m_spans.size() - 1;
}

void PlantedTraces::endAt(std::size_t span, double endMs)
{
    m_spans[span].span.lengthMs = endMs - m_spans[span].span.beginMs;
}

double PlantedTraces::between(double low, double high)
{
    // Not std::uniform_real_distribution, which libraries are free to compute differently.
    constexpr double kScale = 0x1p-64;
    return low + (high - low) * static_cast<double>(m_random()) * kScale;
}

double PlantedTraces::around(double median)
{
    const double r = between(0, 1);
    return median * (0.7 + 0.6 * r + 2 * std::pow(r, 24));
}

trace::TraceSnapshotPtr PlantedTraces::build(bool withAttributes) const
{
    trace::TraceBuilder builder;
    auto details = std::make_shared<PlantedDetails>();
    trace::TraceInput input;
    input.name = "planted";
    input.format = "Planted";
    if (withAttributes)
        input.details = details;
    const std::uint16_t number = builder.addInput(std::move(input));
    trace::SpanBatch batch;
    for (std::size_t i = 0; i < m_spans.size(); ++i) {
        const Placed &placed = m_spans[i];
        trace::SpanDraft draft;
        draft.trace = trace::parseId("trace-" + std::to_string(placed.trace), builder.strings());
        draft.span = trace::parseId("span-" + std::to_string(i), builder.strings());
        if (placed.parent != kRoot)
            draft.parent = trace::parseId("span-" + std::to_string(placed.parent), builder.strings());
        draft.startNs = kEpochNs + std::llround(placed.span.beginMs * kNsPerMs);
        draft.durationNs = std::llround(placed.span.lengthMs * kNsPerMs);
        draft.recordOffset = i;
        draft.recordLength = 1;
        draft.service = builder.strings().intern(placed.span.service);
        draft.operation = builder.strings().intern(placed.span.operation);
        draft.kind = placed.span.kind;
        draft.marks = placed.span.marks;
        draft.status = placed.span.isError ? trace::SpanStatus::Error : trace::SpanStatus::Ok;
        batch.spans.push_back(draft);
        trace::SpanDetails told;
        for (const auto &[key, value] : placed.span.attributes)
            told.attributes.push_back({key, value});
        details->bySpan.push_back(std::move(told));
    }
    builder.add(number, std::move(batch));
    Progress progress;
    auto built = builder.build({}, progress);
    if (!built.has_value()) {
        std::fprintf(stderr, "planted traces cannot be built: %s\n", built.error().text().c_str());
        std::abort();
    }
    return *built;
}

std::size_t addLoop(PlantedTraces &traces, double atMs, std::string_view service, std::string_view operation,
                    std::size_t count, const std::vector<PlantedTraces::Span> &callsOfARound, double gapMs)
{
    constexpr double kWorkMs = 2;
    traces.beginTrace();
    const std::size_t request =
        traces.add(PlantedTraces::kRoot,
                   {std::string(service), std::string(operation), trace::SpanKind::Server, atMs, 0, false, {}, 0});
    double now = atMs + 1;
    for (std::size_t round = 0; round < count; ++round) {
        for (PlantedTraces::Span call : callsOfARound) {
            call.service = call.service.empty() ? service : call.service;
            call.beginMs = now;
            call.lengthMs = traces.around(call.lengthMs);
            for (auto &[key, value] : call.attributes) { // "%" is another value each round
                if (const std::size_t at = value.find('%'); at != std::string::npos)
                    value.replace(at, 1, std::to_string(static_cast<int>(traces.between(1, 1e6))));
            }
            now += call.lengthMs + gapMs;
            traces.add(request, std::move(call));
        }
    }
    traces.endAt(request, now + kWorkMs);
    return request;
}

} // namespace tailspan::test
