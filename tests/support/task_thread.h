// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tailspan::test {

/// A thread on which a test does what takes long, while its event loop, and the window in it, go on. Servers that are
/// made there live as long as it.
/// Thread: made, asked and destroyed on the GUI's.
class TaskThread {
public:
    TaskThread();
    ~TaskThread();
    TaskThread(const TaskThread &) = delete;
    TaskThread &operator=(const TaskThread &) = delete;

    /// Runs the task there and spins the event loop here until it is done.
    void run(std::function<void()> task);

private:
    void loop(const std::stop_token &stop);

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::function<void()> m_task;
    std::jthread m_thread;
};

} // namespace tailspan::test
