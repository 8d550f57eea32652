// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <QAbstractSlider>

namespace tailspan::replay {

class ReplayState;

/// The whole run as a track: how far the head is, which part the lanes show, and the head itself to drag. For screen
/// readers and keys it is a slider.
/// Thread: GUI.
class Scrubber final : public QAbstractSlider {
    Q_OBJECT
public:
    explicit Scrubber(ReplayState &state, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
    /// Where a moment of the run is on the track, in this widget's pixels.
    void paintLoop(QPainter &painter) const;
    [[nodiscard]] double xOf(TimePoint time) const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void showReport();
    void showHead();
    void moveHeadTo(double xPx);
    [[nodiscard]] QRect track() const;
    [[nodiscard]] QString headText() const;

    ReplayState &m_state;
    std::int64_t m_unitNs = 1; // one step of the slider's integer value
};

} // namespace tailspan::replay
