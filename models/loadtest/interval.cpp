// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/interval.h"

#include <boost/math/special_functions/erf.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tailspan::loadtest {

double normalQuantile(double probability)
{
    constexpr double kRoot2 = 1.4142135623730950488;
    return -kRoot2 * boost::math::erfc_inv(2 * std::clamp(probability, 1e-15, 1 - 1e-15));
}

Interval wilsonInterval(double successes, double trials, double confidence)
{
    if (!(trials > 0))
        return {0, 1};
    const double z = normalQuantile(0.5 + confidence / 2);
    const double share = std::clamp(successes / trials, 0.0, 1.0);
    const double z2 = z * z / trials;
    const double center = (share + z2 / 2) / (1 + z2);
    const double half = z / (1 + z2) * std::sqrt(share * (1 - share) / trials + z2 / (4 * trials));
    // At 0 and 1 the formula meets them but for rounding.
    return {share <= 0 ? 0.0 : std::max(center - half, 0.0), share >= 1 ? 1.0 : std::min(center + half, 1.0)};
}

Interval newcombeInterval(double successes1, double trials1, double successes2, double trials2, double confidence)
{
    if (!(trials1 > 0) || !(trials2 > 0))
        return {-1, 1};
    const Interval one = wilsonInterval(successes1, trials1, confidence);
    const Interval two = wilsonInterval(successes2, trials2, confidence);
    const double share1 = successes1 / trials1;
    const double share2 = successes2 / trials2;
    const double difference = share2 - share1;
    return {difference - std::hypot(share2 - two.low, one.high - share1),
            difference + std::hypot(two.high - share2, share1 - one.low)};
}

double designEffect(std::span<const double> events, std::span<const double> trials)
{
    const double n = sumOf(trials);
    const double k = sumOf(events);
    const auto steps = static_cast<double>(events.size());
    if (events.size() < 2 || !(n > 0) || !(k > 0) || k >= n)
        return 1;
    const double share = k / n;
    double squares = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const double residual = events[i] - share * trials[i];
        squares += residual * residual;
    }
    const double variance = squares / (n * n) * steps / (steps - 1);
    return std::max(1.0, variance / (share * (1 - share) / n));
}

Interval replicateInterval(std::vector<double> &replicates, double confidence)
{
    if (replicates.empty())
        return {};
    std::sort(replicates.begin(), replicates.end());
    const double tail = (1 - confidence) / 2;
    if (tail * static_cast<double>(replicates.size()) >= 5)
        return {quantileOfSorted(replicates, tail), quantileOfSorted(replicates, 1 - tail)};
    const double mean = meanOf(replicates);
    double squares = 0;
    for (const double value : replicates)
        squares += (value - mean) * (value - mean);
    const double deviation = replicates.size() > 1 ? std::sqrt(squares / static_cast<double>(replicates.size() - 1))
                                                   : 0.0;
    const double half = normalQuantile(1 - tail) * deviation;
    return {mean - half, mean + half};
}

double quantileOfSorted(std::span<const double> sorted, double ratio)
{
    if (sorted.empty())
        return 0;
    const double position = std::clamp(ratio, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const double fraction = position - static_cast<double>(below);
    const double next = sorted[std::min(below + 1, sorted.size() - 1)];
    return sorted[below] + fraction * (next - sorted[below]);
}

double medianOf(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return quantileOfSorted(values, 0.5);
}

double meanOf(std::span<const double> values)
{
    return values.empty() ? 0.0 : sumOf(values) / static_cast<double>(values.size());
}

double sumOf(std::span<const double> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0);
}

} // namespace tailspan::loadtest
