// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::loadtest {

enum class ChangeVerdict : std::uint8_t { Regression, Improvement, NoChange, Inconclusive, NotComparable };
/// "regression", "improvement", "no-change", "inconclusive", "not-comparable": part of the JSON contract.
[[nodiscard]] const char *verdictName(ChangeVerdict verdict);

/// One figure of both sides. The ratio is the later run's over the baseline's: above 1 is worse for latencies and
/// errors, better for throughput.
struct MetricChange {
    std::string name;                    ///< "p50", "p90", "p95", "p99", "throughput", "errors"
    std::optional<std::string> endpoint; ///< nullopt: all requests.
    std::optional<double> before;        ///< Nanoseconds, requests a second, or failures a request.
    std::optional<double> after;
    std::optional<double> ratio; ///< Absent where `before` is 0.
    std::optional<double> low;   ///< Interval of the ratio; absent where nothing honest can be said.
    std::optional<double> high;
    std::optional<double> pValue; ///< Of repeats only; adjusted over endpoints.
    ChangeVerdict verdict = ChangeVerdict::Inconclusive;
    bool hasTooFew = false; ///< Fewer than ten requests lie beyond this percentile.
};

/// The difference at one percentile, later minus baseline, with a band that holds for this percentile alone.
struct PercentileShift {
    double percentile = 0; ///< 1..99
    double beforeNs = 0;
    double afterNs = 0;
    double lowNs = 0; ///< Of the difference.
    double highNs = 0;
};

struct Comparison {
    ChangeVerdict verdict = ChangeVerdict::NotComparable;
    std::vector<MetricChange> metrics;      ///< All requests first, then endpoints with most requests first.
    std::vector<PercentileShift> shift;     ///< Ascending; empty where there is no interval.
    std::vector<TimeRange> baselineWindows; ///< The steady part of each run that was looked at.
    std::vector<TimeRange> currentWindows;
    std::size_t rounds = 0;         ///< Of the bootstrap; 0 where there was none.
    Duration blockLength;           ///< Of the bootstrap.
    std::vector<std::string> notes; ///< Sentences: how it was compared, what is not covered, why not comparable.
};

struct ComparisonOptions {
    double minimumEffect = 0.05;                         ///< A smaller relative change is no change.
    Duration minimumLatency = Duration::milliseconds(2); ///< A smaller change of a latency is no change.
    double minimumErrors = 0.001;                        ///< A smaller change of the error ratio is no change.
    double confidence = 0.95;
    std::size_t rounds = 1000;
    std::uint64_t seed = 20261123;
    RequestView view;
};

/// Whether `current` is slower than `baseline`. One or a few runs a side: moving-block bootstrap inside their steady
/// windows, stratified by endpoint and weighted by the baseline's mix. Four or more a side: rank tests on the runs'
/// own figures (run_repeats.h). Files that hold figures of the whole run only: differences without a test.
/// Deterministic. Cancelled by `stop`: the verdict is Inconclusive and the notes say so. Thread: any.
[[nodiscard]] Comparison compareRuns(std::span<const LoadTestReportPtr> baseline,
                                     std::span<const LoadTestReportPtr> current, const ComparisonOptions &options,
                                     const std::stop_token &stop);

/// The verdict on one change, by its interval and the least change that counts; `isUpWorse` false for throughput.
[[nodiscard]] ChangeVerdict judgeChange(double ratio, double low, double high, double minimumEffect, bool isUpWorse);
/// The verdict on everything: a regression anywhere is one; doubts count for p50, p95, throughput and errors of all
/// requests only, because the far tail and single endpoints are in doubt in most short runs.
[[nodiscard]] ChangeVerdict jointVerdict(std::span<const MetricChange> metrics);

} // namespace tailspan::loadtest
