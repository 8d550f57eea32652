// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/live_tail.h"

#include <algorithm>

namespace tailspan::workspace {

namespace {

using namespace std::chrono_literals;

/// Between two answers of a quick store; with the time to build and paint a span is on the screen within a second.
constexpr std::chrono::milliseconds kShortestPause = 300ms;
constexpr std::chrono::milliseconds kLongestPause = 5s;
/// Asking takes at most this share of the time.
constexpr int kPausePerAnswer = 4;
/// Two snapshots are at least this far apart.
constexpr std::chrono::milliseconds kRenewal = 400ms;

} // namespace

LiveTail::LiveTail(std::shared_ptr<sources::SourceSet> stores, std::shared_ptr<SharedWindow> window, bool isPaused,
                   OnSnapshot onSnapshot)
    : m_stores(std::move(stores)), m_window(std::move(window)), m_onSnapshot(std::move(onSnapshot)),
      m_isPaused(isPaused), m_followers(m_stores->size())
{
    for (std::size_t i = 0; i < m_stores->size(); ++i)
        m_threads.emplace_back([this, i](const std::stop_token &stop) { follow(i, stop); });
}

LiveTail::~LiveTail()
{
    for (std::jthread &thread : m_threads)
        thread.request_stop();
    m_threads.clear();
}

void LiveTail::setPaused(bool paused)
{
    {
        const std::lock_guard lock(m_mutex);
        m_isPaused = paused;
    }
    m_changed.notify_all();
}

bool LiveTail::waitUntil(Clock::time_point when, const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    (void)m_changed.wait_until(lock, stop, when, [] { return false; });
    (void)m_changed.wait(lock, stop, [this] { return !m_isPaused; });
    return !stop.stop_requested();
}

void LiveTail::follow(std::size_t index, const std::stop_token &stop)
{
    sources::TailPosition position;
    sources::Backoff backoff;
    while (waitUntil(Clock::now(), stop)) {
        const Clock::time_point asked = Clock::now();
        trace::TraceBuilder builder;
        Progress progress;
        const Result<sources::FetchOutcome> outcome = m_stores->tail(index, position, builder, stop, progress);
        take(index, std::move(builder), outcome);
        renew(!outcome.has_value(), stop);
        if (!waitUntil(nextTime(index, outcome, Clock::now() - asked, backoff), stop))
            return;
    }
}

void LiveTail::take(std::size_t index, trace::TraceBuilder builder, const Result<sources::FetchOutcome> &outcome)
{
    const auto input = static_cast<std::uint16_t>(index);
    const std::lock_guard lock(m_window->mutex);
    (void)m_window->window.add(input, std::move(builder).release());
    if (outcome.has_value()) {
        m_window->window.setOutage(input, {});
        if (!outcome->isComplete)
            m_window->window.addLoss(input, outcome->note);
    } else if (outcome.error().code != ErrorCode::Cancelled) {
        m_window->window.setOutage(input, outcome.error().text());
    }
}

LiveTail::Clock::time_point LiveTail::nextTime(std::size_t index, const Result<sources::FetchOutcome> &outcome,
                                               Clock::duration took, sources::Backoff &backoff)
{
    const auto answered = std::chrono::duration_cast<std::chrono::milliseconds>(took);
    const std::lock_guard lock(m_mutex);
    Follower &follower = m_followers[index];
    if (outcome.has_value()) {
        follower = {};
        follower.isAnswering = true;
        backoff.reset();
    } else if (outcome.error().code != ErrorCode::Cancelled) {
        follower = {outcome.error(), Clock::now() + backoff.next(), false};
        return *follower.retryAt;
    }
    return Clock::now() + std::clamp(answered * kPausePerAnswer, kShortestPause, kLongestPause);
}

/// `isUrgent`: a store fell out, which is shown at once.
void LiveTail::renew(bool isUrgent, const std::stop_token &stop)
{
    trace::TraceSnapshotPtr snapshot;
    {
        const std::lock_guard lock(m_window->mutex);
        const bool isTooSoon = Clock::now() - m_window->renewedAt < kRenewal;
        if (!m_window->window.hasChanged() || (isTooSoon && !isUrgent))
            return;
        Progress progress;
        const auto renewed = m_window->window.snapshot(stop, progress);
        if (!renewed.has_value())
            return; // stopped; what came stays for the next time
        m_window->renewedAt = Clock::now();
        snapshot = *renewed;
    }
    m_onSnapshot(std::move(snapshot));
}

bool LiveTail::isAnswering(std::size_t index) const
{
    const std::lock_guard lock(m_mutex);
    return m_followers[index].isAnswering;
}

void LiveTail::describe(std::vector<StoreState> &states) const
{
    const std::lock_guard lock(m_mutex);
    for (std::size_t i = 0; i < std::min(states.size(), m_followers.size()); ++i) {
        const Follower &follower = m_followers[i];
        states[i].phase = m_isPaused ? StoreState::Phase::Paused : StoreState::Phase::Live;
        if (!follower.retryAt)
            continue;
        states[i].phase = StoreState::Phase::Retrying;
        states[i].error = follower.error.text();
        states[i].retry = std::max(std::chrono::ceil<std::chrono::seconds>(*follower.retryAt - Clock::now()),
                                   std::chrono::seconds(0));
    }
}

} // namespace tailspan::workspace
