// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/log_histogram.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tailspan::loadtest {

/// A limit on one aggregate of a metric, as k6 writes it: "p(95)<200", "rate<=0.01", "count>100".
struct ThresholdExpression {
    std::string aggregate;            ///< avg, min, med, max, p(N), count, rate, value
    std::optional<double> percentile; ///< 0..100 where the aggregate is p(N) or med
    std::string comparison;           ///< <, <=, >, >=, ==, !=
    double limit = 0;
};

/// nullopt where the text is no such expression.
[[nodiscard]] std::optional<ThresholdExpression> parseThreshold(std::string_view text);
/// Whether `observed <comparison> limit` holds.
[[nodiscard]] bool holds(double observed, std::string_view comparison, double limit);

/// Everything a threshold can ask about one metric. Sums are integers in millionths, so that the order in which parts
/// are merged cannot change a digit. Trend values are kept in a histogram in millionths of their unit (a value in ms
/// is kept in ns); what is below zero counts as 0 there, min and max stay exact.
class MetricSummary {
public:
    void record(double value, std::int64_t timeNs);
    void merge(const MetricSummary &other);

    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] std::uint64_t nonZeroCount() const { return m_nonZero; }
    [[nodiscard]] double sum() const;
    [[nodiscard]] double max() const { return m_max; }
    /// The value of an aggregate for a metric of the type k6 names (counter, gauge, rate, trend); nullopt where the
    /// metric has no value or no such aggregate. `durationSeconds` is what a counter's rate divides by.
    [[nodiscard]] std::optional<double> value(const ThresholdExpression &wanted, std::string_view type,
                                              double durationSeconds) const;

private:
    [[nodiscard]] std::optional<double> trendValue(const ThresholdExpression &wanted) const;

    std::uint64_t m_count = 0;
    std::uint64_t m_nonZero = 0;
    __extension__ typedef __int128 WideInt;
    WideInt m_sumMillionths = 0;
    double m_min = 0;
    double m_max = 0;
    double m_last = 0;
    std::int64_t m_lastNs = 0;
    LogHistogram m_values;
};

/// True where `observed` comes from a histogram and is closer to the limit than the histogram's error.
[[nodiscard]] bool isTooCloseToCall(const ThresholdExpression &expression, double observed);

} // namespace tailspan::loadtest
