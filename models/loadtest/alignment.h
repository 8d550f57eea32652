// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/loadtest/load_test_report.h"

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::loadtest {

// A report whose file does not say when its run began, laid on the clock by the user. Pure functions, any thread.

/// When a run began, and how the user said so.
struct RunAlignment {
    enum class How : std::uint8_t {
        Typed,    ///< "began at 14:02"
        FileTime, ///< It ended when its file was written.
        Dragged,  ///< Moved on the axis until it fits what was measured meanwhile.
    };
    TimePoint began;
    How how = How::Typed;
    friend bool operator==(const RunAlignment &, const RunAlignment &) = default;
};
/// "typed", "file-time", "dragged": stable, for the settings. nullopt for anything else.
[[nodiscard]] std::string_view alignmentId(RunAlignment::How how);
[[nodiscard]] std::optional<RunAlignment::How> alignmentOf(std::string_view id);
/// "Aligned by hand: began at 2026-11-23 14:00:00 UTC." How it was said is told too.
[[nodiscard]] std::string alignmentText(const RunAlignment &alignment);

/// How long the run took: from its timeline, else as the file says, else the declared durations of its scenarios one
/// after the other. Zero where nothing of this is there.
[[nodiscard]] Duration runLengthOf(const LoadTestReport &report);
/// The stretch of time of a run: its timeline, or, where there is none, its begin and its length. Empty without.
[[nodiscard]] TimeRange runRangeOf(const LoadTestReport &report);

/// The report with all its times moved so that its run begins then, and a note that says so. For reports without a
/// clock; latencies and counts stay as they are. Cost: a copy.
[[nodiscard]] LoadTestReport aligned(const LoadTestReport &report, const RunAlignment &alignment);

/// A scenario where it is due by the declared durations: planned, never measured.
struct ScheduledPart {
    std::string name;
    TimeRange range;
};
/// The scenarios one after the other from the begin of the run; the whole run under its own name where no scenario has
/// a duration. Empty without a range.
[[nodiscard]] std::vector<ScheduledPart> scheduleOf(const LoadTestReport &report);

/// A moment as it is typed into the time bar: "14:02:10", "2026-11-23 14:02", "yesterday 14:00". Of a typed range its
/// begin. Errors: Malformed with examples.
[[nodiscard]] Result<TimePoint> parseBegin(std::string_view text, TimePoint now, Duration utcOffset);

} // namespace tailspan::loadtest
