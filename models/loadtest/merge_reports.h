// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/loadtest/load_test_report.h"

#include <span>

namespace tailspan::loadtest {

/// True for reports of one tool and format that were written side by side: at least half of the shorter one's time lies
/// in the other's. Two copies of one report are none.
[[nodiscard]] bool areParts(const LoadTestReport &a, const LoadTestReport &b);
/// Two copies of one file, whatever their names.
[[nodiscard]] bool areSame(const LoadTestReport &a, const LoadTestReport &b);

/// Parts of one run (workers, injectors, shares of a test) as one report: counts and histograms are added by second,
/// users too; limits on all requests are judged anew, others are open. At least one part. Errors: Unsupported where a
/// part has no histograms, because percentiles of percentiles mean nothing.
[[nodiscard]] Result<LoadTestReport> mergedParts(std::span<const LoadTestReportPtr> parts);

/// `base` with what `more`, another file about the same run, has and it lacks: endpoints, totals, kinds of failures,
/// notes. Nothing is added up.
[[nodiscard]] LoadTestReport completed(const LoadTestReport &base, const LoadTestReport &more);

} // namespace tailspan::loadtest
