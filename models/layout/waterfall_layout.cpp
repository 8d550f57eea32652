// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/waterfall_layout.h"

#include <algorithm>

namespace tailspan::layout {

namespace {

using trace::SpanTable;

/// The row of the next sibling, or none. Roots are siblings of each other.
SpanRow nextSibling(const SpanTable &spans, SpanRow row, const trace::TraceSummary &trace)
{
    const std::uint32_t next = row.value() + spans.subtreeSize[row.value()];
    const SpanRow parent = spans.parentOf(row);
    const std::uint32_t end = parent.isValid() ? parent.value() + spans.subtreeSize[parent.value()]
                                               : trace.firstRow + trace.spanCount;
    return next < end ? SpanRow(next) : SpanRow();
}

/// Indentation starts at the depth of the shallowest row on screen, less one level of context, so that a very deep
/// part of a trace is as readable as its top.
std::uint32_t baseDepth(const SpanTable &spans, const std::vector<SpanRow> &rows, std::uint32_t maxIndent)
{
    std::uint32_t least = 0xffffffff;
    std::uint32_t most = 0;
    for (const SpanRow row : rows) {
        least = std::min(least, spans.depth[row.value()]);
        most = std::max(most, spans.depth[row.value()]);
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
        std::vector<SpanRow> spansOnPage(count);
        for (std::uint32_t i = 0; i < count; ++i)
            spansOnPage[i] = m_input.order->rowAt(first + i);
        m_baseDepth = baseDepth(m_spans, spansOnPage, std::min(key.maxIndent, kMaxIndent));
        m_layout.rows.reserve(count);
        for (std::uint32_t i = 0; i < count; ++i) {
            addRow(spansOnPage[i], first + i);
            addPathLines(spansOnPage[i], first + i);
        }
        return std::move(m_layout);
    }

private:
    void addRow(SpanRow span, std::uint32_t place)
    {
        const std::uint32_t r = span.value();
        WaterfallRow row;
        row.span = span;
        row.place = place;
        row.depth = m_spans.depth[r];
        const std::uint32_t levels = row.depth > m_baseDepth ? row.depth - m_baseDepth : 0;
        row.indent = std::min(levels, std::min(m_input.key.maxIndent, kMaxIndent));
        row.isIndentCut = levels > row.indent;
        row.hasChildren = m_spans.subtreeSize[r] > 1;
        row.isFolded = row.hasChildren && m_input.order->isFolded(span);
        row.isInferred = m_spans.hasMark(span, trace::kMarkInferredParent);
        row.isError = m_spans.isError(span);
        row.marks = m_spans.marks[r];
        row.service = m_spans.service[r];
        row.operation = m_spans.operation[r];
        if (row.isFolded) {
            row.hiddenSpans = m_spans.subtreeSize[r] - 1;
            const std::size_t relative = r - m_trace.firstRow;
            if (m_input.errors != nullptr)
                row.hiddenErrors = m_input.errors->count(relative + 1, relative + 1 + row.hiddenSpans);
        }
        const SpanRow next = nextSibling(m_spans, span, m_trace);
        row.hasNextSibling = next.isValid() && row.depth > 0;
        row.isNextSiblingInferred = row.hasNextSibling && m_spans.hasMark(next, trace::kMarkInferredParent);
        row.bar = barOf(m_spans.start(span), m_spans.end(span), m_input.key.scale);
        row.bar.isThin = m_spans.hasMark(span, trace::kMarkOutsideParent);
        addGuides(row);
        ++m_layout.visitedSpans;
        m_layout.rows.push_back(row);
    }

    /// The lines of the ancestors that still have children below this row.
    void addGuides(WaterfallRow &row)
    {
        if (row.isIndentCut)
            return;
        SpanRow above = m_spans.parentOf(row.span);
        for (std::uint32_t level = row.indent; level > 1 && above.isValid(); --level) {
            // `above` stands at indent level - 1; its line to its next sibling is drawn at level - 2's column.
            const SpanRow next = nextSibling(m_spans, above, m_trace);
            if (next.isValid() && m_spans.depth[above.value()] > 0) {
                row.guides |= std::uint64_t{1} << (level - 2);
                if (m_spans.hasMark(next, trace::kMarkInferredParent))
                    row.dottedGuides |= std::uint64_t{1} << (level - 2);
            }
            above = m_spans.parentOf(above);
            ++m_layout.visitedSpans;
        }
    }

    void addPathLines(SpanRow span, std::uint32_t place)
    {
        if (m_input.path == nullptr)
            return;
        const TimeScale &scale = m_input.key.scale;
        auto segment = std::lower_bound(m_input.path->begin(), m_input.path->end(), span,
                                        [](const PathSegment &s, SpanRow row) { return s.span < row; });
        double coveredTo = -1; // segments that share a pixel become one line
        for (; segment != m_input.path->end() && segment->span == span; ++segment) {
            const WaterfallBar bar = barOf(segment->begin, segment->end, scale);
            if (bar.place != BarPlace::OnScreen || segment->end <= segment->begin)
                continue;
            const double end = bar.xPx + bar.widthPx;
            if (bar.xPx <= coveredTo) {
                m_layout.pathLines.back().widthPx = std::max(coveredTo, end) - m_layout.pathLines.back().xPx;
            } else {
                m_layout.pathLines.push_back({place, bar.xPx, bar.widthPx});
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
