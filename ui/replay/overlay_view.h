// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/run_overlay.h"

#include <QWidget>

#include <optional>

namespace tailspan::replay {

/// Users, requests a second and p95 of both sides of a comparison over each other, on the clock of their stages. The
/// baseline is dashed, the later side is drawn through. The pointer, or the arrow keys, read a moment. Thread: GUI.
class OverlayView final : public QWidget {
    Q_OBJECT
public:
    explicit OverlayView(QWidget *parent = nullptr);

    void setOverlay(layout::RunOverlay overlay);
    [[nodiscard]] const layout::RunOverlayPicture &picture() const { return m_picture; }
    /// "12.5 s: before 40 users, 282/s, p95 91.1 ms; after ..."; "" where no moment is read.
    [[nodiscard]] QString reading() const;
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 230}; }

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void lay();
    void readAt(std::optional<double> xPx);
    [[nodiscard]] QRectF plotAt(std::size_t index) const;
    [[nodiscard]] double topPx() const;
    void paintLegend(QPainter &painter) const;
    void paintStages(QPainter &painter) const;
    void paintPlot(QPainter &painter, std::size_t index) const;

    layout::RunOverlay m_overlay;
    layout::RunOverlayPicture m_picture;
    std::optional<double> m_readPx; // in the plot
};

} // namespace tailspan::replay
