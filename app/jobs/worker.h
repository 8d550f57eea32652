// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace tailspan::jobs {

/// One thread that does the newest task it was given. A new task asks the running one to stop and replaces one
/// that still waits. The thread starts with the first task; the destructor asks for a stop and waits. Thread:
/// run() and stop() from one thread. Tasks must not throw.
class Worker {
public:
    using Task = std::function<void(std::stop_token)>;

    Worker() = default;
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;
    ~Worker();

    void run(Task task);
    /// Asks the running task to stop and forgets one that waits. Does not wait.
    void stop();

private:
    void loop();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    Task m_waiting;
    std::stop_source m_waitingStop{std::nostopstate};
    std::stop_source m_runningStop{std::nostopstate};
    bool m_isEnding = false;
    std::jthread m_thread;
};

} // namespace tailspan::jobs
