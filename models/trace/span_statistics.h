// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_totals.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::trace {

/// What spans are told apart by: any column with a group number a span, such as the values of an attribute.
struct SpanGrouping {
    std::vector<std::uint32_t> groupOf; ///< By position in the selection; SpanGroups::kNoGroup for none.
    std::vector<std::string> names;     ///< By group number.
};

/// One group a service of the selection, in the order of first appearance.
[[nodiscard]] SpanGrouping groupedByService(const TraceSnapshot &snapshot, const TraceSelection &selection);
/// One group an operation of a service, named "service operation", in the order of first appearance.
[[nodiscard]] SpanGrouping groupedByOperation(const TraceSnapshot &snapshot, const TraceSelection &selection);

/// The statistics table: totals of each group, and what they are shares of. 80 bytes a group.
struct SpanStatistics {
    std::vector<SpanTotals> groups;   ///< By group number; groups without spans have zeros.
    std::uint32_t ungroupedCount = 0; ///< Spans that are in no group, so that none is left out in silence.
    std::int64_t criticalNs = 0;      ///< Length of the critical paths of all traces, spans without a group included.
    std::int64_t selfNs = 0;          ///< Self time of all spans, likewise.

    /// How much of the critical paths the group's own segments make up, 0 to 1. Shares add up to 1 when every span
    /// has a group and there is a critical path.
    [[nodiscard]] double criticalShare(std::uint32_t group) const
    {
        return criticalNs == 0 ? 0 : static_cast<double>(groups[group].criticalNs) / static_cast<double>(criticalNs);
    }
    [[nodiscard]] std::size_t memoryBytes() const { return groups.capacity() * sizeof(SpanTotals); }
};

/// `times` are those of the same selection, and the grouping has an entry for each of its positions and a name for
/// each of its numbers. Thread: any; uses all cores, and the answer is the same on any number of them. Linear.
/// Errors: Cancelled.
[[nodiscard]] Result<SpanStatistics> statisticsOf(const TraceSnapshot &snapshot, const TraceSelection &selection,
                                                  const SpanTimes &times, const SpanGrouping &grouping,
                                                  const std::stop_token &stop);

} // namespace tailspan::trace
