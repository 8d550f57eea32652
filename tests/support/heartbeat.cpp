// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/heartbeat.h"

#include <algorithm>

namespace tailspan::test {

Heartbeat::Heartbeat()
{
    QObject::connect(&m_timer, &QTimer::timeout, [this] { beat(); });
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.start(kBeat);
    m_thread = std::jthread([this](const std::stop_token &stop) { beatBeside(stop); });
}

void Heartbeat::beat()
{
    const Clock::time_point now = Clock::now();
    if (now - m_last > kLate)
        m_gaps.push_back({m_last, now});
    m_last = now;
}

void Heartbeat::beatBeside(const std::stop_token &stop)
{
    Clock::time_point last = Clock::now();
    while (!stop.stop_requested()) {
        std::this_thread::sleep_for(kBeat);
        const Clock::time_point now = Clock::now();
        if (now - last > kLate) {
            const std::lock_guard lock(m_mutex);
            m_lateBeside.push_back({last, now});
        }
        last = now;
    }
}

std::chrono::milliseconds Heartbeat::longestGap()
{
    beat();
    Clock::duration longest{0};
    const std::lock_guard lock(m_mutex);
    for (const Gap &gap : m_gaps) {
        const bool isMachine = std::any_of(m_lateBeside.begin(), m_lateBeside.end(), [&](const Gap &late) {
            return late.begin < gap.end && gap.begin < late.end;
        });
        if (!isMachine)
            longest = std::max(longest, gap.end - gap.begin);
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(longest);
}

} // namespace tailspan::test
