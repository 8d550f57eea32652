// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace tailspan::sources {

/// Latency bands of aggregates: spans of at most this many nanoseconds fall into band i, longer ones than the last
/// bound into one more. Four bounds a doubling between 1 ms and 2^16 ms: a percentile read from them is at most 9.1 %
/// off (half the step in logarithm).
inline constexpr std::size_t kLatencyBounds = 65;
[[nodiscard]] const std::array<std::int64_t, kLatencyBounds> &latencyBoundsNs();

/// Spans of one service and operation.
struct FacetRow {
    std::string service;
    std::string operation;
    std::uint64_t spans = 0;
    std::uint64_t errors = 0;
    std::int64_t sumNs = 0;
    std::int64_t maxNs = 0;
};

/// Spans that ended in a column of time and lie in a band of latency. Empty cells are left out.
struct HeatCell {
    std::uint32_t column = 0;
    std::uint32_t band = 0;
    std::uint64_t spans = 0;
    std::uint64_t errors = 0;
};

/// Calls from one service to another.
struct EdgeRow {
    std::string from;
    std::string to;
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;         ///< Of the called service's spans where parents resolve, else of the caller's.
    std::vector<std::uint64_t> bands; ///< Calls by latency band; empty where the store cannot tell.
};

struct Aggregate {
    std::uint64_t spans = 0;
    std::uint64_t errors = 0;
    std::vector<FacetRow> facets;
    TimeRange range;
    std::int64_t columnNs = 0;
    std::vector<HeatCell> heat;
    std::vector<EdgeRow> edges;
    bool isComplete = true; ///< False: a limit stopped it; the numbers are lower bounds.
};

enum class AggregateKind : std::uint8_t { Count, Facets, Heatmap, Edges };

} // namespace tailspan::sources
