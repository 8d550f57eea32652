// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/capacity.h"

#include <span>

namespace tailspan::loadtest {

/// The largest load whose p95 stays below `limit`: bins by rising load, neighbors together in about twenty groups, made
/// to rise with the load (isotonic regression, pool adjacent violators), read off between the groups.
[[nodiscard]] LargestLoad largestLoadOf(std::span<const LoadBin> bins, Duration limit, std::size_t rounds,
                                        std::uint64_t seed);

/// Values made to rise by the fewest changes: each run that falls becomes its weighted mean.
void makeRising(std::vector<double> &values, std::vector<double> weights);

} // namespace tailspan::loadtest
