// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/shift_picture.h"

#include <QWidget>

#include <vector>

namespace tailspan::replay {

/// How much slower each percentile got, with its band; the pointer, or the arrow keys, read a percentile. Thread: GUI.
class ShiftView final : public QWidget {
    Q_OBJECT
public:
    explicit ShiftView(QWidget *parent = nullptr);

    /// `why`: what to say where there is none.
    void setShift(std::vector<loadtest::PercentileShift> shift, const QString &why);
    [[nodiscard]] const layout::ShiftPicture &picture() const { return m_picture; }
    /// "p95: 21 ms before, 30 ms after, +8.7 ms (+7.1 ms to +9.9 ms)"; of the pointer's percentile, else of p95.
    [[nodiscard]] QString reading() const;
    [[nodiscard]] QSize minimumSizeHint() const override { return {260, 150}; }

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void lay();

    std::vector<loadtest::PercentileShift> m_shift;
    QString m_why;
    layout::ShiftPicture m_picture;
    double m_hoverPx = -1; // in the plot; below 0 without a pointer
};

} // namespace tailspan::replay
