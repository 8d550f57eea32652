// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/plain_label.h"

#include <QWidget>

namespace tailspan::replay {

/// One line of the numbers: what it is on the left, how much on the right, figures of equal width so that nothing
/// moves while the run plays.
/// Thread: GUI.
class FigureRow final : public QWidget {
    Q_OBJECT
public:
    explicit FigureRow(const QString &name, QWidget *parent = nullptr);

    void setFigure(const QString &figure, widgets::PlainLabel::Tone tone = widgets::PlainLabel::Tone::Text);
    void setName(const QString &name);
    [[nodiscard]] QString name() const { return m_name; }
    [[nodiscard]] QString figure() const { return m_figure; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] QRectF nameArea() const;

    QString m_name;
    QString m_figure;
    widgets::PlainLabel::Tone m_tone = widgets::PlainLabel::Tone::Text;
};

} // namespace tailspan::replay
