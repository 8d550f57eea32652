// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"

#include <QWidget>

namespace tailspan::advisorpage {

/// Two plans side by side, one below the other where there is little room; nodes that differ are coloured.
/// Thread: GUI.
class PlanView final : public QWidget {
    Q_OBJECT
public:
    PlanView(advisor::PlanPicture plans, QWidget *parent);

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int widthPx) const override;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] bool isSideBySide(int widthPx) const;
    [[nodiscard]] QString lineAt(const QPoint &point) const;
    void paintPlan(QPainter &painter, const QRect &room, const std::vector<advisor::PlanPicture::Line> &lines,
                   const QString &title, const QColor &changed) const;

    advisor::PlanPicture m_plans;
};

} // namespace tailspan::advisorpage
