// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/activity.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace tailspan::mainwindow {

/// One small curve of the time bar, with the brush on it. Dragging brushes a range; a drag on the brush moves it;
/// a double click or Escape widens to everything. With the keyboard: Left and Right move the brush, with Shift
/// they move its end, Escape clears it. Positions are shares of the full range, 0..1. Thread: GUI.
class Sparkline final : public QWidget {
    Q_OBJECT
public:
    struct Brush {
        double begin = 0;
        double end = 1;
    };
    enum class Hue { Rate, Latency, Errors };

    Sparkline(const QString &label, Hue hue, QWidget *parent = nullptr);

    /// One value a step, absent where nothing was measured; `peak` is the text of the highest one.
    void setValues(std::vector<std::optional<double>> values, const QString &peak);
    void setBrush(std::optional<Brush> brush);
    void setMoment(std::optional<double> position);
    /// Alerts that fired, and marks, as parts of the range.
    void setOverlays(std::vector<Brush> bands, std::vector<double> marks);
    [[nodiscard]] bool isBrushing() const { return m_pressedAt.has_value(); } ///< A drag is under way.
    [[nodiscard]] QSize sizeHint() const override { return {240, 36}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, 36}; }

Q_SIGNALS:
    void brushed(double begin, double end);
    void brushCleared();
    /// The pointer stands here; a negative position when it left.
    void hovered(double position);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    [[nodiscard]] QRectF plotRect() const;
    [[nodiscard]] double positionAt(double x) const;
    [[nodiscard]] QColor hue() const;
    void paintCurve(QPainter &painter) const;
    void paintBrush(QPainter &painter) const;
    void paintOverlays(QPainter &painter) const;

    QString m_label;
    QString m_peak;
    Hue m_hue;
    std::vector<std::optional<double>> m_values;
    std::optional<Brush> m_brush;
    std::optional<double> m_moment;
    std::vector<Brush> m_bands;
    std::vector<double> m_marks;
    std::optional<double> m_pressedAt;
    std::optional<Brush> m_moving; ///< The brush as it was when the drag that moves it began.
};

} // namespace tailspan::mainwindow
