// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/base/time.h"

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace tailspan::metric {

/// Bands of latency: row 0 takes what is at most boundsNs[0], row i what is above boundsNs[i - 1] and at most
/// boundsNs[i], and one row more what is above the last bound.
class LatencyRows {
public:
    /// Bounds at equal steps of the logarithm, `perDoubling` for each factor of 2, so that row 0 ends at or above
    /// `lowNs` and the last bound is at or above `highNs`. Preconditions: 1 <= lowNs, perDoubling >= 1.
    [[nodiscard]] static LatencyRows between(std::int64_t lowNs, std::int64_t highNs, int perDoubling = 4);
    /// Ascending bounds that a store has chosen. Precondition: not empty.
    explicit LatencyRows(std::vector<std::int64_t> boundsNs);

    [[nodiscard]] const std::vector<std::int64_t> &boundsNs() const { return m_boundsNs; }
    [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(m_boundsNs.size()) + 1; }
    [[nodiscard]] std::uint32_t rowOf(std::int64_t durationNs) const;
    /// The latency that a share of what `cells` (one a row) count does not exceed: within one row of the exact one,
    /// between its bounds in equal steps of the logarithm. Nothing when they are empty; the last bound where it lies
    /// above that.
    [[nodiscard]] std::optional<double> percentileNs(std::span<const std::uint32_t> cells, double ratio) const;
    friend bool operator==(const LatencyRows &a, const LatencyRows &b) { return a.m_boundsNs == b.m_boundsNs; }

private:
    std::vector<std::int64_t> m_boundsNs;
    std::vector<std::uint32_t> m_firstRow; // by bits of a duration: where to begin looking
};

/// How often which latency was seen when: columns of time, rows of latency. Spans count in the column in which they
/// ended, as a server's own histograms count them. A value.
struct LatencyGrid {
    TimePoint begin;
    Duration column; ///< Of one column; more than 0.
    std::uint32_t columns = 0;
    LatencyRows rows;
    std::vector<std::uint32_t> counts; ///< columns times rows.count(), column by column.
    std::uint64_t total = 0;           ///< Of all counts.

    [[nodiscard]] std::uint32_t count(std::uint32_t column_, std::uint32_t row) const
    {
        return counts[std::size_t{column_} * rows.count() + row];
    }
    [[nodiscard]] std::span<const std::uint32_t> columnCounts(std::uint32_t column_) const
    {
        return std::span(counts).subspan(std::size_t{column_} * rows.count(), rows.count());
    }
    [[nodiscard]] TimePoint end() const { return begin + Duration(column.ns() * columns); }
    [[nodiscard]] std::optional<double> percentileNs(std::uint32_t column_, double ratio) const
    {
        return rows.percentileNs(columnCounts(column_), ratio);
    }
};

/// The columns of a span table, of equal length. Owner: the table.
struct SpanLatencies {
    std::span<const std::int64_t> startNs;
    std::span<const std::int64_t> durationNs;
    std::span<const std::uint32_t> service;
    std::span<const std::uint32_t> operation;
    std::span<const std::uint8_t> isFailed;  ///< Or empty, when not asked for.
    std::span<const std::uint8_t> isLeftOut; ///< Times that mean nothing, traces that do not count; or empty.
};

/// Which spans count.
struct LatencyFilter {
    std::optional<std::uint32_t> service;
    std::optional<std::uint32_t> operation;
    bool onlyFailed = false;
};

/// Columns of equal length from range.begin on, the last one reaching to range.end or beyond it. Spans outside are not
/// counted. Thread: any; uses all cores, the answer is the same on any number of them. Linear. Errors: Cancelled,
/// Malformed for an empty range or no columns.
[[nodiscard]] Result<LatencyGrid> latencyGridOf(const SpanLatencies &spans, const LatencyFilter &filter,
                                                TimeRange range, std::uint32_t columns, const LatencyRows &rows,
                                                const std::stop_token &stop);

} // namespace tailspan::metric
