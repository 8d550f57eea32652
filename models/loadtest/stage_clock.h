// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tailspan::loadtest {

/// One clock for runs of different days: by the stages that all of them have, else since the load became even, else
/// since the run began. Pure, any thread.
struct StageClock {
    enum class By : std::uint8_t { Stages, Steady, Begin };

    /// A stretch of the clock. By stages there is one for each of them; else one for the whole.
    struct Part {
        std::string name;     ///< "" where there is one part only.
        Duration begin;       ///< On the clock; negative for what was before the load became even.
        Duration end;         ///< When the longest run was through.
        Duration sharedBegin; ///< From here to sharedEnd all runs were at it.
        Duration sharedEnd;
        std::vector<TimeRange> ofRun; ///< By run.
        std::vector<Duration> shift;  ///< By run: how much later than `begin` it came in.
    };

    By by = By::Begin;
    std::vector<Part> parts; ///< Ascending, one after the other; empty where a run has no timeline.
    std::string words;       ///< A sentence: how the runs were laid over each other, and what that rests on.

    /// Where a moment of a run lies on the clock; nullopt outside all parts.
    [[nodiscard]] std::optional<Duration> at(std::size_t run, TimePoint time) const;
    /// Whether all runs were under way then.
    [[nodiscard]] bool isShared(Duration time) const;
};

/// `steady`: the windows that were compared, by run (Comparability); empty: each run's longest one.
[[nodiscard]] StageClock stageClockOf(std::span<const LoadTestReportPtr> runs, std::span<const TimeRange> steady = {});

} // namespace tailspan::loadtest
