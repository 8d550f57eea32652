// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/layout/plot_axis.h"

#include <QPolygonF>
#include <QWidget>

namespace tailspan::advisorpage {

/// Curves over one axis with level lines and the chosen place: replicas replayed, hit ratio by TTL, memory and its
/// trend. Laid out when it is resized. Thread: GUI.
class CurveView final : public QWidget {
    Q_OBJECT
public:
    CurveView(advisor::CurvePicture picture, QWidget *parent);

    [[nodiscard]] QSize sizeHint() const override { return {480, 190}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {260, 150}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void lay();
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] QString xText(double value) const;
    [[nodiscard]] QString yText(double value) const;
    void paintAxes(QPainter &painter) const;
    void paintCurves(QPainter &painter) const;
    void paintLegend(QPainter &painter) const;
    void paintReading(QPainter &painter) const;

    advisor::CurvePicture m_picture;
    layout::PlotAxis m_x;
    layout::PlotAxis m_y;
    std::vector<std::vector<QPolygonF>> m_lines; ///< By curve: its stretches between gaps.
    double m_hoverPx = -1;
};

} // namespace tailspan::advisorpage
