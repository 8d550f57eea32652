// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace tailspan::replay {

class Lane;
class LanesView;
struct LaneLabel;

/// What stands over the plot: stages, names of the lanes and of their lines, time labels, and the crosshair. It is
/// a widget of its own so that a moving crosshair never draws a lane again.
/// Thread: GUI. Owner: the lanes view; it takes no input.
class LanesOverlay final : public QWidget {
    Q_OBJECT
public:
    explicit LanesOverlay(LanesView &view);

    /// Repaints only the strips where the crosshair was and is.
    void moveCrosshair();
    void setFocusShown(bool isShown);
    [[nodiscard]] bool isElided(const LaneLabel &label) const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintStages(QPainter &painter) const;
    void paintBeside(QPainter &painter, const Lane &lane, bool hasData) const;
    void paintInside(QPainter &painter, const Lane &lane, const QString &missing) const;
    void paintWarmUp(QPainter &painter) const;
    void paintTitle(QPainter &painter, const Lane &lane) const;
    void paintAxis(QPainter &painter, const Lane &lane) const;
    void paintLabels(QPainter &painter, const Lane &lane) const;
    void paintNotes(QPainter &painter, const Lane &lane) const;
    void paintTimes(QPainter &painter) const;
    void paintCrosshair(QPainter &painter) const;
    [[nodiscard]] QRect laneRect(const Lane &lane) const;
    [[nodiscard]] QRect stripAt(double xPx) const;

    LanesView &m_view;
    double m_headPx = -1e6;
    double m_hoverPx = -1e6;
    bool m_isFocusShown = false;
};

} // namespace tailspan::replay
