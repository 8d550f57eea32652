// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"

#include <QWidget>

namespace tailspan::advisorpage {

/// An estimate with its interval on a line from 0: what the metric is now and what it would be, or what is saved.
/// Thread: GUI.
class EffectBar final : public QWidget {
    Q_OBJECT
public:
    explicit EffectBar(QWidget *parent = nullptr);

    void setEstimate(const advisor::Estimate &estimate);
    [[nodiscard]] QSize sizeHint() const override { return {320, 52}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 52}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] double xOf(double value) const;
    void paintLabel(QPainter &painter, double x, const QString &text, const QColor &color, const QRectF &taken) const;

    advisor::Estimate m_estimate;
};

} // namespace tailspan::advisorpage
