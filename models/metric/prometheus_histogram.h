// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_series.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::metric {

/// The classic histogram of one set of labels over time: for each upper bound how many values were at most that.
struct BucketTable {
    Labels labels;                     ///< Without "le" and "__name__".
    std::vector<double> bounds;        ///< Rising; the last is +Inf unless hasNoEnd.
    std::vector<std::int64_t> timesNs; ///< Rising.
    std::vector<double> counts;        ///< Time by time, bounds.size() each; NaN where there is no sample.
    bool hasNoEnd = false;             ///< The server gave no "+Inf": values above the last bound are not known.
    std::uint64_t mendedCells = 0;     ///< Counts that fell with a rising bound; raised to the one below them.

    [[nodiscard]] double count(std::size_t time, std::size_t bound) const
    {
        return counts[time * bounds.size() + bound];
    }
};

struct BucketTables {
    std::vector<BucketTable> tables;
    std::uint64_t withoutBound = 0; ///< Series whose "le" is missing or no number; left out.
};

/// Puts series of buckets ("le" among their labels) side by side. Those whose other labels agree are one table; several
/// with the same bound ("1" and "1.0") are added up. The values may be counters or what rate() or increase() made of
/// them; buckets that are not monotone, as sums over servers with different scrapes give, are mended and counted.
[[nodiscard]] BucketTables bucketTables(const std::vector<MetricSeries> &series);

/// What was counted between each time and the one before it, of a table of counters: the first row is NaN, and after a
/// reset (a total that fell) what has been counted since. `resets` is raised by the number of resets.
[[nodiscard]] BucketTable increases(const BucketTable &counters, std::uint64_t &resets);

/// The value at `ratio` (0..1) at one time by linear interpolation within its bucket, as Prometheus'
/// histogram_quantile does: the lowest bucket begins at 0 where its bound is positive; a rank above the last finite
/// bound gives that bound. Nothing when nothing was counted, the row is a gap, or only +Inf is known. Without a "+Inf" the last bucket counts as
/// all, so quantiles are too low if values lie above it: hasNoEnd is to be told with them.
[[nodiscard]] std::optional<double> quantile(const BucketTable &table, std::size_t time, double ratio);

/// One cell of a heatmap: values above `low` and at most `high`, seen up to `timeNs`.
struct HistogramCell {
    std::int64_t timeNs = 0;
    double low = 0;
    double high = 0; ///< +Inf in the last bucket.
    double count = 0;
    friend bool operator==(const HistogramCell &, const HistogramCell &) = default;
};
/// The cells of a table of increases or rates that are not empty.
[[nodiscard]] std::vector<HistogramCell> cellsOf(const BucketTable &table);
/// The same of native histograms.
[[nodiscard]] std::vector<HistogramCell> cellsOf(const HistogramSeries &histograms);

} // namespace tailspan::metric
