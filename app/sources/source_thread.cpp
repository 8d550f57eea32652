// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/source_thread.h"

#include <algorithm>
#include <utility>

namespace tailspan::sources {

template <class Source>
SourceThreadOf<Source>::SourceThreadOf(std::string name, Make make)
    : m_name(std::move(name)), m_make(std::move(make)), m_thread([this](const std::stop_token &stop) { loop(stop); })
{}

template <class Source>
SourceThreadOf<Source>::~SourceThreadOf()
{
    {
        const std::lock_guard lock(m_mutex);
        m_thread.request_stop();
        if (m_running != nullptr)
            m_running->stop.request_stop();
    }
    m_changed.notify_all();
    m_thread.join();
}

template <class Source>
bool SourceThreadOf<Source>::run(const std::stop_token &stop, Question question)
{
    Waiting waiting{std::move(question), stop, std::stop_source()};
    std::unique_lock lock(m_mutex);
    if (m_thread.get_stop_token().stop_requested())
        return false;
    m_queue.push_back(&waiting);
    m_changed.notify_all();
    m_changed.wait(lock, stop, [&] { return waiting.isDone; });
    if (waiting.isDone)
        return waiting.wasAsked;
    const auto queued = std::find(m_queue.begin(), m_queue.end(), &waiting);
    if (queued != m_queue.end()) {
        m_queue.erase(queued);
        return false;
    }
    waiting.stop.request_stop();
    m_changed.wait(lock, [&] { return waiting.isDone; });
    return waiting.wasAsked;
}

template <class Source>
void SourceThreadOf<Source>::loop(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, stop, [this] { return !m_queue.empty(); });
        if (stop.stop_requested())
            break;
        m_running = m_queue.front();
        m_queue.pop_front();
        if (m_running->asker.stop_requested()) { // who asked was not let run yet to take it back
            std::exchange(m_running, nullptr)->isDone = true;
            m_changed.notify_all();
            continue;
        }
        m_running->wasAsked = true;
        m_status.phase = SourceStatus::Phase::Asking;
        if (!m_source) {
            lock.unlock();
            auto made = m_make();
            lock.lock();
            m_source = std::move(made);
        }
        lock.unlock();
        Error error = m_running->question(*m_source, m_running->stop.get_token());
        lock.lock();
        // What the user stopped says nothing about the source.
        if (error.code != ErrorCode::Cancelled) {
            m_status.phase = error.message.empty() ? SourceStatus::Phase::Answered : SourceStatus::Phase::Failed;
            m_status.answeredAt = std::chrono::steady_clock::now();
            m_status.error = std::move(error);
        } else {
            m_status.phase = SourceStatus::Phase::Idle;
        }
        std::exchange(m_running, nullptr)->isDone = true;
        m_changed.notify_all();
    }
    for (Waiting *waiting : m_queue)
        waiting->isDone = true;
    m_queue.clear();
    m_changed.notify_all();
    const std::unique_ptr<Source> ending = std::move(m_source);
    lock.unlock();
}

template <class Source>
SourceStatus SourceThreadOf<Source>::status() const
{
    const std::lock_guard lock(m_mutex);
    return m_status;
}

template <class Source>
SourceCostSoFar SourceThreadOf<Source>::cost() const
{
    const std::lock_guard lock(m_mutex);
    if (!m_source)
        return {};
    const SourceCost &cost = m_source->cost();
    return {cost.queries, cost.rows, cost.bytes, cost.waitedNs};
}

template class SourceThreadOf<TraceSource>;
template class SourceThreadOf<MetricSource>;
template class SourceThreadOf<AlertSource>;

} // namespace tailspan::sources
