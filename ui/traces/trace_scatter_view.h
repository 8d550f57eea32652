// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/trace_scatter.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace tailspan::traces {

/// The listed traces by start and duration: what stands out is seen at once. A click chooses the nearest trace, a drag
/// all inside the box; with Ctrl they are added to what was chosen. Thread: GUI.
class TraceScatterView final : public QWidget {
    Q_OBJECT
public:
    explicit TraceScatterView(QWidget *parent);

    /// Null shows nothing.
    void setTraces(trace::TraceSnapshotPtr snapshot, std::vector<TraceRow> traces);
    void setChosen(std::vector<TraceRow> chosen);
    [[nodiscard]] const layout::TraceScatter &picture() const { return m_scatter; }
    /// Where marks are, inside the widget.
    [[nodiscard]] QRectF plotRect() const;
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 80}; }

Q_SIGNALS:
    void tracesChosen(const std::vector<TraceRow> &traces);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    void relayout();
    void paintAxes(QPainter &painter, const QRectF &plot) const;
    [[nodiscard]] const layout::ScatterMark *markNear(const QPointF &position) const;
    void choose(std::vector<TraceRow> traces, bool isAdded);

    trace::TraceSnapshotPtr m_snapshot;
    std::vector<TraceRow> m_traces;
    std::vector<TraceRow> m_chosen; // ascending
    layout::TraceScatter m_scatter;
    std::optional<QPointF> m_pressed;
    QPointF m_dragged;
};

} // namespace tailspan::traces
