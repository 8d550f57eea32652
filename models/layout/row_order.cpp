// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/row_order.h"

#include <algorithm>
#include <bit>

namespace tailspan::layout {

RowOrder::RowOrder(trace::TraceSnapshotPtr snapshot, TraceRow trace) : m_snapshot(std::move(snapshot))
{
    const trace::TraceSummary &summary = m_snapshot->traces()[trace.value()];
    m_first = summary.firstRow;
    m_count = summary.spanCount;
    m_folded.assign(m_count / 64 + 1, 0);
}

std::uint32_t RowOrder::subtreeSize(SpanRow row) const
{
    return m_snapshot->spans().subtreeSize[row.value()];
}

SpanRow RowOrder::rowAt(std::uint32_t place) const
{
    // The last range that begins at or before the row decides how many hidden rows come before it: its first
    // hidden row has the place begin - hiddenBefore.
    const auto after = std::partition_point(m_hidden.begin(), m_hidden.end(), [place](const HiddenRange &range) {
        return range.begin - range.hiddenBefore <= place;
    });
    if (after == m_hidden.begin())
        return SpanRow(m_first + place);
    const HiddenRange &range = *(after - 1);
    return SpanRow(m_first + place + range.hiddenBefore + (range.end - range.begin));
}

const RowOrder::HiddenRange *RowOrder::rangeHiding(std::uint32_t relative) const
{
    const auto after = std::partition_point(m_hidden.begin(), m_hidden.end(),
                                            [relative](const HiddenRange &range) { return range.begin <= relative; });
    if (after == m_hidden.begin() || relative >= (after - 1)->end)
        return nullptr;
    return &*(after - 1);
}

std::optional<std::uint32_t> RowOrder::placeOf(SpanRow row) const
{
    if (!contains(row))
        return std::nullopt;
    const std::uint32_t relative = row.value() - m_first;
    const auto after = std::partition_point(m_hidden.begin(), m_hidden.end(),
                                            [relative](const HiddenRange &range) { return range.begin <= relative; });
    if (after == m_hidden.begin())
        return relative;
    const HiddenRange &range = *(after - 1);
    if (relative < range.end)
        return std::nullopt;
    return relative - range.hiddenBefore - (range.end - range.begin);
}

SpanRow RowOrder::visibleFor(SpanRow row) const
{
    if (!contains(row))
        return SpanRow();
    const HiddenRange *range = rangeHiding(row.value() - m_first);
    return range == nullptr ? row : SpanRow(m_first + range->begin - 1);
}

bool RowOrder::isFolded(SpanRow row) const
{
    const std::uint32_t relative = row.value() - m_first;
    return contains(row) && (m_folded[relative / 64] >> (relative % 64) & 1) != 0;
}

bool RowOrder::mark(std::uint32_t relative, bool folded)
{
    std::uint64_t &word = m_folded[relative / 64];
    const std::uint64_t bit = std::uint64_t{1} << (relative % 64);
    if (((word & bit) != 0) == folded)
        return false;
    word ^= bit;
    return true;
}

bool RowOrder::setFolded(SpanRow row, bool folded)
{
    if (!contains(row) || !hasChildren(row) || !mark(row.value() - m_first, folded))
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
        if (hasChildren(SpanRow(r)) && mark(r - m_first, folded))
            changed = true;
    }
    if (changed)
        rebuild();
    return changed;
}

bool RowOrder::reveal(SpanRow row)
{
    if (!contains(row))
        return false;
    if (rangeHiding(row.value() - m_first) == nullptr)
        return false;
    bool changed = false;
    const trace::SpanTable &spans = m_snapshot->spans();
    for (SpanRow above = spans.parentOf(row); above.isValid(); above = spans.parentOf(above))
        changed = mark(above.value() - m_first, false) || changed;
    if (changed)
        rebuild();
    return changed;
}

void RowOrder::rebuild()
{
    m_hidden.clear();
    m_hiddenCount = 0;
    std::uint32_t next = 0; // rows below are done or hidden
    while (next < m_count) {
        const std::uint64_t word = m_folded[next / 64] >> (next % 64);
        if (word == 0) {
            next = (next / 64 + 1) * 64;
            continue;
        }
        const std::uint32_t folded = next + static_cast<std::uint32_t>(std::countr_zero(word));
        const std::uint32_t end = folded + subtreeSize(SpanRow(m_first + folded));
        m_hidden.push_back({folded + 1, end, m_hiddenCount});
        m_hiddenCount += end - folded - 1;
        next = end;
    }
    ++m_revision;
}

} // namespace tailspan::layout
