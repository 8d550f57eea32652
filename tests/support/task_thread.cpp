// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/task_thread.h"

#include <QTest>

#include <utility>

namespace tailspan::test {

TaskThread::TaskThread() : m_thread([this](const std::stop_token &stop) { loop(stop); }) {}

TaskThread::~TaskThread()
{
    m_thread.request_stop();
    m_thread.join();
}

void TaskThread::run(std::function<void()> task)
{
    {
        const std::lock_guard lock(m_mutex);
        m_task = std::move(task);
    }
    m_changed.notify_all();
    const auto isDone = [this] {
        const std::lock_guard lock(m_mutex);
        return !m_task;
    };
    while (!isDone())
        QTest::qWait(1);
}

void TaskThread::loop(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    while (m_changed.wait(lock, stop, [this] { return static_cast<bool>(m_task); })) {
        const std::function<void()> task = m_task;
        lock.unlock();
        task();
        lock.lock();
        m_task = nullptr;
    }
}

} // namespace tailspan::test
