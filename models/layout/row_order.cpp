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

RowEntry RowOrder::entryAt(std::uint32_t place) const
{
    const auto after = std::partition_point(m_pieces.begin(), m_pieces.end(),
                                            [place](const Piece &piece) { return piece.place <= place; });
    const Piece &piece = *(after - 1);
    if (piece.run != kNoRun)
        return {SpanRow(m_first + piece.begin), RowEntry::Kind::Run};
    if (piece.events > 0)
        return {SpanRow(m_first + piece.begin - 1), RowEntry::Kind::Event, place - piece.place};
    return SpanRow(m_first + piece.begin + (place - piece.place));
}

const RowOrder::Piece *RowOrder::pieceBefore(std::uint32_t relative) const
{
    // An open run begins with the same row as the piece of its members, which stands behind it and is found.
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
    if (piece == nullptr || piece->run != kNoRun || relative >= piece->end)
        return std::nullopt;
    return piece->place + (relative - piece->begin);
}

std::optional<std::uint32_t> RowOrder::placeOf(const RowEntry &entry) const
{
    if (entry.isEvent()) {
        const auto place = placeOf(entry.span);
        const EventRows events = eventsOf(entry.span);
        const bool isShown = place.has_value() && events != nullptr && entry.event < events->size();
        return isShown ? std::optional(*place + 1 + entry.event) : std::nullopt;
    }
    if (entry.isSpan())
        return placeOf(entry.span);
    if (!contains(entry.span))
        return std::nullopt;
    const Piece *piece = pieceBefore(entry.span.value() - m_first);
    if (piece == nullptr || piece->begin != entry.span.value() - m_first)
        return std::nullopt;
    if (piece->run == kNoRun && piece != m_pieces.data())
        --piece; // the members of an open run: its head is the piece before
    const bool isHead = piece->run != kNoRun && piece->begin == entry.span.value() - m_first;
    return isHead ? std::optional(piece->place) : std::nullopt;
}

std::optional<std::uint32_t> RowOrder::placeAtOrBefore(SpanRow row) const
{
    if (!contains(row))
        return std::nullopt;
    const std::uint32_t relative = row.value() - m_first;
    const Piece *piece = pieceBefore(relative);
    if (piece == nullptr)
        return std::nullopt;
    if (piece->events > 0)
        return piece->place - 1; // what is hidden behind them is under the fold of their span
    return piece->run != kNoRun ? piece->place : piece->place + (std::min(relative, piece->end - 1) - piece->begin);
}

RowEntry RowOrder::visibleFor(SpanRow row) const
{
    if (!contains(row) || !isKept(row))
        return {};
    // A kept row that is hidden lies under a fold, and the fold is the last entry on the page before it.
    const auto place = placeAtOrBefore(row);
    return place.has_value() ? entryAt(*place) : RowEntry();
}

void RowOrder::setRuns(std::shared_ptr<const RowRuns> runs)
{
    m_runs = std::move(runs);
    m_foldedRuns = RowSet(m_runs == nullptr ? 0 : static_cast<std::uint32_t>(m_runs->runs.size()));
    for (std::uint32_t i = 0; i < m_foldedRuns.size(); ++i)
        m_foldedRuns.set(i, m_runs->runs[i].isFoldedAtFirst());
    rebuild();
}

const RowRun *RowOrder::runAt(SpanRow row) const
{
    if (!hasRuns() || !contains(row))
        return nullptr;
    const std::uint32_t index = m_runs->beginningAt(row.value() - m_first);
    return index == kNoRun ? nullptr : &m_runs->runs[index];
}

const RowRun *RowOrder::runOfMember(SpanRow row) const
{
    if (!hasRuns() || !contains(row))
        return nullptr;
    const std::uint32_t index = m_runs->around(row.value() - m_first);
    if (index == kNoRun)
        return nullptr;
    const trace::SpanTable &spans = m_snapshot->spans();
    const RowRun &run = m_runs->runs[index];
    return spans.parentOf(row) == spans.parentOf(SpanRow(m_first + run.begin)) ? &run : nullptr;
}

bool RowOrder::isFolded(const RowEntry &entry) const
{
    if (!contains(entry.span) || entry.isEvent())
        return false;
    if (!entry.isRun())
        return m_folded.contains(entry.span.value() - m_first);
    const RowRun *run = runAt(entry.span);
    return run != nullptr && m_foldedRuns.contains(static_cast<std::uint32_t>(run - m_runs->runs.data()));
}

FoldChange RowOrder::setFolded(const RowEntry &entry, bool folded)
{
    FoldChange change;
    change.isFolded = folded;
    if (!contains(entry.span) || !canFold(entry) || isFolded(entry) == folded)
        return change;
    if (entry.isRun() && runAt(entry.span) == nullptr)
        return change;
    (entry.isRun() ? change.runs : change.spans).push_back(entry.span.value() - m_first);
    apply(change, folded);
    return change;
}

void RowOrder::foldRange(std::uint32_t begin, std::uint32_t end, FoldChange &change)
{
    for (std::uint32_t row = begin; row < end; ++row) {
        if (hasChildren(SpanRow(m_first + row)) && m_folded.set(row, change.isFolded))
            change.spans.push_back(row);
    }
    if (!hasRuns())
        return;
    const std::vector<RowRun> &runs = m_runs->runs;
    const auto first =
        std::partition_point(runs.begin(), runs.end(), [begin](const RowRun &run) { return run.begin < begin; });
    for (auto run = first; run != runs.end() && run->begin < end; ++run) {
        // A run around the range begins before it or, where the range begins with its first member, ends behind it.
        if (run->end <= end && m_foldedRuns.set(static_cast<std::uint32_t>(run - runs.begin()), change.isFolded))
            change.runs.push_back(run->begin);
    }
}

FoldChange RowOrder::setSubtreeFolded(const RowEntry &entry, bool folded)
{
    FoldChange change;
    change.isFolded = folded;
    if (!contains(entry.span) || entry.isEvent())
        return change;
    const std::uint32_t begin = entry.span.value() - m_first;
    const RowRun *run = entry.isRun() ? runAt(entry.span) : nullptr;
    foldRange(begin, run != nullptr ? run->end : begin + subtreeSize(entry.span), change);
    if (!change.isEmpty())
        rebuild();
    return change;
}

bool RowOrder::apply(const FoldChange &change, bool folded)
{
    bool hasChanged = false;
    for (const std::uint32_t row : change.spans)
        hasChanged = (row < m_count && m_folded.set(row, folded)) || hasChanged;
    for (const std::uint32_t row : change.runs) {
        const std::uint32_t index = m_runs == nullptr ? kNoRun : m_runs->beginningAt(row);
        hasChanged = (index != kNoRun && m_foldedRuns.set(index, folded)) || hasChanged;
    }
    for (const auto &[row, events] : change.events) {
        if (row >= m_count || folded != m_events.contains(row))
            continue;
        hasChanged = true;
        if (folded)
            m_events.erase(row);
        else
            m_events.emplace(row, events);
    }
    if (hasChanged)
        rebuild();
    return hasChanged;
}

FoldChange RowOrder::setEvents(SpanRow row, EventRows events)
{
    FoldChange change;
    change.isFolded = events == nullptr;
    const EventRows shown = eventsOf(row);
    if (!contains(row) || (shown == nullptr) == (events == nullptr))
        return change;
    change.events.push_back({row.value() - m_first, change.isFolded ? shown : std::move(events)});
    apply(change, change.isFolded);
    return change;
}

EventRows RowOrder::eventsOf(SpanRow row) const
{
    const auto found = contains(row) ? m_events.find(row.value() - m_first) : m_events.end();
    return found == m_events.end() ? nullptr : found->second;
}

RowFolds RowOrder::folds() const
{
    RowFolds all;
    for (std::uint32_t row = m_folded.nextIn(0); row < m_count; row = m_folded.nextIn(row + 1))
        all.folded.spans.push_back(row);
    for (std::uint32_t i = 0; i < m_foldedRuns.size(); ++i) {
        const RowRun &run = m_runs->runs[i];
        const bool isFolded = m_foldedRuns.contains(i);
        if (isFolded != run.isFoldedAtFirst())
            (isFolded ? all.folded : all.opened).runs.push_back(run.begin);
    }
    for (const auto &[row, events] : m_events)
        all.opened.events.push_back({row, events});
    return all;
}

bool RowOrder::reveal(SpanRow row)
{
    if (!contains(row) || placeOf(row).has_value())
        return false;
    FoldChange hiding;
    const trace::SpanTable &spans = m_snapshot->spans();
    for (SpanRow above = spans.parentOf(row); above.isValid(); above = spans.parentOf(above))
        hiding.spans.push_back(above.value() - m_first);
    if (m_runs != nullptr) {
        for (std::uint32_t i = m_runs->around(row.value() - m_first); i != kNoRun; i = m_runs->runs[i].outer)
            hiding.runs.push_back(m_runs->runs[i].begin);
    }
    return apply(hiding, false);
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

SpanRow RowOrder::nextKept(SpanRow row) const
{
    if (!m_kept.has_value())
        return row;
    const std::uint32_t relative = row.value() - m_first;
    const auto piece = std::partition_point(m_pieces.begin(), m_pieces.end(),
                                            [relative](const Piece &p) { return p.end <= relative; });
    return piece == m_pieces.end() ? SpanRow() : SpanRow(m_first + std::max(piece->begin, relative));
}

void RowOrder::add(std::uint32_t begin, std::uint32_t end)
{
    for (auto at = m_events.lower_bound(begin); at != m_events.end() && at->first < end; ++at) {
        const std::uint32_t behind = at->first + 1;
        const auto count = static_cast<std::uint32_t>(at->second->size());
        m_pieces.push_back({m_visibleCount, begin, behind});
        m_visibleCount += behind - begin;
        m_pieces.push_back({m_visibleCount, behind, behind, kNoRun, count});
        m_visibleCount += count;
        begin = behind;
    }
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
    if (m_kept.has_value())
        addKept();
    else
        addWithRuns();
}

void RowOrder::addKept()
{
    std::uint32_t folded = m_folded.nextIn(0);
    for (std::uint32_t next = m_kept->nextIn(0); next < m_count;) {
        if (folded < next) // asked for once a fold: it may be far away
            folded = m_folded.nextIn(next);
        const std::uint32_t out = m_kept->nextOut(next);
        if (folded < out) {
            add(next, folded + 1);
            next = folded + subtreeSize(SpanRow(m_first + folded));
        } else {
            add(next, out);
            next = out;
        }
        next = m_kept->nextIn(next);
    }
}

void RowOrder::addWithRuns()
{
    static const std::vector<RowRun> kNoRuns;
    const std::vector<RowRun> &runs = m_runs != nullptr ? m_runs->runs : kNoRuns;
    auto run = runs.begin();
    std::uint32_t folded = m_folded.nextIn(0);
    for (std::uint32_t next = 0; next < m_count;) { // rows before `next` are done
        while (run != runs.end() && run->begin < next)
            ++run;
        if (folded < next)
            folded = m_folded.nextIn(next);
        if (run != runs.end() && run->begin <= folded) {
            const auto index = static_cast<std::uint32_t>(run - runs.begin());
            add(next, run->begin);
            next = m_foldedRuns.contains(index) ? run->end : run->begin;
            m_pieces.push_back({m_visibleCount++, run->begin, next, index});
            ++run;
        } else if (folded < m_count) {
            add(next, folded + 1);
            next = folded + subtreeSize(SpanRow(m_first + folded));
        } else {
            add(next, m_count);
            next = m_count;
        }
    }
}

} // namespace tailspan::layout
