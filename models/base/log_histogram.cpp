// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/log_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace tailspan {

namespace {

constexpr std::uint32_t kSubBuckets = 1U << LogHistogram::kSubBucketBits;

} // namespace

std::uint32_t LogHistogram::indexOf(std::int64_t valueNs)
{
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(valueNs, 0));
    if (value < 2 * kSubBuckets)
        return static_cast<std::uint32_t>(value);
    const auto shift = static_cast<std::uint32_t>(std::bit_width(value)) - 1U - kSubBucketBits;
    // The top 1 + kSubBucketBits bits, without the leading one, number the bucket inside its power of two.
    return (shift + 1) * kSubBuckets + static_cast<std::uint32_t>((value >> shift) - kSubBuckets);
}

std::int64_t LogHistogram::lowerBoundOf(std::uint32_t index)
{
    if (index < 2 * kSubBuckets)
        return index;
    const std::uint32_t shift = index / kSubBuckets - 1;
    const std::uint64_t bound = (std::uint64_t{index % kSubBuckets} + kSubBuckets) << shift;
    constexpr auto kHighest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(bound, kHighest));
}

void LogHistogram::record(std::int64_t valueNs, std::uint64_t count)
{
    if (count == 0)
        return;
    valueNs = std::max<std::int64_t>(valueNs, 0);
    const std::uint32_t index = indexOf(valueNs);
    ensureIndex(index);
    m_counts[index - m_firstIndex] += count;
    m_min = m_count == 0 ? valueNs : std::min(m_min, valueNs);
    m_max = m_count == 0 ? valueNs : std::max(m_max, valueNs);
    m_count += count;
    m_sum += static_cast<double>(valueNs) * static_cast<double>(count);
}

void LogHistogram::merge(const LogHistogram &other)
{
    if (other.m_count == 0)
        return;
    ensureIndex(other.m_firstIndex);
    ensureIndex(other.m_firstIndex + static_cast<std::uint32_t>(other.m_counts.size()) - 1);
    const std::size_t offset = other.m_firstIndex - m_firstIndex;
    for (std::size_t i = 0; i < other.m_counts.size(); ++i)
        m_counts[offset + i] += other.m_counts[i];
    m_min = m_count == 0 ? other.m_min : std::min(m_min, other.m_min);
    m_max = m_count == 0 ? other.m_max : std::max(m_max, other.m_max);
    m_count += other.m_count;
    m_sum += other.m_sum;
}

void LogHistogram::ensureIndex(std::uint32_t index)
{
    if (m_counts.empty()) {
        m_firstIndex = index;
        m_counts.resize(1);
    } else if (index < m_firstIndex) {
        m_counts.insert(m_counts.begin(), m_firstIndex - index, 0);
        m_firstIndex = index;
    } else if (index - m_firstIndex >= m_counts.size()) {
        m_counts.resize(index - m_firstIndex + 1);
    }
}

std::int64_t LogHistogram::middleOf(std::uint32_t index) const
{
    const std::int64_t low = lowerBoundOf(index);
    const std::int64_t high = lowerBoundOf(index + 1);
    return std::clamp(low + (high - low) / 2, m_min, m_max);
}

std::int64_t LogHistogram::valueAtRank(std::uint64_t rank) const
{
    if (rank == 0)
        return m_min;
    if (rank + 1 >= m_count)
        return m_max;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        seen += m_counts[i];
        if (seen > rank)
            return middleOf(m_firstIndex + static_cast<std::uint32_t>(i));
    }
    return m_max;
}

std::int64_t LogHistogram::quantile(double ratio) const
{
    if (m_count == 0 || std::isnan(ratio))
        return 0;
    const double position = std::clamp(ratio, 0.0, 1.0) * static_cast<double>(m_count - 1);
    const auto below = static_cast<std::uint64_t>(position);
    const double fraction = position - static_cast<double>(below);
    const std::int64_t low = valueAtRank(below);
    if (fraction == 0.0)
        return low;
    const std::int64_t high = valueAtRank(std::min(below + 1, m_count - 1));
    return low + static_cast<std::int64_t>(std::llround(fraction * static_cast<double>(high - low)));
}

std::uint64_t LogHistogram::countAtMost(std::int64_t valueNs) const
{
    if (m_count == 0 || valueNs < m_min)
        return 0;
    if (valueNs >= m_max)
        return m_count;
    const std::uint32_t last = indexOf(valueNs);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < m_counts.size() && m_firstIndex + i <= last; ++i)
        seen += m_counts[i];
    return seen;
}

std::vector<LogHistogram::Bucket> LogHistogram::buckets() const
{
    std::vector<Bucket> result;
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        const auto index = m_firstIndex + static_cast<std::uint32_t>(i);
        if (m_counts[i] != 0)
            result.push_back({lowerBoundOf(index), lowerBoundOf(index + 1), m_counts[i]});
    }
    return result;
}

} // namespace tailspan
