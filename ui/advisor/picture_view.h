// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/finding_picture.h"

#include <QWidget>

namespace tailspan::advisorpage {

/// Two plans, the calls of one trace today and with the fix, or curves with the values under the pointer: laid out when
/// it is resized, as high as that takes. Thread: GUI.
class PictureView final : public QWidget {
    Q_OBJECT
public:
    /// `name`: "planView", for those who look for it.
    PictureView(advisor::Picture picture, const QString &name, QWidget *parent);

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int widthPx) const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 40}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] layout::FindingPicture laidFor(int widthPx) const;
    void paintReading(QPainter &painter) const;

    advisor::Picture m_picture;
    layout::FindingPicture m_laid;
    double m_hoverPx = -1;
};

/// Draws any of a finding's pictures; null for none.
[[nodiscard]] QWidget *makePictureView(const advisor::Picture &picture, QWidget *parent);

} // namespace tailspan::advisorpage
