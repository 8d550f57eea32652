// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/strong_id.h"
#include "models/base/time.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::layout {

/// A piece of the critical path: a line under the bar of its row.
struct PathSegment {
    SpanRow span;
    TimePoint begin;
    TimePoint end;
};

/// The critical path of a trace, to be asked by row and by time: which piece of it comes next under a fold is a walk
/// down a tree of row numbers, however many pieces there are, as long as they do not overlap in time: those of a critical
/// path never do. Immutable. Thread: any number of readers.
class PathIndex {
public:
    /// In any order; pieces without length are left out.
    explicit PathIndex(std::vector<PathSegment> segments);

    [[nodiscard]] bool isEmpty() const { return m_bySpan.empty(); }
    /// The pieces of one span, by begin.
    [[nodiscard]] std::span<const PathSegment> of(SpanRow span) const;
    /// Of the pieces of rows [firstRow, endRow) that end after a moment the one that begins first; null when there is
    /// none.
    [[nodiscard]] const PathSegment *firstAfter(TimePoint moment, std::uint32_t firstRow, std::uint32_t endRow) const;

private:
    /// The first place at or after `place` whose row is one of these; the number of places when there is none.
    [[nodiscard]] std::uint32_t nextOf(std::uint32_t place, std::uint32_t firstRow, std::uint32_t endRow) const;

    static constexpr std::uint32_t kFanOut = 16;
    struct Rows {
        std::uint32_t least = 0xffffffff;
        std::uint32_t most = 0;
    };
    std::vector<PathSegment> m_bySpan;       // then by begin
    std::vector<PathSegment> m_byTime;       // by begin
    std::vector<TimePoint> m_latestEnd;      // of all up to that place
    std::vector<std::vector<Rows>> m_levels; // of kFanOut of the level before; the first of places
};

} // namespace tailspan::layout
