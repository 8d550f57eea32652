// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/comparability.h"
#include "models/loadtest/comparison.h"

namespace tailspan::loadtest {

// The three ways in which compareRuns compares; each fills the metrics of `result`.

/// One or a few runs a side, by their steps of time.
void compareByBlocks(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current,
                     const Comparability &gate, const ComparisonOptions &options, const std::stop_token &stop,
                     Comparison &result);
/// Four or more runs a side, by one figure a run.
void compareByRepeats(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current,
                      const Comparability &gate, const ComparisonOptions &options, Comparison &result);
/// Figures of whole runs, without a test.
void compareByTotals(const LoadTestReport &baseline, const LoadTestReport &current, const ComparisonOptions &options,
                     Comparison &result);

/// The least relative change of a latency that counts: the minimum effect, or the minimum latency if that is more.
[[nodiscard]] double minimumEffectAt(double beforeNs, const ComparisonOptions &options);

} // namespace tailspan::loadtest
