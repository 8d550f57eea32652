// SPDX-License-Identifier: GPL-3.0-or-later
// Traces that are read beside those that are there.
#include "app/workspace/live_stores.h"

namespace tailspan::workspace {

namespace {

std::size_t spansOf(const sources::SetFetch &fetched)
{
    std::size_t spans = 0;
    for (const sources::SetFetch::Part &part : fetched.parts) {
        for (const trace::SpanBatch &batch : part.spans.batches)
            spans += batch.spans.size();
    }
    return spans;
}

} // namespace

/// Adds what the stores have of `loaded.traceIds` to the window; without news there is no snapshot.
Result<> LiveStores::readTraces(sources::SourceSet &stores, SharedWindow &window, Loaded &loaded, bool makesRoom,
                                std::stop_token stop, Progress &progress)
{
    sources::FetchRequest request;
    request.traceIds = loaded.traceIds;
    sources::SetFetch fetched = stores.fetch(request, stop, progress);
    const std::lock_guard lock(window.mutex);
    if (makesRoom)
        window.window.makeRoom(spansOf(fetched));
    std::move(fetched).addTo(window.window);
    if (!window.window.hasChanged())
        return {};
    TS_TRY(loaded.snapshot, window.window.snapshot(stop, progress));
    return {};
}

void LiveStores::completeTrace(const std::string &traceId)
{
    if (!m_stores || !m_window)
        return;
    const auto round = m_round;
    m_completion.start(
        [stores = m_stores, window = m_window, traceId](std::stop_token stop, Progress &progress) -> Result<Loaded> {
            Loaded loaded;
            loaded.traceIds = {traceId};
            TS_CHECK(readTraces(*stores, *window, loaded, false, std::move(stop), progress));
            return loaded;
        },
        [this, round](Result<Loaded> loaded) {
            if (loaded.has_value() && loaded->snapshot)
                takeRenewed(round, loaded->snapshot);
        });
}

void LiveStores::loadTraces(const trace::TraceQuery &query, OnTraces done)
{
    collect(
        [query](sources::SourceSet &stores, const std::stop_token &stop,
                Progress &progress) -> Result<std::vector<std::string>> {
            TS_TRY(const sources::SetSearch found, stores.search(query, stop, progress));
            std::vector<std::string> ids;
            for (const sources::TraceHit &hit : found.hits)
                ids.push_back(hit.traceId);
            return ids;
        },
        std::move(done));
}

void LiveStores::loadTracesOf(const std::vector<std::string> &traceIds, OnTraces done)
{
    collect([traceIds](sources::SourceSet &, const std::stop_token &,
                       Progress &) -> Result<std::vector<std::string>> { return traceIds; },
            std::move(done));
}

void LiveStores::collect(FindIds find, OnTraces done)
{
    if (!m_stores || !m_window)
        return done(fail(ErrorCode::NotFound, "No store of traces is connected."));
    const auto round = m_round;
    m_collecting.start(
        [stores = m_stores, window = m_window, find = std::move(find)](std::stop_token stop,
                                                                       Progress &progress) -> Result<Loaded> {
            Loaded loaded;
            TS_TRY(loaded.traceIds, find(*stores, stop, progress));
            if (!loaded.traceIds.empty())
                TS_CHECK(readTraces(*stores, *window, loaded, true, std::move(stop), progress));
            return loaded;
        },
        [this, round, done = std::move(done)](Result<Loaded> loaded) {
            if (!loaded.has_value())
                return done(tl::unexpected<Error>(std::move(loaded).error()));
            if (!loaded->traceIds.empty())
                setLive(false); // what comes would push them out again
            if (loaded->snapshot)
                takeRenewed(round, loaded->snapshot);
            done(std::move(loaded->traceIds));
        });
}

} // namespace tailspan::workspace
