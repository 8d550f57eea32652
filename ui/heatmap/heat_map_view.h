// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/heat_source.h"
#include "models/layout/heat_layout.h"
#include "ui/style/heat_colors.h"

#include <QImage>
#include <QPixmap>
#include <QWidget>

#include <optional>
#include <string>
#include <vector>

namespace tailspan::heatmap {

/// A stretch of time drawn along the upper edge: an alert that fired.
struct HeatBand {
    TimeRange range;
    QString name;
    bool isOver = true;
};

/// How a map is drawn.
struct HeatLook {
    layout::HeatScale scale = layout::HeatScale::Log;
    style::HeatPalette palette = style::HeatPalette::Cividis;
    bool hasLines = true;
    bool hasOutlines = true;
    friend bool operator==(const HeatLook &, const HeatLook &) = default;
};

/// The map itself: time to the right, latency upwards, counts as colours; the brushed box and the crosshair on it. What
/// is shown stays, stretched, while a map of another range is being made.
///
/// The wheel zooms at the pointer, with Shift it pans; a drag makes a box of whole cells, on the box it moves it and on
/// its edges resizes it; a click beside it clears it. By keyboard: arrows move the box, with Shift they resize it,
/// Escape clears it. Thread: GUI.
class HeatMapView final : public QWidget {
    Q_OBJECT
public:
    explicit HeatMapView(QWidget *parent = nullptr);

    /// Null shows nothing.
    void setMap(workspace::HeatMapPtr map, layout::HeatPicture picture);
    void setLook(const HeatLook &look);
    /// What can be shown, and what is.
    void setTime(TimeRange bounds, TimeRange shown);
    void setMoment(std::optional<TimePoint> moment);
    void setBands(std::vector<HeatBand> bands);
    void setBox(std::optional<layout::HeatBox> box);
    /// Spans or requests: "2,914 spans".
    void setNoun(const char *one, const char *many);
    /// In place of the map, or over a map that is out of date.
    void setNotice(const QString &text);

    [[nodiscard]] const workspace::HeatMapPtr &map() const { return m_map; }
    [[nodiscard]] const layout::HeatPicture &picture() const { return m_picture; }
    [[nodiscard]] const layout::TimeScale &time() const { return m_time; }
    [[nodiscard]] const layout::LatencyAxis &axis() const { return m_axis; }
    [[nodiscard]] const std::optional<layout::HeatBox> &box() const { return m_box; }
    [[nodiscard]] QRectF plotRect() const;
    /// What is under a point of the widget, in words; empty where there is no cell.
    [[nodiscard]] QString textAt(const QPointF &position) const;
    /// "2,914 spans, 14:10:58 – 14:14:06, 566 ms – 4 s".
    [[nodiscard]] QString boxText() const;
    /// The map as a picture of its own, for files.
    [[nodiscard]] QImage rendered(double scale);
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 160}; }

    /// A factor above 1 zooms in; around the crosshair, or the middle.
    void zoom(double factor);
    void pan(double share);
    void clearBox();

Q_SIGNALS:
    void shownChanged(tailspan::TimeRange shown); ///< By the user.
    void boxEdited();                             ///< By the user; a drag is over.
    void hovered(std::optional<tailspan::TimePoint> moment);
    void activated(); ///< Enter, or a double click on the box.
    void resized();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    /// What a drag does with the box.
    enum Grip : unsigned { kNone = 0, kLeft = 1, kRight = 2, kTop = 4, kBottom = 8, kInside = 16, kNew = 32 };
    struct Drag {
        unsigned grip = kNone;
        QPointF from;
        layout::HeatCells cells; ///< Of the box when it began.
    };

    void repaintLayer();
    void rebuildImage();
    void setTimeScale(const layout::TimeScale &time);
    void paintLayer();
    void paintCells(QPainter &painter, const QRectF &plot) const;
    void paintOutlines(QPainter &painter, const QRectF &plot) const;
    void paintLines(QPainter &painter, const QRectF &plot) const;
    void paintAxes(QPainter &painter, const QRectF &plot) const;
    void paintBands(QPainter &painter, const QRectF &plot) const;
    void paintBox(QPainter &painter, const QRectF &plot) const;
    void paintNotice(QPainter &painter, const QRectF &plot) const;
    [[nodiscard]] QRectF boxRect() const;
    [[nodiscard]] double columnX(const QRectF &plot, double column) const;
    [[nodiscard]] unsigned gripAt(const QPointF &position) const;
    void showCursor(unsigned grip);
    void dragTo(const QPointF &position);
    void moveBox(const layout::HeatCells &cells, int columns, int rows);
    void resizeBox(int columns, int rows);
    void keyBox(int columns, int rows, bool isResize);
    [[nodiscard]] layout::HeatCells cellsOfBox() const;
    void takeCells(const layout::HeatCells &cells);

    workspace::HeatMapPtr m_map;
    layout::HeatPicture m_picture;
    layout::TimeScale m_time;
    layout::LatencyAxis m_axis;
    bool m_hasAxis = false;
    HeatLook m_look;
    QImage m_image;  // the cells, a pixel each
    QPixmap m_layer; // everything but crosshair and box; null: to be painted
    std::vector<HeatBand> m_bands;
    std::optional<layout::HeatBox> m_box;
    std::optional<TimePoint> m_moment;
    std::optional<Drag> m_drag;
    std::optional<QPointF> m_pointer;
    QString m_notice;
    const char *m_one = "span";
    const char *m_many = "spans";
};

} // namespace tailspan::heatmap
