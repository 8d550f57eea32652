// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace tailspan::layout {

/// Which rows of one trace are on the page under the folds, and in which place.
///
/// Rows stand in tree order, so a fold hides a range of rows and the order is the rows minus a few sorted ranges:
/// a look-up in either direction is one binary search over the folds, whatever the number of spans. A fold or
/// unfold rebuilds the ranges (rows / 64 steps); nothing here is done per frame.
/// A place is a row of the page, counted from 0. Thread: one. Keeps the snapshot alive.
class RowOrder {
public:
    RowOrder() = default;
    /// Everything open.
    RowOrder(trace::TraceSnapshotPtr snapshot, TraceRow trace);

    [[nodiscard]] bool isEmpty() const { return m_count == 0; }
    [[nodiscard]] std::uint32_t visibleCount() const { return m_count - m_hiddenCount; }
    /// Precondition: place < visibleCount().
    [[nodiscard]] SpanRow rowAt(std::uint32_t place) const;
    /// Nothing when a fold hides the row or it belongs to another trace.
    [[nodiscard]] std::optional<std::uint32_t> placeOf(SpanRow row) const;
    /// The row itself, or the outermost folded span that hides it.
    [[nodiscard]] SpanRow visibleFor(SpanRow row) const;

    [[nodiscard]] bool contains(SpanRow row) const { return row.isValid() && row.value() - m_first < m_count; }
    [[nodiscard]] bool hasChildren(SpanRow row) const { return subtreeSize(row) > 1; }
    [[nodiscard]] bool isFolded(SpanRow row) const;

    /// True when it changed what is on the page. A span without children does not fold.
    bool setFolded(SpanRow row, bool folded);
    /// The span and everything below it.
    bool setSubtreeFolded(SpanRow row, bool folded);
    /// Opens what hides the row.
    bool reveal(SpanRow row);

    /// Grows with every change: a layout is made for one revision.
    [[nodiscard]] std::uint64_t revision() const { return m_revision; }

private:
    struct HiddenRange {
        std::uint32_t begin = 0; ///< Relative to the trace's first row.
        std::uint32_t end = 0;
        std::uint32_t hiddenBefore = 0; ///< Hidden rows before `begin`.
    };
    [[nodiscard]] std::uint32_t subtreeSize(SpanRow row) const;
    [[nodiscard]] const HiddenRange *rangeHiding(std::uint32_t relative) const;
    bool mark(std::uint32_t relative, bool folded);
    void rebuild();

    trace::TraceSnapshotPtr m_snapshot;
    std::uint32_t m_first = 0;
    std::uint32_t m_count = 0;
    std::uint32_t m_hiddenCount = 0;
    std::uint64_t m_revision = 0;
    std::vector<std::uint64_t> m_folded; // one bit a row
    std::vector<HiddenRange> m_hidden;   // sorted, disjoint
};

} // namespace tailspan::layout
