// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/prometheus_histogram.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

namespace tailspan::metric {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::optional<double> boundOf(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double bound = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
    if (error != std::errc() || end != text.data() + text.size() || std::isnan(bound))
        return std::nullopt;
    return bound;
}

Labels withoutBound(const Labels &labels)
{
    Labels rest;
    for (const auto &label : labels) {
        if (label.first != "le" && label.first != "__name__")
            rest.push_back(label);
    }
    return rest;
}

using SeriesByBound = std::multimap<double, const MetricSeries *>;

void fill(BucketTable &table, const SeriesByBound &series)
{
    for (const auto &[bound, one] : series) {
        if (table.bounds.empty() || table.bounds.back() != bound)
            table.bounds.push_back(bound);
        table.timesNs.insert(table.timesNs.end(), one->timesNs.begin(), one->timesNs.end());
    }
    std::sort(table.timesNs.begin(), table.timesNs.end());
    table.timesNs.erase(std::unique(table.timesNs.begin(), table.timesNs.end()), table.timesNs.end());
    table.counts.assign(table.timesNs.size() * table.bounds.size(), kNaN);
    for (const auto &[bound, one] : series) {
        const auto column = static_cast<std::size_t>(std::lower_bound(table.bounds.begin(), table.bounds.end(), bound)
                                                     - table.bounds.begin());
        std::size_t row = 0;
        for (std::size_t i = 0; i < one->values.size(); ++i) {
            while (table.timesNs[row] < one->timesNs[i])
                ++row;
            double &cell = table.counts[row * table.bounds.size() + column];
            if (!std::isnan(one->values[i]))
                cell = (std::isnan(cell) ? 0 : cell) + one->values[i];
        }
    }
}

/// A count below that of a smaller bound cannot be. Differences of rounding are not worth telling.
void makeMonotone(BucketTable &table)
{
    constexpr double kRounding = 1e-12;
    for (std::size_t row = 0; row < table.timesNs.size(); ++row) {
        double most = -kInfinity;
        for (std::size_t i = 0; i < table.bounds.size(); ++i) {
            double &count = table.counts[row * table.bounds.size() + i];
            if (count < most) {
                table.mendedCells += most - count > kRounding * std::abs(most) ? 1 : 0;
                count = most;
            }
            most = std::isnan(count) ? most : count;
        }
    }
}

/// Where the row's next bucket with a sample is; bounds.size() for none.
std::size_t nextKnown(const BucketTable &table, std::size_t row, std::size_t from)
{
    while (from < table.bounds.size() && std::isnan(table.count(row, from)))
        ++from;
    return from;
}

} // namespace

BucketTables bucketTables(const std::vector<MetricSeries> &series)
{
    BucketTables result;
    std::map<Labels, SeriesByBound> groups;
    for (const MetricSeries &one : series) {
        const std::optional<double> bound = boundOf(labelValue(one.labels, "le"));
        if (bound)
            groups[withoutBound(one.labels)].emplace(*bound, &one);
        else
            ++result.withoutBound;
    }
    for (const auto &[labels, members] : groups) {
        BucketTable table;
        table.labels = labels;
        fill(table, members);
        makeMonotone(table);
        table.hasNoEnd = table.bounds.back() != kInfinity;
        result.tables.push_back(std::move(table));
    }
    return result;
}

BucketTable increases(const BucketTable &counters, std::uint64_t &resets)
{
    BucketTable result = counters;
    const std::size_t width = counters.bounds.size();
    for (std::size_t i = 0; i < width && !counters.timesNs.empty(); ++i)
        result.counts[i] = kNaN;
    for (std::size_t row = 1; row < counters.timesNs.size(); ++row) {
        // A restart empties all buckets at once; the total tells it even when a small bucket has grown again.
        const bool isReset = counters.count(row, width - 1) < counters.count(row - 1, width - 1);
        resets += isReset ? 1 : 0;
        for (std::size_t i = 0; i < width; ++i) {
            const double before = isReset ? 0 : counters.count(row - 1, i);
            result.counts[row * width + i] = counters.count(row, i) - before;
        }
    }
    makeMonotone(result);
    return result;
}

std::optional<double> quantile(const BucketTable &table, std::size_t time, double ratio)
{
    const std::size_t width = table.bounds.size();
    std::size_t last = width; // the last bucket with a sample
    for (std::size_t i = 0; i < width; ++i)
        last = std::isnan(table.count(time, i)) ? last : i;
    if (last == width || !(ratio >= 0 && ratio <= 1) || !(table.count(time, last) > 0))
        return std::nullopt;
    const double rank = ratio * table.count(time, last);
    double low = table.bounds[0] > 0 ? 0 : -kInfinity;
    double below = 0;
    for (std::size_t i = nextKnown(table, time, 0); i < width; i = nextKnown(table, time, i + 1)) {
        const double count = table.count(time, i);
        const double high = table.bounds[i];
        if (count < rank || (count <= below && i != last)) {
            low = high;
            below = count;
            continue;
        }
        if (high == kInfinity)
            return i > 0 && std::isfinite(low) ? std::optional(low) : std::nullopt;
        if (!std::isfinite(low))
            return high; // negative values: nothing says where the bucket begins
        return count > below ? low + (high - low) * (rank - below) / (count - below) : high;
    }
    return std::nullopt;
}

std::vector<HistogramCell> cellsOf(const BucketTable &table)
{
    std::vector<HistogramCell> cells;
    for (std::size_t row = 0; row < table.timesNs.size(); ++row) {
        double low = !table.bounds.empty() && table.bounds[0] > 0 ? 0 : -kInfinity;
        double below = 0;
        for (std::size_t i = nextKnown(table, row, 0); i < table.bounds.size(); i = nextKnown(table, row, i + 1)) {
            const double count = table.count(row, i);
            if (count > below)
                cells.push_back({table.timesNs[row], low, table.bounds[i], count - below});
            low = table.bounds[i];
            below = count;
        }
    }
    return cells;
}

std::vector<HistogramCell> cellsOf(const HistogramSeries &histograms)
{
    std::vector<HistogramCell> cells;
    for (const HistogramPoint &point : histograms.points) {
        for (const ValueBucket &bucket : point.buckets) {
            if (bucket.count > 0)
                cells.push_back({point.timeNs, bucket.low, bucket.high, bucket.count});
        }
    }
    return cells;
}

} // namespace tailspan::metric
