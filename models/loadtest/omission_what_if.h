// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/loadtest/load_test_report.h"

#include <optional>
#include <string>

namespace tailspan::loadtest {

// What the percentiles of a closed test would be, had every user gone on sending a request each `interval` while it
// waited for an answer: an estimate, shown beside what was measured and never in its place.

/// Adds, for each latency v above `interval`, the latencies v - interval, v - 2 interval, ... down to `interval` itself:
/// the requests that were due meanwhile would have waited that long (Gil Tene, HdrHistogram's
/// copyCorrectedForCoordinatedOmission). The values added are the histogram's own, so the result is as exact as it is.
/// Cost: buckets times buckets. Errors: Malformed for an interval that is not positive, LimitReached for one so short
/// that more than a million requests would be added for each one measured.
[[nodiscard]] Result<LogHistogram> withExpectedInterval(const LogHistogram &measured, Duration interval);

struct OmissionWhatIf {
    Duration interval;
    LatencyStats measured;
    LatencyStats estimated;
    std::uint64_t requests = 0; ///< Measured.
    std::uint64_t added = 0;    ///< By the estimate.
};

/// The same for a whole report. Errors, besides those above: Unsupported where nothing is missing because requests
/// began when they were due, where the tool has corrected its figures already, and where there is no histogram.
[[nodiscard]] Result<OmissionWhatIf> omissionWhatIf(const LoadTestReport &report, RequestView view, Duration interval);

/// How often a user of this test sends a request as a rule: users over requests a second, the median of the steps.
/// nullopt where the file does not hold both over time.
[[nodiscard]] std::optional<Duration> usualInterval(const LoadTestReport &report);
/// One sentence: the estimate beside what was measured, or why there is none.
[[nodiscard]] std::string whatIfText(const Result<OmissionWhatIf> &whatIf);

} // namespace tailspan::loadtest
