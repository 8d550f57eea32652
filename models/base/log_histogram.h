// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan {

/// A mergeable histogram of latencies (nanoseconds, not negative) with logarithmic buckets.
///
/// Each power of two is split into 128 equal buckets and a value is reported as the middle of its bucket, so every
/// quantile lies within kMaxRelativeError (1/256, about 0.4 %) of an exact one; values below 256 ns are exact.
/// Count, sum, smallest and largest are exact. Merging two histograms gives the histogram of all values: this is why
/// percentiles of a longer range are made from buckets, never from percentiles.
/// The layout is that of HdrHistogram (Tene), the error bound is stated as for DDSketch (Masson, Rim, Lee, VLDB 2019).
/// Memory: eight bytes a bucket between the smallest and the largest value seen (128 buckets per doubling).
class LogHistogram {
public:
    static constexpr int kSubBucketBits = 7;
    static constexpr double kMaxRelativeError = 1.0 / 256.0;

    /// Negative values count as 0.
    void record(std::int64_t valueNs, std::uint64_t count = 1);
    void merge(const LogHistogram &other);
    void clear() { *this = LogHistogram(); }

    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] bool isEmpty() const { return m_count == 0; }
    [[nodiscard]] std::int64_t min() const { return m_count == 0 ? 0 : m_min; }
    [[nodiscard]] std::int64_t max() const { return m_count == 0 ? 0 : m_max; }
    [[nodiscard]] double sum() const { return m_sum; }
    [[nodiscard]] double mean() const { return m_count == 0 ? 0 : m_sum / static_cast<double>(m_count); }

    /// The value at `ratio` (0..1) by linear interpolation between closest ranks (Hyndman and Fan 1996, type 7;
    /// what k6 and NumPy report). 0 for an empty histogram and a ratio that is NaN.
    [[nodiscard]] std::int64_t quantile(double ratio) const;
    /// How many recorded values are at most `valueNs`, to bucket precision.
    [[nodiscard]] std::uint64_t countAtMost(std::int64_t valueNs) const;

    /// One non-empty bucket: values in [lowNs, highNs).
    struct Bucket {
        std::int64_t lowNs = 0;
        std::int64_t highNs = 0;
        std::uint64_t count = 0;
    };
    [[nodiscard]] std::vector<Bucket> buckets() const;

    [[nodiscard]] static std::uint32_t indexOf(std::int64_t valueNs);
    [[nodiscard]] static std::int64_t lowerBoundOf(std::uint32_t index);

private:
    void ensureIndex(std::uint32_t index);
    [[nodiscard]] std::int64_t middleOf(std::uint32_t index) const;
    [[nodiscard]] std::int64_t valueAtRank(std::uint64_t rank) const;

    std::uint32_t m_firstIndex = 0;      // bucket number of m_counts[0]
    std::vector<std::uint64_t> m_counts; // contiguous, from the smallest to the largest bucket seen
    std::uint64_t m_count = 0;
    std::int64_t m_min = 0;
    std::int64_t m_max = 0;
    double m_sum = 0;
};

} // namespace tailspan
