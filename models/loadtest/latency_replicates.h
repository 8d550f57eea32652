// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/block_bootstrap.h"
#include "models/loadtest/request_table.h"

#include <array>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace tailspan::loadtest {

/// The percentiles that are worked out for all requests together: 1, 2, ..., 99.
inline constexpr std::size_t kPercentiles = 99;
/// Those of single endpoints.
inline constexpr std::array<std::size_t, 4> kEndpointPercentiles{50, 90, 95, 99};

/// Figures of a set of requests, as measured and as they came out in each round of a bootstrap.
struct ReplicatedFigures {
    std::vector<double> measuredNs;             ///< By percentile asked for.
    std::vector<std::vector<double>> latencyNs; ///< By percentile, then by round.
    double measuredRate = 0;                    ///< Requests a second.
    std::vector<double> rate;                   ///< By round.
};

struct Replicates {
    std::vector<ReplicatedFigures> strata; ///< kEndpointPercentiles of each stratum.
    ReplicatedFigures overall;             ///< kPercentiles; strata weighted by the mix given.
};

/// Draws the table's steps in blocks `rounds` times. The same blocks are drawn for all strata of a round, so that what
/// hits all endpoints at once stays together. `mix`: the weight of each stratum in the overall percentiles, 0 for one
/// to be left out. Blocks never reach from one run into the next. On all cores; the result does not depend on how many.
/// Cost: rounds x blocks x bins of the strata.
[[nodiscard]] Replicates replicate(const RequestTable &table, const BlockPlan &plan, std::span<const double> mix,
                                   std::size_t rounds, std::uint64_t seed, const std::stop_token &stop);

/// The steps' dependence on each other: of the mean latency and of the share of slow requests, the longer one.
[[nodiscard]] double dependenceOf(const RequestTable &table);

} // namespace tailspan::loadtest
