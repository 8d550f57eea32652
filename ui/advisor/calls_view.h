// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"

#include <QWidget>

namespace tailspan::advisorpage {

/// The calls of one trace as bars on one axis: today's above, those with the fix below. Many calls of one kind are one
/// bar with their number. Thread: GUI.
class CallsView final : public QWidget {
    Q_OBJECT
public:
    CallsView(advisor::CallsPicture calls, QWidget *parent);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    using Bars = std::vector<advisor::CallsPicture::Bar>;
    [[nodiscard]] std::size_t shown(const Bars &bars) const;
    int paintBars(QPainter &painter, int top, const Bars &bars, const QString &title, const QColor &color) const;

    advisor::CallsPicture m_calls;
    std::int64_t m_endNs = 1;
};

} // namespace tailspan::advisorpage
