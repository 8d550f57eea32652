// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/waterfall_layout.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace tailspan::layout {

namespace {

using trace::SpanTable;

/// The row of the next sibling on the page, or none. Roots are siblings of each other.
SpanRow nextSibling(const SpanTable &spans, SpanRow row, const trace::TraceSummary &trace, const RowOrder &order)
{
    const SpanRow parent = spans.parentOf(row);
    const std::uint32_t end = parent.isValid() ? parent.value() + spans.subtreeSize[parent.value()]
                                               : trace.firstRow + trace.spanCount;
    // With a kept row its ancestors are kept, so the first kept row behind this subtree is a sibling.
    const std::uint32_t behind = row.value() + spans.subtreeSize[row.value()];
    const SpanRow next = behind < end ? order.nextKept(SpanRow(behind)) : SpanRow();
    return next.isValid() && next.value() < end ? next : SpanRow();
}

/// Indentation starts at the depth of the shallowest row on screen, less one level of context, so that a very deep
/// part of a trace is as readable as its top.
std::uint32_t baseDepth(const SpanTable &spans, const std::vector<RowEntry> &rows, std::uint32_t maxIndent)
{
    std::uint32_t least = 0xffffffff;
    std::uint32_t most = 0;
    for (const RowEntry &row : rows) {
        least = std::min(least, spans.depth[row.span.value()]);
        most = std::max(most, spans.depth[row.span.value()]);
    }
    if (most <= maxIndent || least == 0)
        return 0;
    return least - 1;
}

class LayoutPass {
public:
    explicit LayoutPass(const WaterfallInput &input)
        : m_input(input), m_spans(input.snapshot->spans()), m_trace(input.snapshot->traces()[input.key.trace.value()])
    {
        m_layout.key = input.key;
    }

    WaterfallLayout run()
    {
        const WaterfallKey &key = m_input.key;
        const std::uint32_t total = m_input.order->visibleCount();
        const std::uint32_t first = std::min(key.firstPlace, total);
        const std::uint32_t count = std::min(key.placeCount, total - first);
        std::vector<RowEntry> entries(count);
        for (std::uint32_t i = 0; i < count; ++i)
            entries[i] = m_input.order->entryAt(first + i);
        m_baseDepth = baseDepth(m_spans, entries, std::min(key.maxIndent, kMaxIndent));
        m_layout.rows.reserve(count);
        for (std::uint32_t i = 0; i < count; ++i) {
            if (entries[i].isRun())
                addRun(entries[i], first + i);
            else if (entries[i].isEvent())
                addEvent(entries[i], first + i);
            else
                addSpan(entries[i].span, first + i);
        }
        addSticky(entries, first);
        return std::move(m_layout);
    }

private:
    /// The ancestors of `row` with a place before `before`, the nearest first, at most kMostStickyRows.
    std::vector<SpanRow> ancestorsBefore(SpanRow row, std::uint32_t before)
    {
        std::vector<SpanRow> found;
        for (SpanRow above = m_spans.parentOf(row); above.isValid() && found.size() < kMostStickyRows;
             above = m_spans.parentOf(above)) {
            ++m_layout.visitedSpans;
            const auto place = m_input.order->placeOf(above);
            if (place.has_value() && *place < before)
                found.push_back(above);
        }
        return found;
    }

    /// Rows that stay cover rows that may need other ones to stay: takes the first number of them that covers itself.
    void addSticky(const std::vector<RowEntry> &entries, std::uint32_t first)
    {
        std::vector<SpanRow> sticky;
        for (std::uint32_t covered = 0; covered < entries.size(); covered = static_cast<std::uint32_t>(sticky.size())) {
            sticky = ancestorsBefore(entries[covered].span, first + covered);
            if (sticky.size() <= covered)
                break;
        }
        for (auto span = sticky.rbegin(); span != sticky.rend(); ++span) {
            const std::size_t lines = m_layout.pathLines.size();
            addSpan(*span, *m_input.order->placeOf(*span));
            m_layout.stickyRows.push_back(m_layout.rows.back());
            m_layout.rows.pop_back();
            m_layout.pathLines.resize(lines); // they belong to rows that are not on screen
        }
    }

    WaterfallRow rowOf(const RowEntry &entry, std::uint32_t place) const
    {
        const std::uint32_t r = entry.span.value();
        WaterfallRow row;
        row.span = entry.span;
        row.isRun = entry.isRun();
        row.place = place;
        row.depth = m_spans.depth[r];
        const std::uint32_t levels = row.depth > m_baseDepth ? row.depth - m_baseDepth : 0;
        row.indent = std::min(levels, std::min(m_input.key.maxIndent, kMaxIndent));
        row.isIndentCut = levels > row.indent;
        row.hasChildren = m_input.order->canFold(entry);
        row.isFolded = row.hasChildren && m_input.order->isFolded(entry);
        row.isInferred = m_spans.hasMark(entry.span, trace::kMarkInferredParent);
        row.service = m_spans.service[r];
        row.operation = m_spans.operation[r];
        return row;
    }

    void addSpan(SpanRow span, std::uint32_t place)
    {
        const std::uint32_t r = span.value();
        WaterfallRow row = rowOf(span, place);
        row.isError = m_spans.isError(span);
        row.marks = m_spans.marks[r];
        if (row.isFolded)
            countHidden(row, r + 1, r + m_spans.subtreeSize[r]);
        const SpanRow next = nextSibling(m_spans, span, m_trace, *m_input.order);
        setNextSibling(row, next);
        row.bar = barOf(m_spans.start(span), m_spans.end(span), m_input.key.scale);
        row.bar.isThin = m_spans.hasMark(span, trace::kMarkOutsideParent);
        finish(row);
        addPathLines(span, place);
    }

    void addRun(const RowEntry &entry, std::uint32_t place)
    {
        const RowRun &run = *m_input.order->runAt(entry.span);
        const std::uint32_t end = m_trace.firstRow + run.end;
        WaterfallRow row = rowOf(entry, place);
        row.runMembers = run.members;
        row.runBusy = run.busy;
        row.isSideBySide = run.isSideBySide;
        if (row.isFolded)
            countHidden(row, entry.span.value(), end);
        // Open, its members follow; folded, what comes behind the last of them. A run has a parent.
        const std::uint32_t parent = m_spans.parent[entry.span.value()];
        const bool isLast = row.isFolded && end == parent + m_spans.subtreeSize[parent];
        setNextSibling(row, isLast ? SpanRow() : row.isFolded ? SpanRow(end) : entry.span);
        const std::span<const TimeRange> busy = m_input.order->runs()->busyOf(run);
        row.bar = barOf(busy.front().begin, busy.back().end, m_input.key.scale);
        finish(row);
        addRunPieces(busy, place);
    }

    /// One level below its span; the lines of the span and to its children pass through.
    void addEvent(const RowEntry &entry, std::uint32_t place)
    {
        WaterfallRow row = rowOf(entry, place);
        row.events = m_input.order->eventsOf(entry.span);
        row.event = entry.event;
        const SpanRow next = nextSibling(m_spans, entry.span, m_trace, *m_input.order);
        addGuides(row);
        if (next.isValid() && row.depth > 0 && row.indent > 0)
            addGuide(row, row.indent - 1, next);
        if (m_input.order->hasChildren(entry.span) && !m_input.order->isFolded(entry.span))
            addGuide(row, row.indent, SpanRow(entry.span.value() + 1));
        row.indent = std::min(row.indent + 1, kMaxIndent);
        const TimePoint time = row.eventMark().time;
        row.bar = barOf(time, time, m_input.key.scale);
        ++m_layout.visitedSpans;
        m_layout.rows.push_back(std::move(row));
    }

    void addGuide(WaterfallRow &row, std::uint32_t level, SpanRow to) const
    {
        row.guides |= std::uint64_t{1} << level;
        if (m_spans.hasMark(to, trace::kMarkInferredParent))
            row.dottedGuides |= std::uint64_t{1} << level;
    }

    void setNextSibling(WaterfallRow &row, SpanRow next) const
    {
        row.hasNextSibling = next.isValid() && row.depth > 0;
        row.isNextSiblingInferred = row.hasNextSibling && m_spans.hasMark(next, trace::kMarkInferredParent);
    }

    /// What the row hides, its errors and its part of the critical path: rows [begin, end).
    void countHidden(WaterfallRow &row, std::uint32_t begin, std::uint32_t end)
    {
        row.hiddenSpans = end - begin;
        if (m_input.errors != nullptr)
            row.hiddenErrors = m_input.errors->count(begin - m_trace.firstRow, end - m_trace.firstRow);
        if (m_input.path != nullptr)
            addHiddenPath(row.place, begin, end);
    }

    void finish(WaterfallRow &row)
    {
        addGuides(row);
        ++m_layout.visitedSpans;
        m_layout.rows.push_back(row);
    }

    /// One piece from each pixel in which a member starts, as long as members go on without a free pixel.
    void addRunPieces(std::span<const TimeRange> busy, std::uint32_t place)
    {
        const TimeScale &scale = m_input.key.scale;
        const auto beginsBefore = [&scale](double xPx) {
            return [&scale, xPx](const TimeRange &range) { return scale.xOf(range.begin) < xPx; };
        };
        auto at = std::partition_point(busy.begin(), busy.end(),
                                       [&scale](const TimeRange &range) { return scale.xOf(range.end) < 0; });
        while (at != busy.end() && scale.xOf(at->begin) < scale.widthPx()) {
            const double begin = std::max(std::floor(scale.xOf(at->begin)), 0.0);
            double end = std::max(scale.xOf(at->end), begin + 1);
            for (auto next = at + 1;; ++m_layout.visitedSpans) {
                next = std::partition_point(at + 1, busy.end(), beginsBefore(std::floor(end) + 1));
                if (next == at + 1 || end >= scale.widthPx())
                    break;
                at = next - 1;
                end = std::max(end, scale.xOf(at->end));
            }
            m_layout.runPieces.push_back({place, begin, std::min(end, scale.widthPx()) - begin});
            ++at;
        }
    }

    /// Whole pixels; a piece behind which others end in the same pixels stands for them.
    void addHiddenPath(std::uint32_t place, std::uint32_t begin, std::uint32_t end)
    {
        const TimeScale &scale = m_input.key.scale;
        const double width = std::floor(scale.widthPx());
        if (width < 1)
            return;
        double coveredTo = -1;
        const PathSegment *piece = m_input.path->firstAfter(scale.visible().begin, begin, end);
        while (piece != nullptr && scale.xOf(piece->begin) <= scale.widthPx()) {
            ++m_layout.visitedSpans;
            const WaterfallBar bar = barOf(piece->begin, piece->end, scale);
            const double from = std::min(std::floor(bar.xPx), width - 1);
            const double to = std::clamp(std::floor(bar.xPx + bar.widthPx), from + 1, width);
            if (from > coveredTo)
                m_layout.pathLines.push_back({place, from, 0, true});
            coveredTo = std::max(coveredTo, to);
            m_layout.pathLines.back().widthPx = coveredTo - m_layout.pathLines.back().xPx;
            piece = m_input.path->firstAfter(std::max(scale.timeAt(coveredTo), piece->end), begin, end);
        }
    }

    /// The lines of the ancestors that still have children below this row.
    void addGuides(WaterfallRow &row)
    {
        if (row.isIndentCut)
            return;
        SpanRow above = m_spans.parentOf(row.span);
        for (std::uint32_t level = row.indent; level > 1 && above.isValid(); --level) {
            // `above` stands at indent level - 1; its line to its next sibling is drawn at level - 2's column.
            const SpanRow next = nextSibling(m_spans, above, m_trace, *m_input.order);
            if (next.isValid() && m_spans.depth[above.value()] > 0)
                addGuide(row, level - 2, next);
            above = m_spans.parentOf(above);
            ++m_layout.visitedSpans;
        }
    }

    void addPathLines(SpanRow span, std::uint32_t place)
    {
        if (m_input.path == nullptr)
            return;
        const TimeScale &scale = m_input.key.scale;
        double coveredTo = -1; // segments that share a pixel become one line
        for (const PathSegment &segment : m_input.path->of(span)) {
            const WaterfallBar bar = barOf(segment.begin, segment.end, scale);
            if (bar.place != BarPlace::OnScreen)
                continue;
            const double end = bar.xPx + bar.widthPx;
            if (bar.xPx <= coveredTo) {
                m_layout.pathLines.back().widthPx = std::max(coveredTo, end) - m_layout.pathLines.back().xPx;
            } else {
                m_layout.pathLines.push_back({place, bar.xPx, bar.widthPx, false});
            }
            coveredTo = std::max(coveredTo, end);
        }
    }

    const WaterfallInput &m_input;
    const SpanTable &m_spans;
    const trace::TraceSummary &m_trace;
    std::uint32_t m_baseDepth = 0;
    WaterfallLayout m_layout;
};

} // namespace

WaterfallBar barOf(TimePoint start, TimePoint end, const TimeScale &scale)
{
    const double width = scale.widthPx();
    const double left = scale.xOf(start);
    const double right = std::max(scale.xOf(end), left);
    WaterfallBar bar;
    if (right < 0) {
        bar.place = BarPlace::Before;
        return bar;
    }
    if (left > width) {
        bar.place = BarPlace::After;
        bar.xPx = width;
        return bar;
    }
    bar.isClippedLeft = left < 0;
    bar.isClippedRight = right > width;
    bar.xPx = std::clamp(left, 0.0, width);
    bar.widthPx = std::clamp(right, 0.0, width) - bar.xPx;
    if (bar.widthPx < kMinBarPx) {
        bar.isPoint = true;
        bar.widthPx = std::min(kMinBarPx, width);
        bar.xPx = std::min(bar.xPx, width - bar.widthPx);
    }
    return bar;
}

WaterfallLayout layOutWaterfall(const WaterfallInput &input)
{
    return LayoutPass(input).run();
}

} // namespace tailspan::layout
