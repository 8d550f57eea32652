// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/figure_row.h"

#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QPainter>

namespace tailspan::replay {

using Tone = widgets::PlainLabel::Tone;

namespace {

constexpr int kHeightPx = 24;
constexpr int kIconPx = 12;

QColor colorOf(Tone tone)
{
    const style::Theme &theme = style::theme();
    switch (tone) {
    case Tone::Muted: return theme.muted;
    case Tone::Bad: return theme.bad;
    case Tone::Warn: return theme.warn;
    case Tone::Good: return theme.good;
    default: return theme.text;
    }
}

} // namespace

FigureRow::FigureRow(const QString &name, QWidget *parent) : QWidget(parent), m_name(name)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FigureRow::setFigure(const QString &figure, Tone tone)
{
    if (figure == m_figure && tone == m_tone)
        return;
    m_figure = figure;
    m_tone = tone;
    setAccessibleName(m_name + QStringLiteral(": ") + figure);
    update();
}

void FigureRow::setName(const QString &name)
{
    m_name = name;
    setAccessibleName(m_name + QStringLiteral(": ") + m_figure);
    update();
}

QSize FigureRow::sizeHint() const
{
    return {160, kHeightPx};
}

QRectF FigureRow::nameArea() const
{
    const double figure = style::tabularWidth(style::headingFont(), m_figure) + (m_tone == Tone::Bad ? kIconPx + 5 : 0);
    return {0, 0, std::max(width() - figure - 10, 20.0), static_cast<double>(height())};
}

void FigureRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(style::uiFont());
    painter.setPen(style::theme().muted);
    const QRectF name = nameArea();
    painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetricsF(painter.font()).elidedText(m_name, Qt::ElideRight, name.width()));
    painter.setFont(m_tone == Tone::Muted ? style::uiFont() : style::headingFont());
    painter.setPen(colorOf(m_tone));
    style::drawTabular(painter, QRectF(rect()), Qt::AlignRight | Qt::AlignVCenter, m_figure);
    if (m_tone == Tone::Bad) { // not by colour alone
        const double left = width() - style::tabularWidth(painter.font(), m_figure) - kIconPx - 5;
        painter.drawPixmap(
            QPointF(left, (height() - kIconPx) / 2.0),
            style::iconPixmap(QStringLiteral("warning"), style::theme().bad, kIconPx, devicePixelRatioF()));
    }
}

bool FigureRow::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const bool isCut = QFontMetricsF(style::uiFont()).horizontalAdvance(m_name) > nameArea().width();
    widgets::showPlainToolTip(static_cast<QHelpEvent *>(event)->globalPos(), isCut ? m_name : QString(), this);
    return true;
}

} // namespace tailspan::replay
