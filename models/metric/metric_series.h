// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailspan::metric {

/// What a value is measured in. Values are kept as the server gave them; milliseconds stay milliseconds.
enum class MetricUnit : std::uint8_t { None, Seconds, Milliseconds, Bytes, Ratio, Count, PerSecond };

/// Names and values, sorted by name.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// "" when there is none of that name.
[[nodiscard]] inline std::string_view labelValue(const Labels &labels, std::string_view name)
{
    for (const auto &[key, value] : labels) {
        if (key == name)
            return value;
    }
    return {};
}

/// "http_requests_total{service=\"auth\"}"; "{}" for a series without name and labels.
[[nodiscard]] std::string seriesText(const Labels &labels);

/// Values over time, as columns. Times rise strictly; a gap is a NaN, and so is a value that is not finite.
struct MetricSeries {
    Labels labels; ///< With "__name__" where the server gave one.
    MetricUnit unit = MetricUnit::None;
    std::vector<std::int64_t> timesNs; ///< Since 1970, UTC.
    std::vector<double> values;        ///< As many as times.
};

/// One bucket of a histogram: values from `low` to `high`. Which end belongs to it depends on the server.
struct ValueBucket {
    double low = 0;
    double high = 0;
    double count = 0; ///< Real: the increase over a range may be a fraction.
    friend bool operator==(const ValueBucket &, const ValueBucket &) = default;
};

/// A native histogram at one time.
struct HistogramPoint {
    std::int64_t timeNs = 0;
    double count = 0;
    double sum = 0;
    std::vector<ValueBucket> buckets; ///< By rising bounds; empty ones are left out by the server.
};

struct HistogramSeries {
    Labels labels;
    MetricUnit unit = MetricUnit::None;
    std::vector<HistogramPoint> points; ///< Times rise strictly.
};

/// What a question about metrics gave, with everything that was left out or odd about it.
struct MetricAnswer {
    std::vector<MetricSeries> series; ///< The largest of them when there are more than were wanted, largest first.
    std::vector<HistogramSeries> histograms;
    MetricSeries rest; ///< The sum of all others, time by time; empty when nothing was left out.
    std::uint64_t seriesTotal = 0;
    std::uint64_t seriesInRest = 0;
    std::string text;                  ///< Of an expression that gives a text.
    std::int64_t stepNs = 0;           ///< Between points; 0 for one moment.
    std::uint64_t hiddenValues = 0;    ///< NaN and infinities, shown as gaps.
    std::uint64_t duplicateTimes = 0;  ///< Points of a time that was there already; the last one counts.
    std::uint64_t unreadableItems = 0; ///< Series and points that could not be understood.
    std::vector<std::string> warnings; ///< In the server's words: of partial answers, for example.
    std::vector<std::string> infos;

    /// What a reader must know about the answer, in words, one line each; empty when it is whole and clean.
    [[nodiscard]] std::vector<std::string> notes() const;
};

} // namespace tailspan::metric
