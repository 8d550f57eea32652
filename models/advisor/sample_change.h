// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/interval.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::advisor {

/// What a percentile would be if some of the requests took as long as the others do.
struct ReplacedPercentile {
    double now = 0;
    double expected = 0;
    loadtest::Interval interval; ///< 80 %
};

/// The percentile of all durations now, and with those of `odd` drawn from `usual` instead; bootstrap over both. The
/// same numbers for the same input. Neither may be empty.
[[nodiscard]] ReplacedPercentile replacePercentile(std::span<const double> usual, std::span<const double> odd,
                                                   double percentile, std::uint32_t rounds = 400);

} // namespace tailspan::advisor
