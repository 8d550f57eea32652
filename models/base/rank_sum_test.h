// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace tailspan {

/// Whether two independent samples come from the same distribution, by their ranks: the test of Wilcoxon (1945) and of
/// Mann and Whitney (1947), two-sided, with mid ranks for ties. Ranks ask nothing of the shape of latencies, and one
/// outlier weighs no more than the largest value does.
///
/// The p-value is exact, conditional on the ties, as long as the work for it is small: always up to 30 observations,
/// and with any number of them when few differ from the smallest value (a call path that few traces have) or one sample
/// is tiny. It is the share of all ways to deal the observations into two samples of these sizes whose rank sum is at
/// least as far from the expected one; the ways are counted by the shift algorithm (Streitberg and Roehmel 1986), in
/// which the observations tied at the smallest value enter as one binomial factor. Beyond that the normal approximation
/// with the variance corrected for ties and a continuity correction of half a rank (Lehmann 1975, Nonparametrics, 1.3).
/// With few samples no p-value can be small: two against two never get below 1/3.
///
/// Remembers the distributions of tie patterns it has met. Thread: one at a time.
class RankSumTest {
public:
    /// A value that `inA` of the first sample and `inB` of the second have.
    struct Tie {
        std::uint64_t inA = 0;
        std::uint64_t inB = 0;
    };

    /// `ties` by ascending value. 1 when a sample is empty or all values agree.
    [[nodiscard]] double pValue(std::span<const Tie> ties);
    /// Of plain values.
    [[nodiscard]] double pValue(std::span<const std::int64_t> a, std::span<const std::int64_t> b);

private:
    /// Ways to choose: ways[chosen][sum], of doubled ranks counted from the lowest of the values above the smallest.
    using Ways = std::vector<std::vector<double>>;

    [[nodiscard]] const Ways &waysFor(const std::vector<std::uint64_t> &tieSizes, std::size_t mostChosen);

    std::map<std::vector<std::uint64_t>, Ways> m_known;
};

/// The smallest share of false discoveries at which each hypothesis would be called significant: the adjusted p-values
/// of Benjamini and Hochberg (1995), min over j >= i of p(j) * n / j. Never below the p-value, at most 1.
[[nodiscard]] std::vector<double> falseDiscoveryRates(std::span<const double> pValues);

} // namespace tailspan
