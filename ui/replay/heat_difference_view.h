// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/run_heat.h"
#include "models/layout/shift_picture.h"

#include <QImage>
#include <QWidget>

#include <optional>

namespace tailspan::replay {

/// Where the latencies of the later side differ from the baseline's: cells of time since the start by latency, orange
/// for a larger share of the requests, blue for a smaller one, grey where it may be chance. The pointer, or the arrow
/// keys, read a cell with the counts of both. Thread: GUI.
class HeatDifferenceView final : public QWidget {
    Q_OBJECT
public:
    explicit HeatDifferenceView(QWidget *parent = nullptr);

    void setHeat(layout::RunHeat heat);
    [[nodiscard]] const layout::RunHeat &heat() const { return m_heat; }
    /// "8 s to 9 s, 84 ms - 100 ms: 120 of 2,818 before (4.3 %), ..."; "" where no cell is read.
    [[nodiscard]] QString reading() const;
    /// The middle of a cell on the widget.
    [[nodiscard]] QPointF placeOf(std::uint32_t column, std::uint32_t row) const;
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 200}; }

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void lay();
    void makeImage();
    void read(std::optional<layout::HeatCells> cell);
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] layout::LatencyAxis axis() const;
    [[nodiscard]] layout::TimeScale scale() const;
    void paintLegend(QPainter &painter) const;
    void paintCells(QPainter &painter, const QRectF &plot) const;
    void paintCursor(QPainter &painter, const QRectF &plot) const;

    layout::RunHeat m_heat;
    QImage m_image;
    std::vector<layout::PlotTick> m_latencyTicks;
    std::vector<layout::PlotTick> m_timeTicks;
    std::optional<layout::HeatCells> m_cell;
};

} // namespace tailspan::replay
