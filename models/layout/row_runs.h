// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace tailspan::layout {

/// Siblings that follow each other and do the same: the same service and operation under one parent. Rows count from
/// the trace's first row.
struct RowRun {
    static constexpr std::uint32_t kFewest = 5;      ///< Fewer are not a run.
    static constexpr std::uint32_t kFoldedFrom = 20; ///< Fewer are not worth hiding.
    static constexpr std::uint32_t kNone = 0xffffffff;

    std::uint32_t begin = 0; ///< The first member.
    std::uint32_t end = 0;   ///< Behind the last member and all that is below it.
    std::uint32_t members = 0;
    std::uint32_t outer = kNone; ///< Index of the innermost run that holds this one below a member.
    std::uint32_t firstBusy = 0; ///< Its times in RowRuns::busy: [firstBusy, lastBusy).
    std::uint32_t lastBusy = 0;
    Duration busy; ///< Time in which at least one member ran.
    /// Whether it is folded until the user opens it: many members that are nearly all there is of them, such as the
    /// queries of an N+1. What carries a tree below is what the user came to see.
    [[nodiscard]] bool isFoldedAtFirst() const { return members >= kFoldedFrom && end - begin <= 2 * members; }
    bool isSideBySide = false; ///< Some member starts before the one before it ended; else one after another.
};

/// The runs of one trace.
struct RowRuns {
    std::vector<RowRun> runs; ///< By begin; two runs are apart, or one is below a member of the other.
    /// When at least one member ran, run by run: ascending, apart from each other.
    std::vector<TimeRange> busy;

    /// Index of the run that begins with this row, or RowRun::kNone.
    [[nodiscard]] std::uint32_t beginningAt(std::uint32_t row) const;
    /// Index of the innermost run that holds the row as a member or below one, or RowRun::kNone.
    [[nodiscard]] std::uint32_t around(std::uint32_t row) const;
    [[nodiscard]] std::span<const TimeRange> busyOf(const RowRun &run) const
    {
        return std::span(busy).subspan(run.firstBusy, run.lastBusy - run.firstBusy);
    }
};

/// A span whose time is out of range ends a run: its badge must be seen. Roots are no siblings.
/// Thread: any. One pass over the spans. Polls the token; stopped, it returns what it has.
[[nodiscard]] RowRuns findRowRuns(const trace::TraceSnapshot &snapshot, TraceRow trace, std::stop_token stop = {});

} // namespace tailspan::layout
