// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/read_options.h"
#include "models/loadtest/timeline_builder.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tailspan::reports {

/// Decides when a reader hands out what it has read so far: about twice a second, and rarer where making such a report
/// takes long, so that watching never costs more than a tenth of the reading. Thread: one.
class PartialReports {
public:
    explicit PartialReports(const ReadOptions &options) : m_options(options), m_next(Clock::now() + kFirst) {}

    [[nodiscard]] bool isDue()
    {
        if (!m_options.partial)
            return false;
        m_begun = Clock::now();
        return m_begun >= m_next;
    }
    /// Only after isDue() said so.
    void give(loadtest::LoadTestReport report)
    {
        m_options.partial(std::move(report));
        const Clock::time_point now = Clock::now();
        m_next = now + std::max<Clock::duration>(kBetween, 9 * (now - m_begun));
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kFirst{250};
    static constexpr std::chrono::milliseconds kBetween{500};

    const ReadOptions &m_options;
    Clock::time_point m_begun;
    Clock::time_point m_next;
};

/// What a builder has counted so far, without single requests. It goes on counting.
[[nodiscard]] inline loadtest::LoadTestReport soFarOf(const loadtest::TimelineBuilder &builder)
{
    loadtest::TimelineBuilder copy;
    copy.skipSingleRequests();
    copy.merge(builder);
    loadtest::LoadTestReport report;
    std::move(copy).finish(report);
    return report;
}

} // namespace tailspan::reports
