// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/live_stores.h"

#include "models/base/wall_clock.h"
#include "models/trace/store_query.h"

#include <algorithm>
#include <limits>

namespace tailspan::workspace {

namespace {

constexpr int kStatesMs = 1000;

/// The text's conditions in a range, or in the last part of time. Its end stays open: clocks of stores may be ahead of
/// ours.
Result<trace::StoreQuery> queryOf(const QString &text, Duration last, std::optional<TimeRange> range)
{
    trace::TraceQuery query;
    query.range = range;
    if (!range && last.ns() > 0)
        query.range = TimeRange{currentTime() - last, TimePoint(std::numeric_limits<std::int64_t>::max())};
    return trace::storeQueryOf(text.toStdString(), std::move(query));
}

bool hasConditions(const trace::TraceQuery &query)
{
    trace::TraceQuery plain;
    plain.range = query.range;
    return !(plain == query);
}

/// What a store has forgotten is said once; that one does not answer each time.
QString textOf(const std::vector<sources::SourceNote> &notes, bool onlyErrors)
{
    QStringList lines;
    for (const sources::SourceNote &note : notes) {
        if (note.isError || !onlyErrors)
            lines.append(QString::fromStdString(note.source + ": " + note.text));
    }
    lines.removeDuplicates();
    return lines.join(u'\n');
}

} // namespace

LiveStores::LiveStores(OpenStores open, QObject *parent) : QObject(parent), m_open(std::move(open))
{
    if (!m_open)
        m_open = [](const std::vector<sources::SourceToOpen> &stores) {
            return std::make_shared<sources::SourceSet>(stores);
        };
    m_statesTimer.setInterval(kStatesMs);
    connect(&m_statesTimer, &QTimer::timeout, this, [this] {
        loadWhatCameBack();
        Q_EMIT statesChanged();
    });
}

LiveStores::~LiveStores() = default;

void LiveStores::connectTo(const std::vector<sources::SourceToOpen> &stores)
{
    m_search.cancel();
    m_completion.cancel();
    endTail();
    ++m_round;
    m_waiting.reset();
    m_searchText.clear();
    m_range.reset();
    m_saidNotes = false;
    m_showsSearch = false;
    m_release.release(std::exchange(m_stores, stores.empty() ? nullptr : m_open(stores)));
    m_window.reset();
    m_wantsLive = m_stores != nullptr;
    if (m_stores)
        m_statesTimer.start();
    else
        m_statesTimer.stop();
    Q_EMIT connectedChanged();
    Q_EMIT liveChanged();
    Q_EMIT statesChanged();
    if (m_stores)
        loadAnew();
}

void LiveStores::setLast(Duration last)
{
    if (last == m_last && !m_range)
        return;
    m_last = last;
    m_range.reset();
    if (m_stores)
        loadAnew();
}

void LiveStores::setRange(TimeRange range)
{
    if (m_range == range)
        return;
    m_range = range;
    setLive(false);
    m_wantsLive = false;
    if (m_stores)
        loadAnew();
}

void LiveStores::search(const QString &text)
{
    m_searchText = text.trimmed();
    if (m_stores)
        loadAnew();
}

trace::SpanQuery LiveStores::unansweredSearch() const
{
    Result<trace::StoreQuery> asked = queryOf(m_searchText, m_last, m_range);
    return asked.has_value() ? std::move(asked->rest) : trace::SpanQuery();
}

void LiveStores::cancel()
{
    if (!m_search.isRunning())
        return;
    m_search.cancel();
    if (m_wantsLive && m_window && !m_showsSearch && m_searchText.isEmpty())
        startTail(); // what was shown before goes on
    Q_EMIT searchFinished();
}

Result<LiveStores::Loaded> LiveStores::loadedFrom(sources::SourceSet &stores, const Windows &windows,
                                                  const Result<trace::StoreQuery> &query, std::stop_token stop,
                                                  Progress &progress)
{
    if (!query.has_value())
        return tl::unexpected<Error>(query.error());
    Loaded loaded;
    loaded.window = windows.fresh;
    sources::FetchRequest request;
    request.query = query->query;
    request.spanLimit = kSpanLimit;
    if (hasConditions(query->query)) {
        progress.begin("searching", 0);
        TS_TRY(const sources::SetSearch found, stores.search(query->query, stop, progress));
        loaded.notes = found.notes;
        loaded.hasMore = found.next.has_value();
        for (const sources::TraceHit &hit : found.hits)
            request.traceIds.push_back(hit.traceId);
    }
    sources::SetFetch fetched;
    if (!hasConditions(query->query) || !request.traceIds.empty())
        fetched = stores.fetch(request, stop, progress);
    if (fetched.error && fetched.error->code == ErrorCode::Cancelled)
        return tl::unexpected<Error>(*fetched.error);
    loaded.notes.insert(loaded.notes.end(), fetched.notes.begin(), fetched.notes.end());
    const bool hasFailed =
        std::any_of(loaded.notes.begin(), loaded.notes.end(), [](const auto &note) { return note.isError; });
    if (hasFailed && !hasConditions(query->query) && windows.known)
        loaded.window = windows.known;
    TS_CHECK(fill(loaded, std::move(fetched), stop, progress));
    return loaded;
}

/// What came before a line was cut is worth showing, with the stamp that it is not all.
Result<> LiveStores::fill(Loaded &loaded, sources::SetFetch fetched, std::stop_token stop, Progress &progress)
{
    const std::optional<Error> error = fetched.error;
    const std::lock_guard lock(loaded.window->mutex);
    trace::LiveWindow &window = loaded.window->window;
    std::move(fetched).addTo(window);
    if (error && window.spanCount() == 0)
        return tl::unexpected<Error>(*error);
    TS_TRY(loaded.snapshot, window.snapshot(stop, progress));
    return {};
}

void LiveStores::loadAnew()
{
    m_wasReloaded.assign(m_stores->size(), false);
    load();
}

void LiveStores::load()
{
    endTail();
    m_waiting.reset();
    ++m_round;
    const Windows windows{std::make_shared<SharedWindow>(m_stores->inputs(), kSpanLimit),
                          m_showsSearch ? nullptr : m_window};
    m_search.start(
        [stores = m_stores, windows, query = queryOf(m_searchText, m_last, m_range)](
            std::stop_token stop, Progress &progress) { return loadedFrom(*stores, windows, query, stop, progress); },
        [this, fresh = windows.fresh](Result<Loaded> loaded) { takeLoaded(fresh, std::move(loaded)); });
    Q_EMIT searchStarted();
    Q_EMIT liveChanged();
}

void LiveStores::takeLoaded(const std::shared_ptr<SharedWindow> &fresh, Result<Loaded> loaded)
{
    const bool isRenewal = loaded.has_value() && loaded->window == m_window;
    rememberMissing(loaded);
    // After a failure what was shown stays, and is followed on: the store that did not answer is tried again.
    if (loaded.has_value() || !m_window || (m_showsSearch && m_searchText.isEmpty())) {
        m_window = loaded.has_value() ? loaded->window : fresh;
        m_showsSearch = !m_searchText.isEmpty();
    }
    if (loaded.has_value()) {
        m_shownTraces = loaded->snapshot->traces().size();
        Q_EMIT snapshotReady(loaded->snapshot, isRenewal);
        say(*loaded);
    } else if (loaded.error().code != ErrorCode::Cancelled) {
        Q_EMIT failed(QString::fromStdString(loaded.error().text()));
    }
    Q_EMIT searchFinished();
    Q_EMIT statesChanged();
    if (m_wantsLive && m_searchText.isEmpty())
        startTail();
}

void LiveStores::rememberMissing(const Result<Loaded> &loaded)
{
    m_isMissing.assign(m_stores->size(), false);
    for (std::size_t i = 0; i < m_isMissing.size(); ++i) {
        const std::string name = m_stores->thread(i).name();
        m_isMissing[i] = !loaded.has_value()
            || std::any_of(loaded->notes.begin(), loaded->notes.end(),
                           [&](const sources::SourceNote &note) { return note.isError && note.source == name; });
    }
}

void LiveStores::loadWhatCameBack()
{
    if (!m_tail || m_isHeld || isPaused() || isSearching())
        return;
    bool cameBack = false;
    for (std::size_t i = 0; i < m_isMissing.size(); ++i) {
        if (!m_isMissing[i] || m_wasReloaded[i] || !m_tail->isAnswering(i))
            continue;
        m_wasReloaded[i] = true;
        cameBack = true;
    }
    if (cameBack)
        load();
}

void LiveStores::say(const Loaded &loaded)
{
    QString text = textOf(loaded.notes, m_saidNotes);
    m_saidNotes = true;
    if (loaded.hasMore)
        text += (text.isEmpty() ? QString() : QStringLiteral("\n"))
            + tr("These are the newest that fit; there are more. A narrower search shows them.");
    if (!text.isEmpty())
        Q_EMIT noted(text);
}

void LiveStores::startTail()
{
    endTail();
    m_tail = std::make_unique<LiveTail>(
        m_stores, m_window, m_isHidden || m_isScrolledBack, [this, round = m_round](trace::TraceSnapshotPtr snapshot) {
            m_mailbox.post([this, round, snapshot = std::move(snapshot)] { takeRenewed(round, snapshot); });
        });
    Q_EMIT liveChanged();
}

/// Its questions may take a while to stop.
void LiveStores::endTail()
{
    if (m_tail)
        m_release.release(std::move(m_tail));
}

void LiveStores::takeRenewed(std::uint64_t round, trace::TraceSnapshotPtr snapshot)
{
    if (round != m_round)
        return;
    if (m_isHeld) {
        m_waiting = std::move(snapshot);
        Q_EMIT waitingChanged();
        return;
    }
    m_shownTraces = snapshot->traces().size();
    Q_EMIT snapshotReady(snapshot, true);
}

void LiveStores::setLive(bool live)
{
    if (live == isLive() || !m_stores)
        return;
    m_wantsLive = live;
    if (!live) {
        endTail();
        Q_EMIT liveChanged();
    } else if (isSearching()) {
        Q_EMIT liveChanged(); // begins with the answer
    } else if (m_searchText.isEmpty() && m_window && !m_showsSearch) {
        startTail();
    } else {
        search({});
    }
}

void LiveStores::setHidden(bool hidden)
{
    m_isHidden = hidden;
    applyPause();
}

void LiveStores::setScrolledBack(bool scrolledBack)
{
    if (scrolledBack == m_isScrolledBack)
        return;
    m_isScrolledBack = scrolledBack;
    applyPause();
}

void LiveStores::applyPause()
{
    if (!m_tail)
        return;
    m_tail->setPaused(m_isHidden || m_isScrolledBack);
    Q_EMIT liveChanged();
    Q_EMIT statesChanged();
}

void LiveStores::setHeld(bool held)
{
    m_isHeld = held;
    if (held || !m_waiting)
        return;
    const trace::TraceSnapshotPtr snapshot = std::move(m_waiting);
    m_waiting.reset();
    takeRenewed(m_round, snapshot);
    Q_EMIT waitingChanged();
}

std::size_t LiveStores::waitingTraces() const
{
    const std::size_t known = m_waiting ? m_waiting->traces().size() : 0;
    return known > m_shownTraces ? known - m_shownTraces : 0;
}

void LiveStores::completeTrace(const std::string &traceId)
{
    if (!m_stores || !m_window)
        return;
    const auto round = m_round;
    m_completion.start(
        [stores = m_stores, window = m_window, traceId](std::stop_token stop, Progress &progress) -> Result<Loaded> {
            sources::FetchRequest request;
            request.traceIds = {traceId};
            Loaded loaded;
            sources::SetFetch fetched = stores->fetch(request, stop, progress);
            const std::lock_guard lock(window->mutex);
            std::move(fetched).addTo(window->window);
            if (!window->window.hasChanged())
                return loaded;
            TS_TRY(loaded.snapshot, window->window.snapshot(stop, progress));
            return loaded;
        },
        [this, round](Result<Loaded> loaded) {
            if (loaded.has_value() && loaded->snapshot)
                takeRenewed(round, loaded->snapshot);
        });
}

std::vector<StoreState> LiveStores::states() const
{
    std::vector<StoreState> states;
    for (std::size_t i = 0; m_stores && i < m_stores->size(); ++i) {
        sources::SourceThread &thread = m_stores->thread(i);
        const sources::SourceStatus status = thread.status();
        StoreState state;
        state.name = thread.name();
        state.cost = thread.cost();
        if (status.phase == sources::SourceStatus::Phase::Failed) {
            state.phase = StoreState::Phase::Failed;
            state.error = status.error.text();
        }
        states.push_back(std::move(state));
    }
    if (m_tail)
        m_tail->describe(states);
    return states;
}

} // namespace tailspan::workspace
