// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/waterfall_canvas.h"

#include "models/layout/time_ruler.h"
#include "ui/waterfall/waterfall_accessible.h"
#include "ui/waterfall/waterfall_header.h"
#include "ui/waterfall/waterfall_moves.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAccessible>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <limits>

namespace tailspan::waterfall {

namespace {

constexpr int kRow = style::metric::kWaterfallRow;

} // namespace

WaterfallCanvas::WaterfallCanvas(WaterfallState &state, const WaterfallColumns &columns, QWidget *parent)
    : QAbstractScrollArea(parent), m_state(state), m_columns(columns), m_events(state, this)
{
    installWaterfallAccessibility(); // first: with a screen reader even a name makes the interface
    setObjectName(QStringLiteral("waterfallCanvas"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Waterfall of the trace"));
    viewport()->setMouseTracking(true);
    verticalScrollBar()->setSingleStep(kRow);
    connect(&m_kinetic, &KineticPan::moved, this, &WaterfallCanvas::dragBy);
    connect(&m_kinetic, &KineticPan::finished, &m_state, &WaterfallState::commitWindow);
    connect(&m_state, &WaterfallState::traceChanged, this, [this] {
        m_kinetic.stop();
        updateScrollRange();
        verticalScrollBar()->setValue(0);
        relayout();
    });
    connect(&m_state, &WaterfallState::rowsChanged, this, [this] {
        updateScrollRange();
        relayout();
    });
    connect(&m_state, &WaterfallState::scaleChanged, this, &WaterfallCanvas::relayout);
    connect(&m_state, &WaterfallState::selectionChanged, this, [this] {
        ensureVisible(m_state.selectedEntry());
        viewport()->update();
        announce(m_state.selectedEntry());
    });
    connect(&m_events, &EventTicks::changed, viewport(), qOverload<>(&QWidget::update));
    connect(&m_events, &EventTicks::noRows, this, &WaterfallCanvas::sayAt);
    connect(&m_state, &WaterfallState::colorsChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&m_state, &WaterfallState::hitsChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&m_state, &WaterfallState::hoverChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&m_state, &WaterfallState::crosshairChanged, viewport(), qOverload<>(&QWidget::update));
}

RowLook WaterfallCanvas::look() const
{
    return {m_state.snapshot().get(), m_columns,
            viewport()->width(),      m_state.selectedEntry(),
            m_state.hoveredEntry(),   hasFocus(),
            m_state.colorBy(),        m_state.ranks(),
            m_state.hits(),           m_state.isEmpty() ? 0 : m_state.summary().firstRow,
            m_state.advised()};
}

double WaterfallCanvas::topOf(std::uint32_t place) const
{
    return static_cast<double>(std::int64_t{place} * kRow - verticalScrollBar()->value());
}

double WaterfallCanvas::timelineX(double viewportX) const
{
    return viewportX - m_columns.timelineLeft();
}

int WaterfallCanvas::rowsPerPage() const
{
    return std::max(viewport()->height() / kRow - 1, 1);
}

int WaterfallCanvas::stickyHeight() const
{
    return static_cast<int>(m_layout.stickyRows.size()) * kRow;
}

QRect WaterfallCanvas::rowRect(std::uint32_t place) const
{
    return {0, static_cast<int>(topOf(place)), viewport()->width(), kRow};
}

std::optional<std::uint32_t> WaterfallCanvas::placeAt(int viewportY) const
{
    if (m_state.isEmpty() || viewportY < 0)
        return std::nullopt;
    if (viewportY < stickyHeight())
        return m_layout.stickyRows[static_cast<std::size_t>(viewportY / kRow)].place;
    const auto place = static_cast<std::uint32_t>((std::int64_t{viewportY} + verticalScrollBar()->value()) / kRow);
    return place < m_state.order().visibleCount() ? std::optional(place) : std::nullopt;
}

double WaterfallCanvas::pivotPx() const
{
    const QPoint pointer = viewport()->mapFromGlobal(QCursor::pos());
    if (viewport()->underMouse() && m_columns.isOverTimeline(pointer.x()))
        return timelineX(pointer.x());
    return m_state.scale().widthPx() / 2;
}

void WaterfallCanvas::updateScrollRange()
{
    const std::int64_t rows = m_state.isEmpty() ? 0 : m_state.order().visibleCount();
    const std::int64_t hidden = rows * kRow - viewport()->height();
    const std::int64_t most = std::clamp<std::int64_t>(hidden, 0, std::numeric_limits<int>::max());
    verticalScrollBar()->setRange(0, static_cast<int>(most));
    // The room of the scroll bar is kept while there is nothing to scroll: else a fold would shift every bar.
    const bool isNeeded = most > 0;
    setVerticalScrollBarPolicy(isNeeded ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff);
    setViewportMargins(0, 0, isNeeded ? 0 : verticalScrollBar()->sizeHint().width(), 0);
    verticalScrollBar()->setPageStep(std::max(viewport()->height() - kRow, kRow));
}

void WaterfallCanvas::relayout()
{
    viewport()->update();
    if (m_state.isEmpty()) {
        m_layout = {};
        return;
    }
    layout::WaterfallInput input;
    input.snapshot = m_state.snapshot().get();
    input.order = &m_state.order();
    input.errors = m_state.errors();
    input.path = m_state.path();
    input.key.generation = m_state.snapshot()->generation();
    input.key.trace = m_state.trace();
    input.key.foldRevision = m_state.order().revision();
    input.key.pathRevision = m_state.pathRevision();
    input.key.scale = m_state.scale();
    input.key.firstPlace = static_cast<std::uint32_t>(verticalScrollBar()->value() / kRow);
    input.key.placeCount = static_cast<std::uint32_t>(viewport()->height() / kRow + 2);
    input.key.maxIndent = maxIndentFor(m_columns);
    m_layout = layout::layOutWaterfall(input);
    m_events.want(m_layout.rows);
}

void WaterfallCanvas::ensureVisible(const layout::RowEntry &entry)
{
    if (m_state.isEmpty() || viewport()->height() < kRow) // not laid out yet: nothing is seen either way
        return;
    const auto place = m_state.order().placeOf(entry);
    if (!place.has_value())
        return;
    // Its ancestors stay above it.
    const std::uint32_t sticky = std::min(m_state.spans().depth[entry.span.value()], layout::kMostStickyRows);
    const std::int64_t top = std::int64_t{*place} * kRow;
    const std::int64_t seenFrom = verticalScrollBar()->value();
    const std::int64_t seenTo = seenFrom + viewport()->height();
    if (top - std::int64_t{sticky} * kRow < seenFrom)
        verticalScrollBar()->setValue(static_cast<int>(top - std::int64_t{sticky} * kRow));
    else if (top + kRow > seenTo)
        verticalScrollBar()->setValue(static_cast<int>(top + kRow - viewport()->height()));
}

void WaterfallCanvas::sayAt(SpanRow span, const QString &text)
{
    const auto place = m_state.order().placeOf(span);
    const QRect row = place.has_value() ? rowRect(*place) : QRect();
    widgets::showPlainToolTip(viewport()->mapToGlobal(row.bottomLeft() + QPoint(m_columns.namePx, 0)), text,
                              viewport());
}

void WaterfallCanvas::paintGrid(QPainter &painter) const
{
    const layout::TimeRuler ruler = layout::makeTimeRuler(m_state.scale(), m_state.origin(), kTickSpacingPx);
    const int bottom = viewport()->height();
    for (const layout::RulerTick &tick : ruler.ticks)
        painter.fillRect(QRectF(std::round(m_columns.timelineLeft() + tick.xPx), 0, 1, bottom), style::theme().grid);
}

void WaterfallCanvas::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    const style::Theme &theme = style::theme();
    painter.fillRect(viewport()->rect(), theme.panel);
    if (m_state.isEmpty())
        return;
    const RowLook rowLook = look();
    for (const layout::WaterfallRow &row : m_layout.rows)
        paintRowBackground(painter, row, QRectF(rowRect(row.place)), rowLook);
    paintGrid(painter);
    for (const layout::WaterfallRow &row : m_layout.rows) {
        const RowGeometry geometry = geometryOf(row, topOf(row.place), rowLook);
        paintNameAndDuration(painter, row, geometry, rowLook);
        paintBar(painter, row, geometry, rowLook);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintRuns(painter, rowLook);
    for (const layout::WaterfallRow &row : m_layout.rows)
        m_events.paint(painter, row, m_columns.timelineLeft(), topOf(row.place));
    for (const layout::PathLine &line : m_layout.pathLines)
        paintPathLine(painter, line, topOf(line.place), rowLook);
    paintSticky(painter, rowLook);
    if (m_state.crosshair().has_value()) {
        const double x = m_state.scale().xOf(*m_state.crosshair());
        if (x >= 0 && x <= m_state.scale().widthPx())
            painter.fillRect(QRectF(m_columns.timelineLeft() + x, 0, 1, viewport()->height()), theme.accent);
    }
    if (hasFocus()) {
        painter.setPen(theme.accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(viewport()->rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

void WaterfallCanvas::paintRuns(QPainter &painter, const RowLook &rowLook) const
{
    const std::span<const layout::RunPiece> pieces = m_layout.runPieces;
    for (std::size_t first = 0; first < pieces.size();) {
        std::size_t last = first;
        while (last < pieces.size() && pieces[last].place == pieces[first].place)
            ++last;
        const std::uint32_t place = pieces[first].place;
        const layout::WaterfallRow &row = m_layout.rows[place - m_layout.rows.front().place];
        paintRunPieces(painter, pieces.subspan(first, last - first), row, topOf(place), rowLook);
        first = last;
    }
}

void WaterfallCanvas::paintSticky(QPainter &painter, const RowLook &rowLook) const
{
    if (m_layout.stickyRows.empty())
        return;
    const style::Theme &theme = style::theme();
    painter.fillRect(QRect(0, 0, viewport()->width(), stickyHeight()), theme.window);
    double top = 0;
    for (const layout::WaterfallRow &row : m_layout.stickyRows) {
        const RowGeometry geometry = geometryOf(row, top, rowLook);
        if (row.entry() == rowLook.selected || row.entry() == rowLook.hovered)
            paintRowBackground(painter, row, geometry.row, rowLook);
        paintNameAndDuration(painter, row, geometry, rowLook);
        paintBar(painter, row, geometry, rowLook);
        top += kRow;
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(0, top, viewport()->width(), 1), theme.line);
}

void WaterfallCanvas::resizeEvent(QResizeEvent *)
{
    updateScrollRange();
    m_state.setTimelineWidth(m_columns.timelineWidth(viewport()->width()));
    relayout();
}

void WaterfallCanvas::scrollContentsBy(int, int)
{
    relayout();
}

void WaterfallCanvas::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    if (!m_state.isEmpty() && !m_state.selected().isValid() && event->reason() != Qt::MouseFocusReason)
        m_state.selectEntry(firstRow(m_state)); // so that the keyboard has somewhere to start
    viewport()->update();
}

void WaterfallCanvas::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void WaterfallCanvas::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        viewport()->update();
}

void WaterfallCanvas::announce(const layout::RowEntry &entry)
{
    const auto place = entry.isValid() ? m_state.order().placeOf(entry) : std::nullopt;
    if (!place.has_value() || !hasFocus())
        return;
    QAccessibleEvent event(this, QAccessible::Focus);
    event.setChild(static_cast<int>(*place));
    QAccessible::updateAccessibility(&event);
}

} // namespace tailspan::waterfall
