// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/trend_test.h"

#include "models/loadtest/interval.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tailspan::advisor {

namespace {

/// Var(S) of n values with ties.
double varianceOfS(std::span<const double> values)
{
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    const auto term = [](double count) { return count * (count - 1) * (2 * count + 5); };
    double sum = term(static_cast<double>(sorted.size()));
    for (std::size_t i = 0; i < sorted.size();) {
        const auto end =
            static_cast<std::size_t>(std::upper_bound(sorted.begin(), sorted.end(), sorted[i]) - sorted.begin());
        sum -= term(static_cast<double>(end - i));
        i = end;
    }
    return sum / 18;
}

} // namespace

MannKendall mannKendall(std::span<const double> values)
{
    MannKendall made;
    if (values.size() < 4)
        return made;
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = i + 1; j < values.size(); ++j)
            made.s += static_cast<double>((values[j] > values[i]) - (values[j] < values[i]));
    }
    const double variance = varianceOfS(values);
    if (variance <= 0)
        return made;
    const double off = std::max(std::abs(made.s) - 1, 0.0);
    made.pValue = std::erfc(off / std::sqrt(2 * variance));
    return made;
}

TheilSen theilSen(std::span<const double> x, std::span<const double> y, double confidence)
{
    TheilSen made;
    const std::size_t count = std::min(x.size(), y.size());
    if (count < 3)
        return made;
    std::vector<double> slopes;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = i + 1; j < count; ++j) {
            if (x[j] > x[i])
                slopes.push_back((y[j] - y[i]) / (x[j] - x[i]));
        }
    }
    std::ranges::sort(slopes);
    if (slopes.empty())
        return made;
    const auto pairs = static_cast<double>(slopes.size());
    const double half = loadtest::normalQuantile(0.5 + confidence / 2) * std::sqrt(varianceOfS(y.first(count)));
    const auto at = [&](double rank) {
        const double place = std::clamp(rank, 0.0, pairs - 1);
        return slopes[static_cast<std::size_t>(place)];
    };
    made.slope = loadtest::quantileOfSorted(slopes, 0.5);
    made.low = at((pairs - half) / 2);
    made.high = at((pairs + half) / 2);
    std::vector<double> rests;
    for (std::size_t i = 0; i < count; ++i)
        rests.push_back(y[i] - made.slope * x[i]);
    made.intercept = loadtest::medianOf(std::move(rests));
    return made;
}

} // namespace tailspan::advisor
