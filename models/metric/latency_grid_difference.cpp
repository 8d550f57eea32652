// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/latency_grid_difference.h"

#include "models/base/proportion_test.h"
#include "models/base/rank_sum_test.h"

#include <algorithm>
#include <cmath>

namespace tailspan::metric {

namespace {

/// Cells [beginColumn, endColumn) x [beginRow, endRow) with their spans.
struct Tile {
    std::uint32_t beginColumn = 0;
    std::uint32_t endColumn = 0;
    std::uint32_t beginRow = 0;
    std::uint32_t endRow = 0;
    std::uint64_t now = 0;
    std::uint64_t before = 0;
};

/// Splits the grid where half of the spans of both lie on either side, along the side with more cells, as long as both
/// parts hold enough to be tested: tiles are small where spans are many. The cuts know the spans of both grids together
/// only, not which are whose, so they favour no outcome of the tests.
class Tiling {
public:
    Tiling(const LatencyGrid &now, const LatencyGrid &before, double fewest)
        : m_fewest(fewest), m_now(sumsOf(now)), m_before(sumsOf(before)), m_columns(now.columns),
          m_rows(now.rows.count()), m_shareNow(shareOf(now.total, before.total)),
          m_shareBefore(shareOf(before.total, now.total))
    {}

    std::vector<Tile> run()
    {
        split(tile(0, m_columns, 0, m_rows));
        return std::move(m_tiles);
    }

private:
    static double shareOf(std::uint64_t part, std::uint64_t other)
    {
        return part + other == 0 ? 0 : static_cast<double>(part) / static_cast<double>(part + other);
    }

    /// Sums of all cells before a column and below a row: those of any rectangle are four look-ups.
    static std::vector<std::uint64_t> sumsOf(const LatencyGrid &grid)
    {
        const std::size_t stride = std::size_t{grid.rows.count()} + 1;
        std::vector<std::uint64_t> sums((std::size_t{grid.columns} + 1) * stride);
        for (std::uint32_t column = 0; column < grid.columns; ++column) {
            std::uint64_t below = 0;
            for (std::uint32_t row = 0; row < grid.rows.count(); ++row) {
                below += grid.count(column, row);
                sums[(column + 1) * stride + row + 1] = sums[column * stride + row + 1] + below;
            }
        }
        return sums;
    }

    [[nodiscard]] std::uint64_t sum(const std::vector<std::uint64_t> &sums, const Tile &tile) const
    {
        const std::size_t stride = std::size_t{m_rows} + 1;
        const auto at = [&](std::uint32_t column, std::uint32_t row) { return sums[column * stride + row]; };
        return at(tile.endColumn, tile.endRow) - at(tile.beginColumn, tile.endRow) - at(tile.endColumn, tile.beginRow)
            + at(tile.beginColumn, tile.beginRow);
    }

    [[nodiscard]] Tile tile(std::uint32_t beginColumn, std::uint32_t endColumn, std::uint32_t beginRow,
                            std::uint32_t endRow) const
    {
        Tile made{beginColumn, endColumn, beginRow, endRow, 0, 0};
        made.now = sum(m_now, made);
        made.before = sum(m_before, made);
        return made;
    }

    /// Were both alike, each grid would have its part of the tile.
    [[nodiscard]] bool isEnough(const Tile &tile) const
    {
        const auto both = static_cast<double>(tile.now + tile.before);
        return both * std::min(m_shareNow, m_shareBefore) >= m_fewest;
    }

    [[nodiscard]] Tile columnsOf(const Tile &whole, std::uint32_t begin, std::uint32_t end) const
    {
        return tile(begin, end, whole.beginRow, whole.endRow);
    }
    [[nodiscard]] Tile rowsOf(const Tile &whole, std::uint32_t begin, std::uint32_t end) const
    {
        return tile(whole.beginColumn, whole.endColumn, begin, end);
    }

    using Part = Tile (Tiling::*)(const Tile &, std::uint32_t, std::uint32_t) const;

    /// The parts of `whole` before and after the cut that leaves both with most alike counts.
    [[nodiscard]] std::pair<Tile, Tile> halvesOf(const Tile &whole, std::uint32_t begin, std::uint32_t end,
                                                 Part part) const
    {
        const std::uint64_t both = whole.now + whole.before;
        const auto held = [&](std::uint32_t cut) {
            const Tile first = (this->*part)(whole, begin, cut);
            return first.now + first.before;
        };
        std::uint32_t low = begin + 1; // the first cut that holds half, or the last one there is
        std::uint32_t high = end - 1;
        while (low < high) {
            const std::uint32_t middle = low + (high - low) / 2;
            if (held(middle) * 2 >= both)
                high = middle;
            else
                low = middle + 1;
        }
        if (low > begin + 1 && held(low) + held(low - 1) > both)
            --low;
        return {(this->*part)(whole, begin, low), (this->*part)(whole, low, end)};
    }

    bool trySplit(const Tile &whole, std::uint32_t begin, std::uint32_t end, Part part)
    {
        if (end - begin < 2)
            return false;
        const auto [first, second] = halvesOf(whole, begin, end, part);
        if (!isEnough(first) || !isEnough(second))
            return false;
        split(first);
        split(second);
        return true;
    }

    void split(const Tile &whole)
    {
        const auto byColumns = [&] { return trySplit(whole, whole.beginColumn, whole.endColumn, &Tiling::columnsOf); };
        const auto byRows = [&] { return trySplit(whole, whole.beginRow, whole.endRow, &Tiling::rowsOf); };
        const bool isWide = whole.endColumn - whole.beginColumn >= whole.endRow - whole.beginRow;
        if (isWide ? byColumns() || byRows() : byRows() || byColumns())
            return;
        if (isEnough(whole))
            m_tiles.push_back(whole);
    }

    double m_fewest;
    std::vector<std::uint64_t> m_now;
    std::vector<std::uint64_t> m_before;
    std::uint32_t m_columns;
    std::uint32_t m_rows;
    double m_shareNow;
    double m_shareBefore;
    std::vector<Tile> m_tiles;
};

void fillChanges(const LatencyGrid &now, const LatencyGrid &before, LatencyGridDifference &difference)
{
    for (std::size_t cell = 0; cell < difference.cells.size(); ++cell) {
        difference.cells[cell].change =
            static_cast<float>(static_cast<double>(now.counts[cell]) / static_cast<double>(now.total)
                               - static_cast<double>(before.counts[cell]) / static_cast<double>(before.total));
    }
}

} // namespace

Result<LatencyGridDifference> latencyGridDifferenceOf(const LatencyGrid &now, const LatencyGrid &before,
                                                      const std::stop_token &stop, double designEffect)
{
    if (now.columns != before.columns || now.rows.boundsNs() != before.rows.boundsNs())
        return fail(ErrorCode::Malformed, "the two heatmaps have different rows or columns");
    LatencyGridDifference difference;
    difference.columns = now.columns;
    difference.rows = now.rows.count();
    difference.cells.resize(now.counts.size());
    difference.totalNow = now.total;
    difference.totalBefore = before.total;
    if (now.total == 0 || before.total == 0)
        return difference;
    fillChanges(now, before, difference);
    const double effect = std::max(designEffect, 1.0);
    const std::vector<Tile> tiles = Tiling(now, before, LatencyGridDifference::kFewestExpected * effect).run();
    std::vector<double> pValues;
    const auto effective = [effect](std::uint64_t count) { return static_cast<double>(count) / effect; };
    for (const Tile &tile : tiles)
        pValues.push_back(proportionPValue({effective(tile.now), effective(now.total)},
                                           {effective(tile.before), effective(before.total)}));
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    const std::vector<double> rates = falseDiscoveryRates(pValues);
    difference.tiles = static_cast<std::uint32_t>(tiles.size());
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        if (rates[i] > LatencyGridDifference::kFalseDiscoveries)
            continue;
        ++difference.significantTiles;
        for (std::uint32_t column = tiles[i].beginColumn; column < tiles[i].endColumn; ++column) {
            for (std::uint32_t row = tiles[i].beginRow; row < tiles[i].endRow; ++row)
                difference.cells[std::size_t{column} * difference.rows + row].isSignificant = true;
        }
    }
    return difference;
}

} // namespace tailspan::metric
