// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_set.h"

#include <QElapsedTimer>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tailspan::test {

using sources::Ask;
using sources::FetchOutcome;
using sources::FetchRequest;
using sources::OnProbeStep;
using sources::SearchPage;
using sources::SourceSet;
using sources::SourceThread;
using sources::TailPosition;
using sources::TraceHit;
using sources::TraceSource;

struct StoredSpan {
    std::string trace;
    std::string id;
    std::int64_t endNs = 0;
    std::int64_t durationNs = 0;
};

/// Answers from memory, after a while when it is slow.
class MemorySource final : public TraceSource {
public:
    std::vector<StoredSpan> spans;
    std::string failure;
    /// Spans that a tail brings, each once; may be filled from any thread.
    struct Coming {
        std::mutex mutex;
        std::vector<StoredSpan> spans;
        std::string failure;
        std::atomic<bool> isDown = false; ///< Answers nothing at all.
    };
    std::shared_ptr<Coming> coming = std::make_shared<Coming>();
    int delayMs = 0;
    std::shared_ptr<std::atomic<int>> asked = std::make_shared<std::atomic<int>>(0);

    Result<> probe(const OnProbeStep &, Ask) override { return {}; }
    Result<SearchPage> search(const trace::TraceQuery &query, Ask ask) override
    {
        TS_CHECK(wait(ask));
        SearchPage page;
        for (const StoredSpan &span : spans) {
            const auto value = query.order == trace::TraceOrder::Longest ? span.durationNs : span.endNs;
            if (query.after
                && (value > query.after->value || (value == query.after->value && span.trace <= query.after->traceId)))
                continue;
            page.hits.push_back({span.trace, 1, span.endNs, span.durationNs});
        }
        std::sort(page.hits.begin(), page.hits.end(), [&](const TraceHit &a, const TraceHit &b) {
            const auto key = [&](const TraceHit &hit) {
                return std::pair(query.order == trace::TraceOrder::Longest ? -hit.longestNs : -hit.newestEndNs,
                                 hit.traceId);
            };
            return key(a) < key(b);
        });
        if (page.hits.size() > query.traceLimit) {
            page.hits.resize(query.traceLimit);
            const TraceHit &last = page.hits.back();
            page.next = trace::PageEnd{query.order == trace::TraceOrder::Longest ? last.longestNs : last.newestEndNs,
                                       last.traceId};
        }
        return page;
    }
    Result<FetchOutcome> fetch(const FetchRequest &request, trace::TraceBuilder &builder, std::uint16_t input,
                               Ask ask) override
    {
        TS_CHECK(wait(ask));
        const auto &ids = request.traceIds;
        const auto isAskedFor = [&ids](const StoredSpan &span) {
            return std::ranges::find(ids, span.trace) != ids.end();
        };
        if (!ids.empty() && std::ranges::none_of(spans, isAskedFor)) // as the real ones
            return fail(ErrorCode::NotFound, "holds none of these traces");
        trace::SpanBatch batch;
        for (const StoredSpan &span : spans) {
            trace::SpanDraft draft;
            draft.trace = trace::parseId(span.trace, builder.strings());
            draft.span = trace::parseId(span.id, builder.strings());
            draft.startNs = span.endNs - span.durationNs;
            draft.durationNs = span.durationNs;
            draft.service = builder.strings().intern("auth");
            draft.operation = builder.strings().intern("GET /");
            batch.spans.push_back(draft);
        }
        builder.add(input, std::move(batch));
        return FetchOutcome{spans.size(), true, {}};
    }
    Result<FetchOutcome> tail(TailPosition &, trace::TraceBuilder &builder, std::uint16_t input, Ask ask) override
    {
        ++*asked;
        const std::lock_guard lock(coming->mutex);
        if (coming->isDown || !coming->failure.empty())
            return fail(ErrorCode::Unreachable, coming->isDown ? "down" : coming->failure, "cache:6379");
        std::swap(spans, coming->spans);
        auto outcome = fetch({}, builder, input, std::move(ask));
        std::swap(spans, coming->spans);
        coming->spans.clear();
        return outcome;
    }
    Result<trace::SpanDetails> details(const trace::SpanAddress &span, Ask ask) override
    {
        TS_CHECK(wait(ask));
        trace::SpanDetails details;
        details.attributes = {{"span", span.spanId, false}, {"password", "hunter2", false}};
        return details;
    }

private:
    Result<> wait(const Ask &ask) const
    {
        ++*asked;
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < delayMs) {
            if (ask.stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled");
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        if (coming->isDown || !failure.empty())
            return fail(ErrorCode::Unreachable, coming->isDown ? "down" : failure, "cache:6379");
        return {};
    }
};

/// Each is moved to its thread when the first question comes.
inline SourceSet setOf(std::vector<std::unique_ptr<MemorySource>> sources)
{
    std::vector<std::shared_ptr<SourceThread>> threads;
    std::vector<std::string> formats;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        auto holder = std::make_shared<std::unique_ptr<MemorySource>>(std::move(sources[i]));
        threads.push_back(
            std::make_shared<SourceThread>("store " + std::to_string(i + 1),
                                           [holder]() -> std::unique_ptr<TraceSource> { return std::move(*holder); }));
        formats.emplace_back("Memory");
    }
    return SourceSet(std::move(threads), std::move(formats));
}

} // namespace tailspan::test
