// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"
#include "models/loadtest/load_test_report.h"
#include "models/loadtest/time_zone.h"

#include <functional>
#include <optional>

namespace tailspan::reports {

/// What a file does not say and somebody else does, and who wants to see a report grow. A value; readers that have no
/// question ignore it. What is absent is assumed and said in LoadTestReport::assumed.
struct ReadOptions {
    std::optional<loadtest::ZoneRule> zone; ///< Whose local time the stamps of the load generator are.
    std::optional<Duration> unit;           ///< Length of one unit of the file's latencies.
    /// Takes what was read so far, about twice a second. Called on the reader's threads, one call at a time; may be
    /// empty. Must not wait for the reader. Readers of single requests call it; those of summaries (text, JSON of the
    /// whole run, HTML) have nothing to show before their end.
    std::function<void(loadtest::LoadTestReport)> partial;
};

} // namespace tailspan::reports
