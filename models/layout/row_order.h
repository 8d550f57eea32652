// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/row_set.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace tailspan::layout {

/// Which rows of one trace are on the page, and in which place.
///
/// Two things hide rows: a folded span hides what is below it, and a kept set ("hide the rest") hides all that is not
/// in it. Rows stand in tree order, so what is left are a few ranges: a look-up in either direction is one binary
/// search over them, whatever the number of spans. A change rebuilds the ranges (rows / 64 steps and one a range);
/// nothing here is done per frame.
/// A place is a row of the page, counted from 0. Thread: one. Keeps the snapshot alive.
class RowOrder {
public:
    RowOrder() = default;
    /// Everything open.
    RowOrder(trace::TraceSnapshotPtr snapshot, TraceRow trace);

    [[nodiscard]] bool isEmpty() const { return m_count == 0; }
    [[nodiscard]] std::uint32_t visibleCount() const { return m_visibleCount; }
    /// Precondition: place < visibleCount().
    [[nodiscard]] SpanRow rowAt(std::uint32_t place) const;
    /// Nothing when the row is hidden or belongs to another trace.
    [[nodiscard]] std::optional<std::uint32_t> placeOf(SpanRow row) const;
    /// The place of the row or, when it is hidden, of the last row before it that is on the page: what hides it, where
    /// a fold does. Nothing when there is none.
    [[nodiscard]] std::optional<std::uint32_t> placeAtOrBefore(SpanRow row) const;
    /// The row itself, or the outermost folded span that hides it. Not valid for a row outside the kept set.
    [[nodiscard]] SpanRow visibleFor(SpanRow row) const;

    [[nodiscard]] bool contains(SpanRow row) const { return row.isValid() && row.value() - m_first < m_count; }
    [[nodiscard]] bool hasChildren(SpanRow row) const { return subtreeSize(row) > 1; }
    [[nodiscard]] bool isFolded(SpanRow row) const;

    /// True when it changed the fold. A span without children does not fold.
    bool setFolded(SpanRow row, bool folded);
    /// The span and everything below it.
    bool setSubtreeFolded(SpanRow row, bool folded);
    /// Opens the folds that hide the row. A row outside the kept set stays hidden.
    bool reveal(SpanRow row);

    /// Only these rows are on the page, less what folds hide; nothing: all of them. As keptRows() makes it: as large
    /// as the trace, with the ancestors of each row. True when it changed.
    bool setKept(std::optional<RowSet> kept);
    [[nodiscard]] const std::optional<RowSet> &kept() const { return m_kept; }
    [[nodiscard]] bool isKept(SpanRow row) const { return !m_kept || m_kept->contains(row.value() - m_first); }

    /// Grows with every change: a layout is made for one revision.
    [[nodiscard]] std::uint64_t revision() const { return m_revision; }

private:
    /// Rows that stand on the page one after the other. Relative to the trace's first row.
    struct Piece {
        std::uint32_t place = 0; ///< Of `begin`.
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };
    [[nodiscard]] std::uint32_t subtreeSize(SpanRow row) const;
    /// The last piece that begins at or before the row, or null.
    [[nodiscard]] const Piece *pieceBefore(std::uint32_t relative) const;
    void add(std::uint32_t begin, std::uint32_t end);
    void rebuild();

    trace::TraceSnapshotPtr m_snapshot;
    std::uint32_t m_first = 0;
    std::uint32_t m_count = 0;
    std::uint32_t m_visibleCount = 0;
    std::uint64_t m_revision = 0;
    RowSet m_folded;
    std::optional<RowSet> m_kept;
    std::vector<Piece> m_pieces; // sorted by row and so by place
};

} // namespace tailspan::layout
