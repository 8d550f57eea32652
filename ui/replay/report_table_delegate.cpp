// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/report_table_delegate.h"

#include "models/items/table_roles.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAbstractItemView>
#include <QFontMetricsF>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>

namespace tailspan::replay {

using items::CellTone;

namespace {

constexpr int kPadPx = 8;
constexpr int kIconPx = 12;
constexpr int kIconGapPx = 5;

CellTone toneOf(const QModelIndex &index)
{
    return static_cast<CellTone>(index.data(items::ToneRole).toInt());
}

QColor colorOf(CellTone tone)
{
    const style::Theme &theme = style::theme();
    switch (tone) {
    case CellTone::Id:
    case CellTone::Plain: return theme.text;
    case CellTone::Muted: return theme.muted;
    case CellTone::Good: return theme.good;
    case CellTone::Warning: return theme.warn;
    case CellTone::Bad: return theme.bad;
    }
    return theme.text;
}

QString iconOf(CellTone tone)
{
    switch (tone) {
    case CellTone::Good: return QStringLiteral("check");
    case CellTone::Warning: return QStringLiteral("info");
    case CellTone::Bad: return QStringLiteral("error");
    default: return {};
    }
}

bool hasAdvice(const QModelIndex &index)
{
    return !index.data(items::AdviceRole).toString().isEmpty();
}

QRectF adviceRect(const QRect &cell)
{
    return {cell.left() + double(kPadPx), cell.center().y() - kIconPx / 2.0 + 0.5, kIconPx, kIconPx};
}

} // namespace

void ReportTableDelegate::paintGround(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index)
{
    const style::Theme &theme = style::theme();
    if (option.state.testFlag(QStyle::State_Selected))
        painter.fillRect(option.rect, theme.selection);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter.fillRect(option.rect, theme.hover);
    else if (index.row() % 2 == 1)
        painter.fillRect(option.rect, theme.stripe);
    const bool isByKey = option.state.testFlag(QStyle::State_KeyboardFocusChange);
    if (isByKey && option.state.testFlag(QStyle::State_HasFocus)) {
        painter.setPen(QPen(theme.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
}

void ReportTableDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter->save();
    paintGround(*painter, option, index);
    QRectF cell = QRectF(option.rect).adjusted(kPadPx, 0, -kPadPx, 0);
    const CellTone tone = toneOf(index);
    const bool isRight = index.data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight;
    const QFont font = style::tableFont();
    const QString icon = iconOf(tone);
    if (!icon.isEmpty() && !isRight) {
        painter->drawPixmap(QPointF(cell.left(), cell.center().y() - kIconPx / 2.0),
                            style::iconPixmap(icon, colorOf(tone), kIconPx, painter->device()->devicePixelRatioF()));
        cell.setLeft(cell.left() + kIconPx + kIconGapPx);
    }
    if (hasAdvice(index)) {
        const QRectF mark = adviceRect(option.rect);
        painter->drawPixmap(mark.topLeft(),
                            style::iconPixmap(QStringLiteral("advisor"), style::theme().accent, kIconPx,
                                              painter->device()->devicePixelRatioF()));
        cell.setLeft(mark.right() + kIconGapPx);
    }
    const QString text = QFontMetricsF(font).elidedText(index.data().toString(), Qt::ElideRight, cell.width() + 2);
    painter->setFont(font);
    painter->setPen(colorOf(tone));
    if (isRight)
        style::drawTabular(*painter, cell, Qt::AlignRight | Qt::AlignVCenter, text);
    else
        painter->drawText(cell, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
    painter->restore();
}

QSize ReportTableDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const QString text = index.data().toString();
    const double width = std::max(style::tabularWidth(style::tableFont(), text),
                                  QFontMetricsF(style::tableFont()).horizontalAdvance(text));
    const int icon = iconOf(toneOf(index)).isEmpty() && !hasAdvice(index) ? 0 : kIconPx + kIconGapPx;
    return {static_cast<int>(width) + 2 * kPadPx + icon + 4, style::metric::kTableRow};
}

bool ReportTableDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                                    const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip)
        return false;
    const QString advice = index.data(items::AdviceRole).toString();
    const QString full = index.data(items::FullTextRole).toString();
    const QString text = advice.isEmpty() ? full : full + u'\n' + advice;
    const bool hasMore = text != index.data().toString() || sizeHint(option, index).width() > option.rect.width() + 4;
    widgets::showPlainToolTip(event->globalPos(), hasMore ? text : QString(), view);
    return true;
}

bool ReportTableDelegate::editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                                      const QModelIndex &index)
{
    if (event->type() == QEvent::MouseButtonRelease && hasAdvice(index)) {
        const auto *mouse = static_cast<QMouseEvent *>(event);
        if (mouse->button() == Qt::LeftButton
            && adviceRect(option.rect).adjusted(-4, -6, 4, 6).contains(mouse->pos())) {
            Q_EMIT adviceClicked(index, mouse->globalPosition().toPoint());
            return true;
        }
    }
    return QStyledItemDelegate::editorEvent(event, model, option, index);
}

} // namespace tailspan::replay
