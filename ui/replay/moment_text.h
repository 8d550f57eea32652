// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <QString>

namespace tailspan::replay {

/// A moment of the run as the page writes it: "14:13:44" where the report knows when it was, else the distance from
/// the start ("1 m 05 s"). Tenths where the run is short enough for them to matter.
[[nodiscard]] QString momentClockText(const loadtest::LoadTestReport &report, TimeRange run, TimePoint time);
/// "k6 · 25 users at most · 32.8 s": what is known about the run.
[[nodiscard]] QString runText(const loadtest::LoadTestReport &report);
/// Why there is nothing to replay, from the report's own notes.
[[nodiscard]] QString whyNoTimeline(const loadtest::LoadTestReport &report);

} // namespace tailspan::replay
