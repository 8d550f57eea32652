// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/waterfall/waterfall_columns.h"
#include "ui/waterfall/waterfall_state.h"

#include <QWidget>

class QToolButton;

namespace tailspan::waterfall {

/// The least distance of two ruler ticks; the grid of the rows uses the same.
inline constexpr double kTickSpacingPx = 96;

/// Column titles, what bars are coloured by, and the ruler. A drag on the ruler shows that range, a double click shows everything, a drag at
/// the right edge of the name column resizes it. The crosshair's time stands here.
/// Thread: GUI. Owner: WaterfallView.
class WaterfallHeader : public QWidget {
    Q_OBJECT
public:
    WaterfallHeader(WaterfallState &state, const WaterfallColumns &columns, QWidget *parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    /// After the width of a column changed.
    void fitColumns();

Q_SIGNALS:
    /// The user drags the edge of the name column there.
    void nameWidthRequested(int widthPx);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    enum class Drag { None, Edge, Range };
    [[nodiscard]] bool isOnEdge(int x) const;
    [[nodiscard]] double timelineX(double x) const;
    void buildColors();
    void showColors();
    void paintRuler(QPainter &painter) const;
    void paintDraggedRange(QPainter &painter) const;
    /// Where the crosshair's time stands; empty when it is not on screen.
    [[nodiscard]] QRectF crosshairBox() const;
    [[nodiscard]] QString crosshairText() const;
    void paintCrosshair(QPainter &painter) const;

    WaterfallState &m_state;
    const WaterfallColumns &m_columns;
    QToolButton *m_colors = nullptr; // what bars are coloured by: legend and menu
    Drag m_drag = Drag::None;
    double m_dragFromPx = 0; // in the timeline
    double m_dragToPx = 0;
};

} // namespace tailspan::waterfall
