// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace tailspan {

/// Counts of one of two samples: `hits` of `of` observations. Not whole where clustered observations were weighed down.
struct Proportion {
    double hits = 0;
    double of = 0;
};

/// Whether two proportions differ: two-sided p-value of the normal form with a pooled variance and Yates' correction
/// (Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3.3). 1 where nothing can be said.
[[nodiscard]] inline double proportionPValue(Proportion a, Proportion b)
{
    if (a.of <= 0 || b.of <= 0)
        return 1;
    const double pooled = (a.hits + b.hits) / (a.of + b.of);
    const double deviation = std::sqrt(pooled * (1 - pooled) * (1 / a.of + 1 / b.of));
    if (!(deviation > 0))
        return 1;
    const double difference = std::abs(a.hits / a.of - b.hits / b.of) - 0.5 * (1 / a.of + 1 / b.of);
    return difference <= 0 ? 1 : std::erfc(difference / deviation / std::sqrt(2.0));
}

/// Whether two rates differ, of events counted over two lengths of time: given their sum, the events of the first are a
/// binomial draw with the first one's share of the time (Przyborowski and Wilenski 1940), here in its normal form with a
/// continuity correction. Two-sided p-value; 1 where nothing can be said.
[[nodiscard]] inline double ratePValue(double eventsA, double lengthA, double eventsB, double lengthB)
{
    const double events = eventsA + eventsB;
    if (lengthA <= 0 || lengthB <= 0 || events <= 0)
        return 1;
    const double share = lengthA / (lengthA + lengthB);
    const double difference = std::abs(eventsA - events * share) - 0.5;
    return difference <= 0 ? 1 : std::erfc(difference / std::sqrt(events * share * (1 - share)) / std::sqrt(2.0));
}

} // namespace tailspan
