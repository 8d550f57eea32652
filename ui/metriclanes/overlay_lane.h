// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/metric_lane.h"
#include "ui/metriclanes/lane_axis.h"

#include <QWidget>

#include <vector>

namespace tailspan::metriclanes {

/// The alerts that fired, as bands with their names, and the marks with theirs, over the lanes; and the time axis at the
/// foot. Two widgets of one look. Hidden alerts are counted. Thread: GUI.
class OverlayLane final : public QWidget {
    Q_OBJECT
public:
    explicit OverlayLane(LaneAxis &axis, QWidget *parent = nullptr);
    [[nodiscard]] const layout::OverlayPicture &picture() const { return m_picture; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    void lay();
    void paintBands(QPainter &painter) const;
    void paintMarks(QPainter &painter) const;
    [[nodiscard]] int marksTop() const;
    [[nodiscard]] QString textAt(QPoint at) const;

    LaneAxis &m_axis;
    std::vector<metric::AlertBand> m_bands; ///< The picture points into these.
    std::vector<metric::TimeMark> m_marks;
    layout::OverlayPicture m_picture;
};

/// Clock times under the lanes, in the zone of the settings, and the moment of the crosshair.
class LaneTimes final : public QWidget {
    Q_OBJECT
public:
    explicit LaneTimes(LaneAxis &axis, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    LaneAxis &m_axis;
};

} // namespace tailspan::metriclanes
