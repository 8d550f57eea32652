// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/replay_picture.h"

#include <qcustomplot.h>

#include <vector>

namespace tailspan::replay {

/// The latency histogram of each step as a column of cells; the more requests, the lighter the cell, on a
/// logarithmic scale, because a single slow request has to be visible beside thousands of fast ones.
/// Thread: GUI. Owner: the plot.
class HeatCells final : public QCPAbstractItem {
    Q_OBJECT
public:
    HeatCells(QCustomPlot &plot, QCPAxisRect &rect);

    void setPicture(const layout::ReplayPicture &picture);
    double selectTest(const QPointF &, bool, QVariant *) const override { return -1; }

protected:
    void draw(QCPPainter *painter) override;

private:
    void drawColumn(QCPPainter &painter, std::size_t step, double leftPx, double rightPx);
    void mixColors();
    [[nodiscard]] const QColor &colorOf(std::uint32_t count) const;

    QCPAxisRect *m_rect = nullptr;
    TimePoint m_origin;
    std::vector<TimeRange> m_steps;
    std::vector<std::uint32_t> m_heat;
    layout::HeatRows m_rows;
    std::uint32_t m_mostHeat = 0;
    // Of the draw in progress:
    std::vector<int> m_rowEdgesPx;
    std::vector<QColor> m_colors;
    double m_countScale = 1;
};

} // namespace tailspan::replay
