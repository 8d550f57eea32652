// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/row_order.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tailspan::layout {

RowOrder::RowOrder(trace::TraceSnapshotPtr snapshot, TraceRow trace) : m_snapshot(std::move(snapshot))
{
    const trace::TraceSummary &summary = m_snapshot->traces()[trace.value()];
    m_first = summary.firstRow;
    m_count = summary.spanCount;
    m_folded = RowSet(m_count);
    rebuild();
}

std::uint32_t RowOrder::subtreeSize(SpanRow row) const
{
    return m_snapshot->spans().subtreeSize[row.value()];
}

SpanRow RowOrder::rowAt(std::uint32_t place) const
{
    const auto after = std::partition_point(m_pieces.begin(), m_pieces.end(),
                                            [place](const Piece &piece) { return piece.place <= place; });
    const Piece &piece = *(after - 1);
    return SpanRow(m_first + piece.begin + (place - piece.place));
}

const RowOrder::Piece *RowOrder::pieceBefore(std::uint32_t relative) const
{
    const auto after = std::partition_point(m_pieces.begin(), m_pieces.end(),
                                            [relative](const Piece &piece) { return piece.begin <= relative; });
    return after == m_pieces.begin() ? nullptr : &*(after - 1);
}

std::optional<std::uint32_t> RowOrder::placeOf(SpanRow row) const
{
    if (!contains(row))
        return std::nullopt;
    const std::uint32_t relative = row.value() - m_first;
    const Piece *piece = pieceBefore(relative);
    if (piece == nullptr || relative >= piece->end)
        return std::nullopt;
    return piece->place + (relative - piece->begin);
}

std::optional<std::uint32_t> RowOrder::placeAtOrBefore(SpanRow row) const
{
    if (!contains(row))
        return std::nullopt;
    const std::uint32_t relative = row.value() - m_first;
    const Piece *piece = pieceBefore(relative);
    if (piece == nullptr)
        return std::nullopt;
    return piece->place + (std::min(relative, piece->end - 1) - piece->begin);
}

SpanRow RowOrder::visibleFor(SpanRow row) const
{
    if (!contains(row) || !isKept(row))
        return SpanRow();
    // A kept row that is hidden lies under a fold, and the fold is the last row on the page before it.
    const auto place = placeAtOrBefore(row);
    return place.has_value() ? rowAt(*place) : SpanRow();
}

bool RowOrder::isFolded(SpanRow row) const
{
    return contains(row) && m_folded.contains(row.value() - m_first);
}

bool RowOrder::setFolded(SpanRow row, bool folded)
{
    if (!contains(row) || !hasChildren(row) || !m_folded.set(row.value() - m_first, folded))
        return false;
    rebuild();
    return true;
}

bool RowOrder::setSubtreeFolded(SpanRow row, bool folded)
{
    if (!contains(row))
        return false;
    bool changed = false;
    const std::uint32_t end = row.value() + subtreeSize(row);
    for (std::uint32_t r = row.value(); r < end; ++r) {
        if (hasChildren(SpanRow(r)) && m_folded.set(r - m_first, folded))
            changed = true;
    }
    if (changed)
        rebuild();
    return changed;
}

bool RowOrder::reveal(SpanRow row)
{
    if (!contains(row) || placeOf(row).has_value())
        return false;
    bool changed = false;
    const trace::SpanTable &spans = m_snapshot->spans();
    for (SpanRow above = spans.parentOf(row); above.isValid(); above = spans.parentOf(above))
        changed = m_folded.set(above.value() - m_first, false) || changed;
    if (changed)
        rebuild();
    return changed;
}

bool RowOrder::setKept(std::optional<RowSet> kept)
{
    assert(!kept.has_value() || kept->size() == m_count);
    if (kept == m_kept)
        return false;
    m_kept = std::move(kept);
    rebuild();
    return true;
}

void RowOrder::add(std::uint32_t begin, std::uint32_t end)
{
    if (begin == end)
        return;
    m_pieces.push_back({m_visibleCount, begin, end});
    m_visibleCount += end - begin;
}

void RowOrder::rebuild()
{
    m_pieces.clear();
    m_visibleCount = 0;
    ++m_revision;
    std::uint32_t next = m_kept ? m_kept->nextIn(0) : 0; // on the page; rows before it are done or hidden
    while (next < m_count) {
        const std::uint32_t folded = m_folded.nextIn(next);
        const std::uint32_t out = m_kept ? m_kept->nextOut(next) : m_count;
        if (folded < out) {
            add(next, folded + 1);
            next = folded + subtreeSize(SpanRow(m_first + folded));
        } else {
            add(next, out);
            next = out;
        }
        if (m_kept)
            next = m_kept->nextIn(next);
    }
}

} // namespace tailspan::layout
