// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/heat_layout.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tailspan::layout {

namespace {

using metric::LatencyGrid;
using metric::LatencyRows;

constexpr int kCountSteps = 254;    // rows 1 to 255 of the palette
constexpr double kShortestAxis = 1; // decades

double logOf(double ns)
{
    return std::log10(std::max(ns, 1.0));
}

/// One row is as high as the one beside it where a bound is missing.
double lowLogOf(const LatencyRows &rows, std::uint32_t row)
{
    const std::vector<std::int64_t> &bounds = rows.boundsNs();
    if (row > 0)
        return logOf(static_cast<double>(bounds[row - 1]));
    const double high = logOf(static_cast<double>(bounds[0]));
    return high - (bounds.size() > 1 ? logOf(static_cast<double>(bounds[1])) - high : std::log10(2.0));
}

double highLogOf(const LatencyRows &rows, std::uint32_t row)
{
    const std::vector<std::int64_t> &bounds = rows.boundsNs();
    if (row < bounds.size())
        return logOf(static_cast<double>(bounds[row]));
    const double low = logOf(static_cast<double>(bounds.back()));
    const std::size_t last = bounds.size() - 1;
    return low + (last > 0 ? low - logOf(static_cast<double>(bounds[last - 1])) : std::log10(2.0));
}

/// To 1 or 3 of a decade.
double roundedDown(double log10Ns)
{
    constexpr double kThird = 0.4771212547;
    const double decade = std::floor(log10Ns + 1e-9);
    return log10Ns + 1e-9 >= decade + kThird ? decade + kThird : decade;
}

double roundedUp(double log10Ns)
{
    constexpr double kThird = 0.4771212547;
    const double decade = std::ceil(log10Ns - 1e-9);
    return log10Ns - 1e-9 <= decade - 1 + kThird ? decade - 1 + kThird : decade;
}

/// Where counts stand on the palette, 0 to 1.
class CountScale {
public:
    CountScale(const LatencyGrid &grid, HeatScale scale) : m_scale(scale)
    {
        for (const std::uint32_t count : grid.counts) {
            m_most = std::max(m_most, count);
            if (count > 0 && scale == HeatScale::Rank)
                m_sorted.push_back(count);
        }
        std::ranges::sort(m_sorted);
    }

    [[nodiscard]] std::uint32_t most() const { return m_most; }

    [[nodiscard]] double shareOf(std::uint32_t count) const
    {
        if (m_most < 2 || count >= m_most)
            return 1;
        switch (m_scale) {
        case HeatScale::Linear: return static_cast<double>(count) / m_most;
        case HeatScale::Log: return std::log(static_cast<double>(count)) / std::log(static_cast<double>(m_most));
        case HeatScale::Rank: break;
        }
        const auto end = std::ranges::upper_bound(m_sorted, count);
        return static_cast<double>(end - m_sorted.begin()) / static_cast<double>(m_sorted.size());
    }

    /// The smallest count that reaches that far.
    [[nodiscard]] std::uint32_t countAt(double share) const
    {
        std::uint32_t low = 1;
        std::uint32_t high = std::max(m_most, 1U);
        while (low < high) {
            const std::uint32_t middle = low + (high - low) / 2;
            if (shareOf(middle) >= share)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

private:
    HeatScale m_scale;
    std::uint32_t m_most = 0;
    std::vector<std::uint32_t> m_sorted;
};

HeatPicture emptyPictureOf(const LatencyGrid &grid)
{
    HeatPicture picture;
    picture.columns = grid.columns;
    picture.rows = grid.rows.count();
    picture.range = {grid.begin, grid.end()};
    picture.cells.resize(std::size_t{picture.columns} * picture.rows);
    for (std::uint32_t row = picture.rows; row-- > 0;)
        picture.edgesLog10Ns.push_back(highLogOf(grid.rows, row));
    picture.edgesLog10Ns.push_back(lowLogOf(grid.rows, 0));
    return picture;
}

/// Gives each cell `paletteRow(column, row)`.
void fillCells(HeatPicture &picture, const auto &paletteRow)
{
    for (std::uint32_t row = 0; row < picture.rows; ++row) {
        std::uint8_t *line = &picture.cells[std::size_t{picture.rows - 1 - row} * picture.columns];
        for (std::uint32_t column = 0; column < picture.columns; ++column)
            line[column] = paletteRow(column, row);
    }
}

/// Edges between cells that are inside an area and cells that are not, joined along rows and columns.
class Outlines {
public:
    Outlines(const LatencyGrid &grid, const LatencyGrid &failed) : m_grid(grid), m_failed(failed) {}

    std::vector<HeatEdge> run()
    {
        const auto columns = static_cast<std::int64_t>(m_grid.columns);
        const auto rows = static_cast<std::int64_t>(m_grid.rows.count());
        for (std::int64_t row = 0; row <= rows; ++row)
            walk(columns, false, row, [&](std::int64_t column) { return isIn(column, row - 1) != isIn(column, row); });
        for (std::int64_t column = 0; column <= columns; ++column)
            walk(rows, true, column, [&](std::int64_t row) { return isIn(column - 1, row) != isIn(column, row); });
        return std::move(m_edges);
    }

private:
    /// `row` from the top.
    [[nodiscard]] bool isIn(std::int64_t column, std::int64_t row) const
    {
        const auto rows = static_cast<std::int64_t>(m_grid.rows.count());
        if (column < 0 || row < 0 || column >= static_cast<std::int64_t>(m_grid.columns) || row >= rows)
            return false;
        const auto c = static_cast<std::uint32_t>(column);
        const auto r = static_cast<std::uint32_t>(rows - 1 - row);
        const std::uint32_t failed = m_failed.count(c, r);
        const std::uint32_t all = m_grid.count(c, r);
        return failed > 0 && (failed > 1 || all == 1) && failed >= kOutlinedFailures * all;
    }

    void walk(std::int64_t length, bool isVertical, std::int64_t across, const auto &isEdge)
    {
        for (std::int64_t at = 0; at < length; ++at) {
            if (!isEdge(at))
                continue;
            std::int64_t end = at + 1;
            while (end < length && isEdge(end))
                ++end;
            const auto begin = static_cast<std::uint32_t>(at);
            const auto fixed = static_cast<std::uint32_t>(across);
            m_edges.push_back({isVertical ? fixed : begin, isVertical ? begin : fixed,
                               static_cast<std::uint32_t>(end - at), isVertical});
            at = end;
        }
    }

    const LatencyGrid &m_grid;
    const LatencyGrid &m_failed;
    std::vector<HeatEdge> m_edges;
};

/// A share needs spans on both sides of it: one in a hundred slower than p99 wants a hundred.
std::vector<HeatLinePoint> percentileLine(const LatencyGrid &grid, double ratio)
{
    const auto wanted = static_cast<std::uint64_t>(std::lround(1 / (1 - ratio)));
    std::vector<HeatLinePoint> line;
    std::vector<std::uint32_t> joined(grid.rows.count());
    std::uint64_t held = 0;
    std::uint32_t begin = 0;
    for (std::uint32_t column = 0; column < grid.columns; ++column) {
        for (std::uint32_t row = 0; row < grid.rows.count(); ++row) {
            joined[row] += grid.count(column, row);
            held += grid.count(column, row);
        }
        if (held == 0)
            begin = column + 1; // a gap stays one
        if (held < wanted)
            continue;
        line.push_back({begin, column + 1, logOf(grid.rows.percentileNs(joined, ratio).value_or(0))});
        std::ranges::fill(joined, 0U);
        held = 0;
        begin = column + 1;
    }
    return line;
}

std::string signedShare(double share)
{
    const std::string text = percentText(std::abs(share));
    return share < 0 ? "\u2212" + text : "+" + text;
}

} // namespace

LatencyBand bandOf(const LatencyRows &rows, std::uint32_t row)
{
    const std::vector<std::int64_t> &bounds = rows.boundsNs();
    return {row == 0 ? -1 : bounds[row - 1],
            row < bounds.size() ? bounds[row] : std::numeric_limits<std::int64_t>::max()};
}

double LatencyAxis::yOfLog(double log10Ns) const
{
    return (highLog10Ns - log10Ns) / (highLog10Ns - lowLog10Ns) * heightPx;
}

double LatencyAxis::yOf(double latencyNs) const
{
    return yOfLog(logOf(latencyNs));
}

double LatencyAxis::latencyAt(double yPx) const
{
    return std::pow(10.0, highLog10Ns - yPx / heightPx * (highLog10Ns - lowLog10Ns));
}

LatencyAxis latencyAxisOf(const LatencyGrid &grid, double heightPx, const std::optional<LatencyAxis> &before)
{
    std::uint32_t lowest = grid.rows.count();
    std::uint32_t highest = 0;
    for (std::uint32_t column = 0; column < grid.columns; ++column) {
        const auto counts = grid.columnCounts(column);
        for (std::uint32_t row = 0; row < counts.size(); ++row) {
            if (counts[row] == 0)
                continue;
            lowest = std::min(lowest, row);
            highest = std::max(highest, row);
        }
    }
    LatencyAxis axis{6, 10, std::max(heightPx, 1.0)};
    if (lowest > highest) {
        if (before)
            axis = {before->lowLog10Ns, before->highLog10Ns, axis.heightPx};
        return axis;
    }
    axis.lowLog10Ns = roundedDown(std::max(lowLogOf(grid.rows, lowest), 0.0));
    axis.highLog10Ns = std::max(roundedUp(highLogOf(grid.rows, highest)), axis.lowLog10Ns + kShortestAxis);
    const bool holds = before && before->lowLog10Ns <= axis.lowLog10Ns && before->highLog10Ns >= axis.highLog10Ns
        && before->highLog10Ns - before->lowLog10Ns < 3 * (axis.highLog10Ns - axis.lowLog10Ns);
    return holds ? LatencyAxis{before->lowLog10Ns, before->highLog10Ns, axis.heightPx} : axis;
}

HeatPicture layOutHeat(const LatencyGrid &grid, const LatencyGrid *failed, HeatScale scale)
{
    HeatPicture picture = emptyPictureOf(grid);
    const CountScale counts(grid, scale);
    picture.mostCount = counts.most();
    fillCells(picture, [&](std::uint32_t column, std::uint32_t row) {
        const std::uint32_t count = grid.count(column, row);
        return static_cast<std::uint8_t>(count == 0 ? 0 : 1 + std::lround(counts.shareOf(count) * kCountSteps));
    });
    if (failed != nullptr && failed->counts.size() == grid.counts.size())
        picture.outlines = Outlines(grid, *failed).run();
    for (std::size_t i = 0; i < kHeatPercentiles.size(); ++i)
        picture.percentiles[i] = percentileLine(grid, kHeatPercentiles[i]);
    if (counts.most() == 0)
        return picture;
    for (const double share : {0.0, 0.5, 1.0}) {
        const std::string label = countText(share == 0 ? 1 : counts.countAt(share));
        if (picture.legend.empty() || picture.legend.back().label != label)
            picture.legend.push_back({share, label});
    }
    return picture;
}

HeatPicture layOutDifference(const LatencyGrid &grid, const LatencyGrid &before,
                             const metric::LatencyGridDifference &difference)
{
    using Palette = DifferencePalette;
    HeatPicture picture = emptyPictureOf(grid);
    picture.isDifference = true;
    double most = 0;
    std::uint64_t mostHeld = 1;
    for (std::size_t i = 0; i < difference.cells.size(); ++i) {
        if (difference.cells[i].isSignificant)
            most = std::max(most, std::abs(static_cast<double>(difference.cells[i].change)));
        mostHeld = std::max(mostHeld, std::uint64_t{grid.counts[i]} + before.counts[i]);
    }
    fillCells(picture, [&](std::uint32_t column, std::uint32_t row) -> std::uint8_t {
        const std::uint64_t held = std::uint64_t{grid.count(column, row)} + before.count(column, row);
        const metric::LatencyGridDifference::Cell &cell = difference.cell(column, row);
        const auto step = [](double share, int steps) { return static_cast<int>(std::lround(share * (steps - 1))); };
        if (held == 0)
            return 0;
        if (!cell.isSignificant || cell.change == 0.0F)
            return static_cast<std::uint8_t>(
                Palette::kGrey
                + step(std::log1p(static_cast<double>(held)) / std::log1p(static_cast<double>(mostHeld)),
                       Palette::kGreySteps));
        // The root: many small changes beside a large one stay visible.
        const int strength = step(std::sqrt(std::abs(static_cast<double>(cell.change)) / most), Palette::kSteps);
        return static_cast<std::uint8_t>((cell.change < 0 ? Palette::kLess : Palette::kMore) + strength);
    });
    if (most > 0)
        picture.legend = {{0, signedShare(-most)}, {0.5, "0"}, {1, signedShare(most)}};
    return picture;
}

} // namespace tailspan::layout
