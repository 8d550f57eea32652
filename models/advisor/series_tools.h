// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_series.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tailspan::advisor {

// Small tools for series with gaps. A NaN is a gap everywhere, and never a zero. Pure; thread: any.

/// The values of a series at given times (rising): those of points within half a step of them, else NaN.
[[nodiscard]] std::vector<double> valuesAt(const metric::MetricSeries &series, std::span<const std::int64_t> timesNs,
                                           std::int64_t stepNs);

/// The quantile (0 to 1) of the finite values, between neighbors by their distance; NaN where there are none.
[[nodiscard]] double quantileOf(std::vector<double> values, double ratio);
[[nodiscard]] double medianOf(std::vector<double> values);
[[nodiscard]] std::size_t knownCount(std::span<const double> values);

/// A stretch of steps in which something held: [begin, end).
struct Run {
    std::size_t begin = 0;
    std::size_t end = 0;
    [[nodiscard]] std::size_t length() const { return end - begin; }
};
/// Whether something holds at a step; Unknown in gaps.
enum class Holds : std::uint8_t { No, Yes, Unknown };
/// The longest run of Yes; up to `bridged` steps of Unknown inside of it do not end it.
[[nodiscard]] Run longestRun(std::span<const Holds> steps, std::size_t bridged = 3);
[[nodiscard]] std::size_t countOf(std::span<const Holds> steps, Holds what);

/// Pearson's coefficient over the steps at which both are there; nothing for fewer than `fewest` or constant ones.
[[nodiscard]] std::optional<double> correlationOf(std::span<const double> a, std::span<const double> b,
                                                  std::size_t fewest = 20);
/// The same of a and b with c held fixed.
[[nodiscard]] std::optional<double> partialCorrelationOf(std::span<const double> a, std::span<const double> b,
                                                         std::span<const double> c, std::size_t fewest = 20);

/// Chance that a request of an M/M/c queue waits longer than a time, from Erlang's C: `offered` = rate * hold.
/// The p-quantile of waiting in seconds; 0 where so many do not wait at all; infinite where the queue has no end.
[[nodiscard]] double waitQuantile(std::uint32_t servers, double rate, double holdSeconds, double ratio);
/// The mean of the same.
[[nodiscard]] double meanWait(std::uint32_t servers, double rate, double holdSeconds);

} // namespace tailspan::advisor
