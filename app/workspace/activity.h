// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"
#include "models/loadtest/load_test_report.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

namespace tailspan::workspace {

/// What happened in one step of the time bar.
struct ActivityStep {
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::optional<std::int64_t> p95Ns; ///< Absent where nothing was measured.
};

/// Rate, p95 and errors of what is open, in equal steps over its range: the sparklines of the time bar.
struct Activity {
    TimeRange range;
    Duration step;
    bool isOfTraces = false; ///< Steps count traces; otherwise requests of the load test.
    std::vector<ActivityStep> steps;
};

/// By the start of each trace. Fewer steps than asked where the range is shorter than that many nanoseconds; none
/// with fewer than two traces. Cost: linear in traces. Thread: any.
[[nodiscard]] Activity activityOf(const trace::TraceSnapshot &snapshot, std::size_t steps, std::stop_token stop);
/// By the end of each request, as in the report's buckets.
[[nodiscard]] Activity activityOf(const loadtest::LoadTestReport &report, std::size_t steps, std::stop_token stop);

} // namespace tailspan::workspace
