// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/waterfall_layout.h"
#include "ui/waterfall/event_ticks.h"
#include "ui/waterfall/kinetic_pan.h"
#include "ui/waterfall/waterfall_columns.h"
#include "ui/waterfall/waterfall_painter.h"
#include "ui/waterfall/waterfall_state.h"

#include <QAbstractScrollArea>

#include <optional>

namespace tailspan::waterfall {

/// The rows of the waterfall. Only the rows on screen exist: they are laid out when something changes (rows on
/// screen, not spans, decide the cost) and paintEvent replays the layout.
///
/// Mouse: the wheel zooms at the pointer over the timeline and scrolls over the names; with Shift it pans, with Ctrl
/// it zooms anywhere. A drag pans and goes on a little when let go in motion, a click selects, a click on the fold mark folds, with Alt the whole subtree. A run of
/// like siblings folds and opens by a double click or Enter as well.
/// Rows are offered to assistive technology through WaterfallAccessible.
/// Thread: GUI. Owner: WaterfallView.
class WaterfallCanvas : public QAbstractScrollArea {
    Q_OBJECT
public:
    WaterfallCanvas(WaterfallState &state, const WaterfallColumns &columns, QWidget *parent = nullptr);

    [[nodiscard]] WaterfallState &state() const { return m_state; }
    [[nodiscard]] const layout::WaterfallLayout &currentLayout() const { return m_layout; }
    /// Lays out again what the state and the size say now.
    void relayout();
    void ensureVisible(const layout::RowEntry &entry);
    /// Rows that fit, for Page Up and Page Down.
    [[nodiscard]] int rowsPerPage() const;
    /// Where a place is in the viewport, also when it is scrolled out.
    [[nodiscard]] QRect rowRect(std::uint32_t place) const;
    /// The place of the row that is seen there: also one of those that stay at the top while scrolled.
    [[nodiscard]] std::optional<std::uint32_t> placeAt(int viewportY) const;
    [[nodiscard]] EventTicks &events() { return m_events; }
    /// The pointer's x in the timeline, or its middle when the pointer is elsewhere: the pivot of zooming by key.
    [[nodiscard]] double pivotPx() const;

Q_SIGNALS:
    /// Enter or a double click: the user wants the details.
    void activated(SpanRow row);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    [[nodiscard]] RowLook look() const;
    [[nodiscard]] double topOf(std::uint32_t place) const;
    [[nodiscard]] double timelineX(double viewportX) const;
    void updateScrollRange();
    void paintGrid(QPainter &painter) const;
    /// Rows that stay at the top cover so much.
    [[nodiscard]] int stickyHeight() const;
    void paintSticky(QPainter &painter, const RowLook &rowLook) const;
    void paintRuns(QPainter &painter, const RowLook &rowLook) const;
    void pressRow(std::uint32_t place, const QPoint &position, Qt::KeyboardModifiers modifiers);
    void showRowToolTip(const QPoint &position, const QPoint &globalPosition);
    void dragBy(const QPointF &byPx);
    void sayAt(SpanRow span, const QString &text);
    void announce(const layout::RowEntry &entry);

    WaterfallState &m_state;
    const WaterfallColumns &m_columns;
    layout::WaterfallLayout m_layout;
    std::optional<QPoint> m_pressedAt; // over the timeline
    QPoint m_lastDrag;
    bool m_isDragging = false;
    KineticPan m_kinetic;
    EventTicks m_events;
};

} // namespace tailspan::waterfall
