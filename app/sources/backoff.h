// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace tailspan::sources {

/// When to try a store again that did not answer: after 1, 2, 4 ... 60 s, each a fifth more or less, so that many
/// desktops do not come back to a store at the same moment.
class Backoff {
public:
    [[nodiscard]] std::chrono::milliseconds next()
    {
        std::uniform_real_distribution<double> share(0.8, 1.2);
        const double wait = m_seconds * share(m_random);
        m_seconds = std::min(m_seconds * 2, kLongestSeconds);
        return std::chrono::milliseconds(static_cast<std::int64_t>(wait * 1000));
    }
    void reset() { m_seconds = 1; }

private:
    static constexpr double kLongestSeconds = 60;
    double m_seconds = 1;
    std::minstd_rand m_random{std::random_device{}()};
};

} // namespace tailspan::sources
