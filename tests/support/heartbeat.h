// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace tailspan::test {

/// How long the GUI thread's event loop stands still at most: a timer of 5 ms beats in it, and another thread beats
/// beside it. A gap counts where the thread beside was on time, so that a busy machine is no stalled window.
/// Thread: GUI.
class Heartbeat {
public:
    Heartbeat();
    [[nodiscard]] std::chrono::milliseconds longestGap();

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kBeat{5};
    /// The thread beside is late when it beats after more than that.
    static constexpr std::chrono::milliseconds kLate{30};
    struct Gap {
        Clock::time_point begin;
        Clock::time_point end;
    };

    void beat();
    void beatBeside(const std::stop_token &stop);

    Clock::time_point m_last = Clock::now();
    std::vector<Gap> m_gaps;
    std::mutex m_mutex;
    std::vector<Gap> m_lateBeside; // guarded by m_mutex
    QTimer m_timer;
    std::jthread m_thread;
};

} // namespace tailspan::test
