// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/latency_grid.h"

#include <tbb/blocked_range.h>
#include <tbb/combinable.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace tailspan::metric {

namespace {

constexpr std::size_t kGrain = 256 * 1024;
constexpr std::size_t kBits = 65; // of a number without sign, 0 among them

/// Counts spans into cells.
class Counter {
public:
    Counter(const SpanLatencies &spans, const LatencyFilter &filter, const LatencyGrid &grid)
        : m_spans(spans), m_filter(filter), m_grid(grid), m_beginNs(grid.begin.ns()),
          m_columnNs(static_cast<std::uint64_t>(grid.column.ns())), m_perNs(1.0 / static_cast<double>(m_columnNs))
    {}

    void count(std::size_t begin, std::size_t end, std::vector<std::uint32_t> &counts) const
    {
        for (std::size_t i = begin; i < end; ++i) {
            if (!isWanted(i))
                continue;
            const std::int64_t sinceNs =
                saturatingSubtract(saturatingAdd(m_spans.startNs[i], m_spans.durationNs[i]), m_beginNs);
            if (sinceNs < 0)
                continue;
            const std::uint64_t column = columnOf(static_cast<std::uint64_t>(sinceNs));
            if (column < m_grid.columns)
                ++counts[column * m_grid.rows.count() + m_grid.rows.rowOf(m_spans.durationNs[i])];
        }
    }

private:
    [[nodiscard]] bool isWanted(std::size_t i) const
    {
        return (!m_filter.service || m_spans.service[i] == *m_filter.service)
            && (!m_filter.operation || m_spans.operation[i] == *m_filter.operation)
            && (!m_filter.onlyFailed || m_spans.isFailed[i] != 0)
            && (m_spans.isLeftOut.empty() || m_spans.isLeftOut[i] == 0);
    }

    /// A division, without its price: the estimate is at most one off.
    [[nodiscard]] std::uint64_t columnOf(std::uint64_t sinceNs) const
    {
        auto column = static_cast<std::uint64_t>(static_cast<double>(sinceNs) * m_perNs);
        if (column > m_grid.columns)
            return column;
        if (column * m_columnNs > sinceNs)
            --column;
        else if ((column + 1) * m_columnNs <= sinceNs)
            ++column;
        return column;
    }

    const SpanLatencies &m_spans;
    const LatencyFilter &m_filter;
    const LatencyGrid &m_grid;
    std::int64_t m_beginNs;
    std::uint64_t m_columnNs;
    double m_perNs;
};

} // namespace

LatencyRows LatencyRows::between(std::int64_t lowNs, std::int64_t highNs, int perDoubling)
{
    std::vector<std::int64_t> bounds;
    for (int step = 0; bounds.empty() || bounds.back() < highNs; ++step) {
        const double bound = static_cast<double>(lowNs) * std::exp2(static_cast<double>(step) / perDoubling);
        if (bound >= static_cast<double>(std::numeric_limits<std::int64_t>::max()))
            break;
        const auto rounded = static_cast<std::int64_t>(std::llround(bound));
        if (bounds.empty() || rounded > bounds.back()) // below a few nanoseconds steps fall together
            bounds.push_back(rounded);
    }
    return LatencyRows(std::move(bounds));
}

LatencyRows::LatencyRows(std::vector<std::int64_t> boundsNs) : m_boundsNs(std::move(boundsNs))
{
    for (std::size_t bits = 0; bits < kBits; ++bits) {
        const std::uint64_t least = bits == 0 ? 0 : std::uint64_t{1} << (bits - 1);
        const auto row = std::ranges::lower_bound(m_boundsNs, least, [](std::int64_t bound, std::uint64_t value) {
            return bound < 0 || static_cast<std::uint64_t>(bound) < value;
        });
        m_firstRow.push_back(static_cast<std::uint32_t>(row - m_boundsNs.begin()));
    }
}

std::uint32_t LatencyRows::rowOf(std::int64_t durationNs) const
{
    if (durationNs <= 0)
        return 0;
    std::uint32_t row = m_firstRow[static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(durationNs)))];
    while (row < m_boundsNs.size() && durationNs > m_boundsNs[row])
        ++row;
    return row;
}

std::optional<double> LatencyRows::percentileNs(std::span<const std::uint32_t> cells, double ratio) const
{
    std::uint64_t all = 0;
    for (const std::uint32_t cell : cells)
        all += cell;
    if (all == 0)
        return std::nullopt;
    const double wanted = ratio * static_cast<double>(all);
    double below = 0;
    for (std::uint32_t row = 0; row < cells.size(); ++row) {
        const double here = cells[row];
        if (here == 0 || below + here < wanted) {
            below += here;
            continue;
        }
        if (row >= m_boundsNs.size())
            break;
        const auto high = static_cast<double>(m_boundsNs[row]);
        const double low = row == 0 ? high / 2 : static_cast<double>(m_boundsNs[row - 1]);
        return low <= 0 ? high : low * std::pow(high / low, std::clamp((wanted - below) / here, 0.0, 1.0));
    }
    return static_cast<double>(m_boundsNs.back());
}

Result<LatencyGrid> latencyGridOf(const SpanLatencies &spans, const LatencyFilter &filter, TimeRange range,
                                  std::uint32_t columns, const LatencyRows &rows, const std::stop_token &stop)
{
    if (range.isEmpty() || columns == 0)
        return fail(ErrorCode::Malformed, "there is no time to show latencies of");
    const std::int64_t columnNs = std::max<std::int64_t>((range.length().ns() - 1) / columns + 1, 1);
    LatencyGrid grid{range.begin, Duration(columnNs), columns, rows, {}, 0};
    const std::size_t cells = std::size_t{columns} * rows.count();
    const Counter counter(spans, filter, grid);
    tbb::combinable<std::vector<std::uint32_t>> parts([cells] { return std::vector<std::uint32_t>(cells); });
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, spans.startNs.size(), kGrain), [&](const auto &block) {
        if (!stop.stop_requested())
            counter.count(block.begin(), block.end(), parts.local());
    });
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    grid.counts.resize(cells);
    parts.combine_each([&](const std::vector<std::uint32_t> &part) {
        for (std::size_t cell = 0; cell < cells; ++cell)
            grid.counts[cell] += part[cell];
    });
    for (const std::uint32_t cell : grid.counts)
        grid.total += cell;
    return grid;
}

} // namespace tailspan::metric
