// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/threshold.h"

#include "models/loadtest/limit_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace tailspan::loadtest {

namespace {

constexpr double kScale = 1e6;
constexpr double kLargest = 9.2e18;

std::optional<double> numberIn(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::int64_t scaled(double value)
{
    return static_cast<std::int64_t>(std::llround(std::clamp(value * kScale, -kLargest, kLargest)));
}

bool isKnownAggregate(std::string_view name)
{
    constexpr std::array<std::string_view, 7> kNames{"avg", "min", "med", "max", "count", "rate", "value"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

} // namespace

std::optional<ThresholdExpression> parseThreshold(std::string_view text)
{
    const std::size_t at = text.find_first_of("<>=!");
    if (at == std::string_view::npos)
        return std::nullopt;
    std::size_t length = 1;
    while (at + length < text.size() && text[at + length] == '=')
        ++length;
    ThresholdExpression result;
    result.aggregate = withoutBlanks(text.substr(0, at));
    result.comparison = text.substr(at, length);
    if (result.comparison == "===")
        result.comparison = "==";
    constexpr std::array<std::string_view, 6> kComparisons{"<", "<=", ">", ">=", "==", "!="};
    const auto limit = numberIn(withoutBlanks(text.substr(at + length)));
    if (!limit || std::find(kComparisons.begin(), kComparisons.end(), result.comparison) == kComparisons.end())
        return std::nullopt;
    result.limit = *limit;
    const std::string_view name = result.aggregate;
    if (name.starts_with("p(") && name.ends_with(")")) {
        result.percentile = numberIn(withoutBlanks(name.substr(2, name.size() - 3)));
        if (!result.percentile || *result.percentile < 0 || *result.percentile > 100)
            return std::nullopt;
        return result;
    }
    if (!isKnownAggregate(name))
        return std::nullopt;
    if (name == "med")
        result.percentile = 50;
    return result;
}

bool holds(double observed, std::string_view comparison, double limit)
{
    if (comparison == "<")
        return observed < limit;
    if (comparison == "<=")
        return observed <= limit;
    if (comparison == ">")
        return observed > limit;
    if (comparison == ">=")
        return observed >= limit;
    const bool isEqual = !(observed < limit) && !(observed > limit);
    return comparison == "!=" ? !isEqual : isEqual;
}

void MetricSummary::record(double value, std::int64_t timeNs)
{
    m_min = m_count == 0 ? value : std::min(m_min, value);
    m_max = m_count == 0 ? value : std::max(m_max, value);
    // Of two values at one instant the larger one is "last", whatever order the parts are merged in.
    if (m_count == 0 || timeNs > m_lastNs || (timeNs == m_lastNs && value > m_last)) {
        m_last = value;
        m_lastNs = timeNs;
    }
    ++m_count;
    m_nonZero += value < 0 || value > 0 ? 1 : 0;
    const std::int64_t millionths = scaled(value);
    m_sumMillionths += millionths;
    m_values.record(millionths);
}

void MetricSummary::merge(const MetricSummary &other)
{
    if (other.m_count == 0)
        return;
    m_min = m_count == 0 ? other.m_min : std::min(m_min, other.m_min);
    m_max = m_count == 0 ? other.m_max : std::max(m_max, other.m_max);
    if (m_count == 0 || other.m_lastNs > m_lastNs || (other.m_lastNs == m_lastNs && other.m_last > m_last)) {
        m_last = other.m_last;
        m_lastNs = other.m_lastNs;
    }
    m_count += other.m_count;
    m_nonZero += other.m_nonZero;
    m_sumMillionths += other.m_sumMillionths;
    m_values.merge(other.m_values);
}

double MetricSummary::sum() const
{
    return static_cast<double>(m_sumMillionths) / kScale;
}

std::optional<double> MetricSummary::value(const ThresholdExpression &wanted, std::string_view type,
                                           double durationSeconds) const
{
    if (m_count == 0)
        return std::nullopt;
    const std::string &name = wanted.aggregate;
    if (type == "counter") {
        if (name == "count")
            return sum();
        return name == "rate" && durationSeconds > 0 ? std::optional(sum() / durationSeconds) : std::nullopt;
    }
    if (type == "rate")
        return name == "rate" ? std::optional(static_cast<double>(m_nonZero) / static_cast<double>(m_count))
                              : std::nullopt;
    if (type == "gauge")
        return name == "value" ? std::optional(m_last) : std::nullopt;
    return type == "trend" ? trendValue(wanted) : std::nullopt;
}

std::optional<double> MetricSummary::trendValue(const ThresholdExpression &wanted) const
{
    if (wanted.aggregate == "avg")
        return sum() / static_cast<double>(m_count);
    if (wanted.aggregate == "min")
        return m_min;
    if (wanted.aggregate == "max")
        return m_max;
    if (wanted.aggregate == "count")
        return static_cast<double>(m_count);
    if (wanted.percentile)
        return static_cast<double>(m_values.quantile(*wanted.percentile / 100)) / kScale;
    return std::nullopt;
}

bool isTooCloseToCall(const ThresholdExpression &expression, double observed)
{
    return expression.percentile
        && std::abs(observed - expression.limit) <= std::abs(observed) * LogHistogram::kMaxRelativeError;
}

} // namespace tailspan::loadtest
