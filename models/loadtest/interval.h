// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::loadtest {

/// A range of plausible values, both ends included.
struct Interval {
    double low = 0;
    double high = 0;
    [[nodiscard]] bool contains(double value) const { return low <= value && value <= high; }
    friend bool operator==(const Interval &, const Interval &) = default;
};

/// The quantile of the standard normal distribution; `probability` strictly between 0 and 1.
[[nodiscard]] double normalQuantile(double probability);

/// The score interval of a proportion (Wilson 1927): `successes` of `trials`, which need not be whole, so that counts
/// that depend on each other can enter with their effective number. {0, 1} without trials.
[[nodiscard]] Interval wilsonInterval(double successes, double trials, double confidence = 0.95);

/// The interval of p2 - p1 from the score intervals of both (Newcombe 1998, method 10).
[[nodiscard]] Interval newcombeInterval(double successes1, double trials1, double successes2, double trials2,
                                        double confidence = 0.95);

/// By how much counts of events in steps of time vary more than independent ones would: the variance of the steps'
/// shares (a ratio estimate) over the binomial one, at least 1. Trials divided by it are the effective number.
[[nodiscard]] double designEffect(std::span<const double> events, std::span<const double> trials);

/// The middle `confidence` of bootstrap replicates (percentile interval). Sorts `replicates`. Where fewer than five
/// replicates lie beyond an end, the normal approximation around their mean.
[[nodiscard]] Interval replicateInterval(std::vector<double> &replicates, double confidence = 0.95);

/// By linear interpolation (type 7) in ascending values; 0 for none.
[[nodiscard]] double quantileOfSorted(std::span<const double> sorted, double ratio);
[[nodiscard]] double medianOf(std::vector<double> values);
[[nodiscard]] double meanOf(std::span<const double> values);
[[nodiscard]] double sumOf(std::span<const double> values);

} // namespace tailspan::loadtest
