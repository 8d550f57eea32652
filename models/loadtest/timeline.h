// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <vector>

namespace tailspan::loadtest {

/// Figures of any set of requests: a run, a bucket, an endpoint. Absent where the file does not hold them.
struct Totals {
    std::optional<std::uint64_t> requests;
    std::optional<std::uint64_t> failures;
    std::optional<double> errorRatio;    ///< failures / requests, 0..1
    std::optional<double> throughputRps; ///< finished requests a second
    LatencyStats latency;
};

/// The latencies of `view`, merged into one histogram.
[[nodiscard]] LogHistogram latencyOf(const RequestTallies &requests, RequestView view);
[[nodiscard]] std::uint64_t requestCount(const RequestTallies &requests, RequestView view);
/// Failed requests; independent of view.withFailures, so that the error ratio stays what it is.
[[nodiscard]] std::uint64_t failureCount(const RequestTallies &requests, RequestView view);
[[nodiscard]] LatencyStats statsOf(const LogHistogram &latency);

/// Requests and failures of a bucket: as counted, or the tool's own rate times the length of the bucket.
[[nodiscard]] double requestsIn(const Bucket &bucket);
[[nodiscard]] double failuresIn(const Bucket &bucket);

/// Where the report's latencies are the tool's own numbers they are given for the default view only: they cannot be
/// taken apart.
[[nodiscard]] Totals totalsOf(const LoadTestReport &report, RequestView view = {});
[[nodiscard]] Totals totalsOf(const LoadTestReport &report, const Bucket &bucket, RequestView view = {});
[[nodiscard]] Totals totalsOf(const LoadTestReport &report, const Endpoint &endpoint, RequestView view = {});

/// The buckets of `timeline` joined into steps of at least `width`, aligned to the first one. Requests, bytes and
/// failures add up, users keep the highest value; the tool's own percentiles survive only where a step holds a single
/// bucket, because percentiles of percentiles mean nothing. Cost: linear.
[[nodiscard]] std::vector<Bucket> regrouped(const std::vector<Bucket> &timeline, Duration width);
/// Everything from `range.begin` to `range.end` as one bucket; a bucket belongs to the range that holds its begin.
[[nodiscard]] Bucket joined(const std::vector<Bucket> &timeline, TimeRange range);
/// The begin of the first bucket to the end of the last.
[[nodiscard]] TimeRange rangeOf(const std::vector<Bucket> &timeline);
/// The bucket that holds `time`, or the last one before it; nullptr before the first.
[[nodiscard]] const Bucket *bucketAt(const std::vector<Bucket> &timeline, TimePoint time);

} // namespace tailspan::loadtest
