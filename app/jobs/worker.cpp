// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/worker.h"

#include <utility>

namespace tailspan::jobs {

Worker::~Worker()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
        m_waiting = nullptr;
        m_runningStop.request_stop();
    }
    m_wake.notify_one();
    if (m_thread.joinable())
        m_thread.join();
}

void Worker::run(Task task)
{
    Task dropped; // destroyed after the lock is gone
    {
        const std::lock_guard lock(m_mutex);
        m_runningStop.request_stop();
        dropped = std::exchange(m_waiting, std::move(task));
        m_waitingStop = std::stop_source();
    }
    if (!m_thread.joinable())
        m_thread = std::jthread([this] { loop(); });
    m_wake.notify_one();
}

void Worker::stop()
{
    Task dropped;
    const std::lock_guard lock(m_mutex);
    m_runningStop.request_stop();
    dropped = std::exchange(m_waiting, nullptr);
}

void Worker::loop()
{
    for (;;) {
        Task task;
        std::stop_token stop;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_isEnding || m_waiting; });
            if (m_isEnding)
                return;
            task = std::exchange(m_waiting, nullptr);
            m_runningStop = std::exchange(m_waitingStop, std::stop_source(std::nostopstate));
            stop = m_runningStop.get_token();
        }
        task(stop);
    }
}

} // namespace tailspan::jobs
