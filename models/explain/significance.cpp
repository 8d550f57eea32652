// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/significance.h"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>

namespace tailspan::explain {

namespace {

namespace policies = boost::math::policies;
// Nothing in models throws: what is out of range gives NaN, which the callers turn into "cannot be told".
using Quiet =
    policies::policy<policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
                     policies::overflow_error<policies::ignore_error>,
                     policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;

double probability(double value)
{
    return std::isfinite(value) ? std::clamp(value, 0.0, 1.0) : 1;
}

double term(double observed, double expected)
{
    return observed > 0 && expected > 0 ? observed * std::log(observed / expected) : 0;
}

} // namespace

double chiSquaredTail(double x, double degreesOfFreedom)
{
    if (!(x > 0) || !(degreesOfFreedom > 0))
        return 1;
    return probability(boost::math::gamma_q(degreesOfFreedom / 2, x / 2, Quiet()));
}

double gStatistic(std::span<const CellCounts> cells)
{
    CellCounts all;
    for (const CellCounts &cell : cells) {
        all.selected += cell.selected;
        all.baseline += cell.baseline;
    }
    const double both = all.selected + all.baseline;
    if (!(both > 0))
        return 0;
    double sum = 0;
    for (const CellCounts &cell : cells) {
        const double share = (cell.selected + cell.baseline) / both;
        sum += term(cell.selected, share * all.selected) + term(cell.baseline, share * all.baseline);
    }
    return std::max(2 * sum, 0.0);
}

double binomialTail(double successes, double trials, double chance)
{
    if (successes <= 0 || !(trials > 0))
        return 1;
    if (successes > trials)
        return 0;
    return probability(boost::math::ibeta(successes, trials - successes + 1, std::clamp(chance, 0.0, 1.0), Quiet()));
}

double kolmogorovTail(double x)
{
    constexpr double kSmall = 0.2; // below, the tail is 1 within 1e-12 and the sum converges slowly
    if (!(x > kSmall))
        return 1;
    double sum = 0;
    double sign = 1;
    for (int k = 1; k <= 100; ++k, sign = -sign) {
        const double next = std::exp(-2.0 * k * k * x * x);
        sum += sign * next;
        if (next < 1e-17 * std::abs(sum))
            break;
    }
    return probability(2 * sum);
}

double kolmogorovSmirnovPValue(double distance, double observationsA, double observationsB)
{
    if (!(observationsA > 0) || !(observationsB > 0) || !(distance > 0))
        return 1;
    const double root = std::sqrt(observationsA * observationsB / (observationsA + observationsB));
    return kolmogorovTail((root + 0.12 + 0.11 / root) * distance);
}

double correlationPValue(double coefficient, double degreesOfFreedom)
{
    const double unexplained = 1 - coefficient * coefficient;
    if (!(degreesOfFreedom > 0) || !(unexplained <= 1))
        return 1;
    if (unexplained <= 0)
        return 0;
    // d / (d + t^2) is 1 - r^2.
    return probability(boost::math::ibeta(degreesOfFreedom / 2, 0.5, unexplained, Quiet()));
}

} // namespace tailspan::explain
