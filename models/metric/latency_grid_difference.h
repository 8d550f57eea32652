// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/latency_grid.h"

#include <stop_token>
#include <vector>

namespace tailspan::metric {

/// What set one stretch of time apart from another, as shares: of the spans of each grid which part lies in a cell. So
/// twice the load with the same latencies is no difference.
///
/// Noise stays grey: single cells hold too few spans to tell, so cells are added up to tiles of neighbours that hold
/// kFewestExpected spans of both together, and each tile is put to the test of two proportions (proportion_test.h). The
/// p-values of all tiles go through Benjamini and Hochberg's procedure. The test takes spans for independent, unless it
/// is told by how much they are not; spans of one trace are not, so counts of whole requests (one service's entry spans)
/// are judged more soundly than all spans together.
struct LatencyGridDifference {
    static constexpr double kFalseDiscoveries = 0.01;
    static constexpr double kFewestExpected = 10; ///< Of either grid, in a tile, for the normal form to hold.

    struct Cell {
        float change = 0; ///< Share now minus share before, -1 to 1.
        bool isSignificant = false;
    };
    std::uint32_t columns = 0;
    std::uint32_t rows = 0;
    std::vector<Cell> cells; ///< Column by column, as LatencyGrid::counts.
    std::uint64_t totalNow = 0;
    std::uint64_t totalBefore = 0;
    std::uint32_t tiles = 0; ///< That were tested.
    std::uint32_t significantTiles = 0;

    [[nodiscard]] const Cell &cell(std::uint32_t column, std::uint32_t row) const
    {
        return cells[std::size_t{column} * rows + row];
    }
};

/// Both grids with as many columns and the same rows: the first column of one is compared with the first of the other.
/// `designEffect`: by how much counts vary more than independent ones would, at least 1; the tests take as many fewer.
/// Thread: any. Linear in the cells. Errors: Malformed for grids of different shape; Cancelled.
[[nodiscard]] Result<LatencyGridDifference> latencyGridDifferenceOf(const LatencyGrid &now, const LatencyGrid &before,
                                                                    const std::stop_token &stop,
                                                                    double designEffect = 1);

} // namespace tailspan::metric
