// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/base/result.h"
#include "models/metric/metric_series.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::explain {

struct NamedSeries {
    std::string name; ///< "CPU of payment"
    metric::MetricSeries series;
};

struct CorrelationOptions {
    std::int64_t stepNs = 0;   ///< 0: the time between points of the target.
    std::int64_t seasonNs = 0; ///< 0: a day, when there are three of them.
    int mostLagSteps = 5;      ///< To either side.
    double falseDiscoveries = 0.01;
    double smallestCoefficient = 0.2; ///< Less is not worth a line, however certain.
    std::uint32_t fewestPoints = 60;  ///< Common points, for any claim.
    std::uint32_t resamples = 500;
};

/// A series that goes with the target. Not its cause: that cannot be told from figures that move together.
struct Companion {
    std::uint32_t candidate = 0; ///< Into what was asked.
    std::string name;
    double coefficient = 0; ///< Of the partial correlation, -1 to 1.
    double low = 0;         ///< 95 % interval of the block bootstrap.
    double high = 0;
    int lagSteps = 0; ///< Positive: it moves that many steps before the target.
    std::int64_t lagNs = 0;
    double firstHalf = 0; ///< The coefficient in either half.
    double secondHalf = 0;
    double falseDiscoveryRate = 1; ///< q
    std::uint64_t points = 0;      ///< Common ones.
    std::string text;              ///< "p95 of gateway goes with CPU of payment, 2 steps after it"
};

struct NotJudged {
    std::uint32_t candidate = 0;
    std::string name;
    std::string reason; ///< "constant", "too few common points: 12 of 60"
};

struct Correlation {
    std::vector<Companion> companions; ///< The largest coefficient first.
    std::vector<NotJudged> notJudged;
    std::uint64_t judged = 0; ///< Series that were tested, and corrected for together.
    std::int64_t stepNs = 0;
    std::uint64_t points = 0;  ///< Of the target.
    std::int64_t seasonNs = 0; ///< That was taken out; 0 for none.
    bool isLoadHeldFixed = false;
    std::string noClaim; ///< Set: why nothing can be said.
    std::vector<std::string> notes;
};

struct CorrelationQuestion {
    const NamedSeries &target;
    const metric::MetricSeries *load = nullptr; ///< The request rate; nullptr when there is none.
    std::span<const NamedSeries> candidates;
};

/// Which series go with the target: move up and down with it at the same moments or some steps before or after,
/// beyond what the load, the time of day and a common drift explain.
///
/// All series are put on one time step, means of the points in it; steps without points stay gaps. What is left after
/// the mean of each time of the season and after least squares on the load of two steps around (so that the load is held
/// fixed) is whitened by the filter that makes the target white: differences where it drifts, then an autoregression
/// (Yule and Walker's equations, order by Akaike's criterion; Box and Jenkins, Time Series Analysis, 11.2). Between white
/// and any other series chance correlations are as between independent points; what the filter left is corrected by
/// Bartlett's number of independent points. Outliers are drawn in to five robust deviations. The lag is the one with the
/// largest coefficient, and its p-value is multiplied by the number of lags. All go through Benjamini and Hochberg's
/// procedure; reported is what has a q below the limit, an interval without 0 (Kuensch's moving blocks) and the same sign
/// at the level 0.05 in both halves of the time.
///
/// Thread: any; uses all cores; the same answer on any number of them. Progress counts series. Errors: Cancelled.
[[nodiscard]] Result<Correlation> correlate(const CorrelationQuestion &question, const CorrelationOptions &options,
                                            const std::stop_token &stop, Progress &progress);

} // namespace tailspan::explain
