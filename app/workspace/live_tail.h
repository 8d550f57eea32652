// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/backoff.h"
#include "app/sources/source_set.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tailspan::workspace {

/// How a store is doing, in words and numbers for the status line.
struct StoreState {
    enum class Phase : std::uint8_t { Connected, Live, Paused, Retrying, Failed };
    std::string name;
    Phase phase = Phase::Connected;
    std::string error;             ///< When Retrying or Failed.
    std::chrono::seconds retry{0}; ///< Until the next try, when Retrying.
    sources::SourceThread::Cost cost;
};

/// The window of spans that several threads fill. The mutex guards the window.
struct SharedWindow {
    explicit SharedWindow(std::vector<trace::TraceInput> inputs, std::size_t spanLimit)
        : window(std::move(inputs), spanLimit)
    {}
    std::mutex mutex;
    trace::LiveWindow window;
    std::chrono::steady_clock::time_point renewedAt;
};

/// Follows all stores of a set, each at its own pace: a store that answers quickly is asked again soon enough that a
/// span is seen within a second of being written, a slow one seldom, one that fails after a growing pause; the others
/// go on. Nothing is asked while paused. While a store does not answer, its input in the window is incomplete and says
/// why; what it has lost for good stays said.
/// Thread: made, paused and destroyed by one at a time; `onSnapshot` runs on the threads of the stores. The destructor
/// waits for the questions that run, up to the 200 ms in which sources end when they are stopped.
class LiveTail {
public:
    using OnSnapshot = std::function<void(trace::TraceSnapshotPtr)>;

    LiveTail(std::shared_ptr<sources::SourceSet> stores, std::shared_ptr<SharedWindow> window, bool isPaused,
             OnSnapshot onSnapshot);
    ~LiveTail();

    void setPaused(bool paused);
    /// Whether that store has answered, and its last question too.
    [[nodiscard]] bool isAnswering(std::size_t index) const;
    /// Fills phase, error and retry of each store that is followed.
    void describe(std::vector<StoreState> &states) const;

private:
    using Clock = std::chrono::steady_clock;
    struct Follower {
        Error error;
        std::optional<Clock::time_point> retryAt;
        bool isAnswering = false;
    };

    void follow(std::size_t index, const std::stop_token &stop);
    void take(std::size_t index, trace::TraceBuilder builder, const Result<sources::FetchOutcome> &outcome);
    /// When to ask that store again, which took that long to answer.
    [[nodiscard]] Clock::time_point nextTime(std::size_t index, const Result<sources::FetchOutcome> &outcome,
                                             Clock::duration took, sources::Backoff &backoff);
    [[nodiscard]] bool waitUntil(Clock::time_point when, const std::stop_token &stop);
    void renew(bool isUrgent, const std::stop_token &stop);

    std::shared_ptr<sources::SourceSet> m_stores;
    std::shared_ptr<SharedWindow> m_window;
    OnSnapshot m_onSnapshot;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_isPaused;
    std::vector<Follower> m_followers;
    std::vector<std::jthread> m_threads;
};

} // namespace tailspan::workspace
