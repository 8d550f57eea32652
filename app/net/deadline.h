// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>

namespace tailspan::net {

/// Until when a piece of work may take, on a clock that nobody sets.
class Deadline {
public:
    using Clock = std::chrono::steady_clock;

    explicit Deadline(std::chrono::milliseconds limit) : m_end(Clock::now() + limit) {}
    [[nodiscard]] bool isOver() const { return Clock::now() >= m_end; }
    /// What is left, at most `slice`, so that a stop is seen in time; never negative.
    [[nodiscard]] std::chrono::milliseconds next(std::chrono::milliseconds slice) const
    {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_end - Clock::now());
        return std::clamp(left, std::chrono::milliseconds(0), slice);
    }

private:
    Clock::time_point m_end;
};

/// How long a wait may last before the stop token is looked at again.
inline constexpr std::chrono::milliseconds kStopSlice{50};

} // namespace tailspan::net
