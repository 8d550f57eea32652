// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/trend_picture.h"

#include <QWidget>

#include <optional>

namespace tailspan::replay {

/// Latency, throughput and errors of many runs, a point a run, below each other: change points as lines with what
/// changed, the median of each stretch between them. The pointer reads a run, a click or Enter opens it, the arrow keys
/// go from run to run. Thread: GUI.
class TrendPlots final : public QWidget {
    Q_OBJECT
public:
    explicit TrendPlots(QWidget *parent = nullptr);

    void setTrend(loadtest::Trend trend);
    void setSpacing(layout::TrendSpacing spacing);
    /// The run that is open, with a ring around its points.
    void setOpenRun(std::optional<std::size_t> run);
    /// The run that the table is on.
    void setCurrentRun(std::optional<std::size_t> run);
    [[nodiscard]] std::optional<std::size_t> currentRun() const { return m_current; }
    [[nodiscard]] const layout::TrendPicture &picture() const { return m_picture; }
    /// "run-12.csv, 2026-11-12 02:00: p50 64 ms, p95 91 ms, p99 107 ms, 282/s, errors 1.7 %"; "" where none is read.
    [[nodiscard]] QString reading() const;
    /// Where a run stands on the widget, in the plot of latencies.
    [[nodiscard]] QPointF placeOf(std::size_t run) const;
    [[nodiscard]] QSize minimumSizeHint() const override { return {360, 260}; }

Q_SIGNALS:
    void runPointed(std::size_t run); ///< By pointer or key.
    void runActivated(std::size_t run);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void lay();
    [[nodiscard]] QRectF plotAt(std::size_t part) const;
    [[nodiscard]] std::optional<std::size_t> runUnder(QPointF place) const;
    [[nodiscard]] std::optional<std::size_t> readRun() const { return m_hovered ? m_hovered : m_current; }
    void paintPart(QPainter &painter, std::size_t part) const;
    void paintMarks(QPainter &painter, const layout::TrendPlot &one, const QRectF &plot) const;
    void paintCurve(QPainter &painter, const layout::TrendCurve &curve, const QRectF &plot) const;

    loadtest::Trend m_trend;
    layout::TrendSpacing m_spacing = layout::TrendSpacing::Even;
    layout::TrendPicture m_picture;
    std::optional<std::size_t> m_open;
    std::optional<std::size_t> m_current;
    std::optional<std::size_t> m_hovered;
};

} // namespace tailspan::replay
