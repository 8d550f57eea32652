// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

namespace tailspan::test {

/// When the sample runs start: 2026-11-23T14:00:00Z.
inline constexpr std::int64_t kSampleStartNs = 1'795'442'400'000'000'000;

/// A run of that many seconds with one bucket a second: users 1, 2, 3, ...; second i finishes 10 requests of 100 ms
/// times (1 + i % 5), and in every fourth second one of them fails with "status 503". Two endpoints, two stages, and
/// on the whole run a limit that failed, one that passed and one that is open.
[[nodiscard]] loadtest::LoadTestReport sampleRun(int seconds);
/// A report of results only: a scenario that the file passes and Tailspan does not, and one where both agree.
[[nodiscard]] loadtest::LoadTestReport sampleSuite();

} // namespace tailspan::test
