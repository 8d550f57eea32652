// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/minimap_layout.h"
#include "ui/waterfall/waterfall_state.h"

#include <QPixmap>
#include <QWidget>

#include <vector>

namespace tailspan::waterfall {

/// The whole trace in one strip, and the part that is shown as a window on it. Dragging the window moves it, its
/// edges resize it, a drag elsewhere shows that range, a double click shows everything.
/// Thread: GUI. Owner: WaterfallView, which has the strip laid out on a worker and hands it in.
class MinimapWidget : public QWidget {
    Q_OBJECT
public:
    static constexpr int kLanePitchPx = 3;

    explicit MinimapWidget(WaterfallState &state, QWidget *parent = nullptr);

    void setStrip(layout::MinimapLayout strip);
    [[nodiscard]] const layout::MinimapLayout &strip() const { return m_strip; }
    /// What a strip for this widget should measure.
    [[nodiscard]] int stripWidth() const;
    [[nodiscard]] static std::uint16_t stripLanes();
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    /// The size changed: the strip must be laid out again.
    void stripOutdated();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;

private:
    enum class Grip { None, Left, Right, Window, New };
    [[nodiscard]] layout::TimeScale wholeScale() const;
    [[nodiscard]] QRectF windowRect() const;
    [[nodiscard]] Grip gripAt(double x) const;
    [[nodiscard]] TimeRange draggedRange(double x) const;
    void paintStrip();
    void placeHits();

    WaterfallState &m_state;
    layout::MinimapLayout m_strip;
    std::vector<int> m_hitColumns; // pixels of the strip in which a hit starts
    QPixmap m_picture;             // the strip, painted once for size, scale and theme
    Grip m_grip = Grip::None;
    double m_pressedAtPx = 0;
    double m_draggedToPx = 0;
    TimeRange m_windowAtPress;
};

} // namespace tailspan::waterfall
