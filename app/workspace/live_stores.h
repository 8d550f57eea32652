// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/background_release.h"
#include "app/jobs/gui_mailbox.h"
#include "app/jobs/latest_job.h"
#include "app/workspace/live_tail.h"
#include "models/trace/store_query.h"
#include "models/trace/trace_query.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::workspace {

/// The stores that are connected: searched, followed, and asked for the rest of a trace that is opened. Results come as
/// snapshots. Thread: GUI. Owner: the workspace.
class LiveStores : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kSpanLimit = 100'000;

    using OpenStores = std::function<std::shared_ptr<sources::SourceSet>(const std::vector<sources::SourceToOpen> &)>;

    /// `open` makes the set; tests give their own.
    explicit LiveStores(OpenStores open = {}, QObject *parent = nullptr);
    ~LiveStores() override;

    /// Replaces what is connected and loads the newest traces; an empty list disconnects.
    void connectTo(const std::vector<sources::SourceToOpen> &stores);
    [[nodiscard]] bool isConnected() const { return m_stores != nullptr; }
    /// For questions of pages of their own, on workers; null while nothing is connected.
    [[nodiscard]] const std::shared_ptr<sources::SourceSet> &set() const { return m_stores; }

    /// How far back to look; 0: everything. Loads again.
    void setLast(Duration last);
    [[nodiscard]] Duration last() const { return m_last; }
    /// From then to then in place of the last part of time, until that is chosen again; ends following.
    void setRange(TimeRange range);
    /// Looks in the stores for what the filter's text says, in the chosen time; an empty text loads the newest.
    void search(const QString &text);
    [[nodiscard]] const QString &searchText() const { return m_searchText; }
    /// Of the search what no store answers, to be applied to the traces they gave. Mostly empty.
    [[nodiscard]] trace::SpanQuery unansweredSearch() const;
    void cancel();
    [[nodiscard]] bool isSearching() const { return m_search.isRunning(); }
    [[nodiscard]] std::shared_ptr<const Progress> progress() const { return m_search.progress(); }

    /// Follows the stores. Off while a search with conditions is shown.
    void setLive(bool live);
    [[nodiscard]] bool isLive() const { return m_tail != nullptr; }
    /// Nothing is asked while the window is hidden, nor while the user reads further down than the newest.
    void setHidden(bool hidden);
    void setScrolledBack(bool scrolledBack);
    /// Following, but nothing is asked.
    [[nodiscard]] bool isPaused() const { return isLive() && (m_isHidden || m_isScrolledBack); }
    /// While something is under the pointer that must not move, new traces wait.
    void setHeld(bool held);
    /// Traces that wait until nothing is held.
    [[nodiscard]] std::size_t waitingTraces() const;

    /// Reads what else the stores have of a trace: Redis may have forgotten a part, and it may still grow.
    void completeTrace(const std::string &traceId);

    /// Looks for traces and reads them beside those that are there; following ends. `done` gets their ids once they are shown; a newer
    /// question takes the place of one that still runs. Errors: those of the stores.
    using OnTraces = std::function<void(const Result<std::vector<std::string>> &)>;
    void loadTraces(const trace::TraceQuery &query, OnTraces done);
    /// The same for traces whose ids are known.
    void loadTracesOf(const std::vector<std::string> &traceIds, OnTraces done);

    [[nodiscard]] std::vector<StoreState> states() const;

Q_SIGNALS:
    void connectedChanged();
    void searchStarted();
    void searchFinished();
    void liveChanged();
    void statesChanged(); ///< About once a second while connected.
    void waitingChanged();
    /// `isRenewal`: the traces that were there have grown or got company; else the answer of a search.
    void snapshotReady(const tailspan::trace::TraceSnapshotPtr &snapshot, bool isRenewal);
    void failed(const QString &text); ///< Plain text
    void noted(const QString &text);  ///< Plain text: a store that did not answer, a limit

private:
    struct Loaded {
        std::vector<std::string> traceIds; ///< That were looked for.
        trace::TraceSnapshotPtr snapshot;
        std::shared_ptr<SharedWindow> window; ///< That holds it.
        std::vector<sources::SourceNote> notes;
        bool hasMore = false;
    };

    void load();
    void loadAnew();
    void takeLoaded(const std::shared_ptr<SharedWindow> &fresh, Result<Loaded> loaded);
    void takeRenewed(std::uint64_t round, trace::TraceSnapshotPtr snapshot);
    void say(const Loaded &loaded);
    using FindIds =
        std::function<Result<std::vector<std::string>>(sources::SourceSet &, const std::stop_token &, Progress &)>;
    void collect(FindIds find, OnTraces done);
    void rememberMissing(const Result<Loaded> &loaded);
    /// A store that could not be loaded from and answers now is loaded from once more: following it brings only what
    /// is new.
    void loadWhatCameBack();
    void startTail();
    void endTail();
    void applyPause();
    /// The windows a search may fill: a fresh one, or, where a store does not answer, the known one: what was loaded
    /// of that store stays.
    struct Windows {
        std::shared_ptr<SharedWindow> fresh;
        std::shared_ptr<SharedWindow> known; ///< May be null.
    };
    static Result<Loaded> loadedFrom(sources::SourceSet &stores, const Windows &windows,
                                     const Result<trace::StoreQuery> &query, std::stop_token stop, Progress &progress);
    static Result<> readTraces(sources::SourceSet &stores, SharedWindow &window, Loaded &loaded, bool makesRoom,
                               std::stop_token stop, Progress &progress);
    static Result<> fill(Loaded &loaded, sources::SetFetch fetched, std::stop_token stop, Progress &progress);

    OpenStores m_open;
    std::shared_ptr<sources::SourceSet> m_stores;
    std::shared_ptr<SharedWindow> m_window;
    Duration m_last{900'000'000'000};
    std::optional<TimeRange> m_range;
    QString m_searchText;
    bool m_wantsLive = false;
    bool m_saidNotes = false; ///< Since connecting.
    bool m_isHidden = false;
    bool m_isScrolledBack = false;
    bool m_isHeld = false;
    bool m_showsSearch = false; ///< What is shown answers a search with conditions.
    std::uint64_t m_round = 0;  ///< Counts searches: what a tail of an older one sends is dropped.
    std::size_t m_shownTraces = 0;
    std::vector<bool> m_isMissing;   ///< By store: the last load has nothing of it.
    std::vector<bool> m_wasReloaded; ///< By store, since the user asked last: one that only half works is not asked on.
    trace::TraceSnapshotPtr m_waiting;
    QTimer m_statesTimer;
    jobs::LatestJob<Loaded> m_search;
    jobs::LatestJob<Loaded> m_completion;
    jobs::LatestJob<Loaded> m_collecting;
    jobs::GuiMailbox m_mailbox;
    jobs::BackgroundRelease m_release; // after the mailbox, as the tail: their threads post to it
    std::unique_ptr<LiveTail> m_tail;
};

} // namespace tailspan::workspace
