// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/span_table_delegate.h"

#include "models/items/table_roles.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAbstractItemView>
#include <QFontMetricsF>
#include <QHelpEvent>
#include <QPainter>
#include <QTreeView>

namespace tailspan::analysis {

using namespace Qt::StringLiterals;
using items::CellTone;

namespace {

constexpr int kPadPx = 8;

void paintName(QPainter &painter, const QRectF &cell, const QModelIndex &index, double padPx)
{
    const style::Theme &theme = style::theme();
    const QString service = index.data(items::ServiceNameRole).toString();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.category(index.data(items::ServiceRole).toUInt(), service.toStdString()));
    painter.drawRoundedRect(QRectF(cell.left() + padPx, cell.center().y() - 4, 8, 8), 2, 2);
    const QRectF text = cell.adjusted(padPx + 15, 0, -kPadPx, 0);
    const QFont bold = style::semiBold(style::tableFont());
    const QFontMetricsF boldMetrics(bold);
    painter.setFont(bold);
    painter.setPen(theme.text);
    const QString shown = boldMetrics.elidedText(service, Qt::ElideRight, text.width());
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    const double used = boldMetrics.horizontalAdvance(shown) + 8;
    if (used + 16 > text.width())
        return;
    painter.setFont(style::tableFont());
    painter.setPen(theme.muted);
    const QString operation = index.data(items::OperationNameRole).toString();
    const QRectF rest = text.adjusted(used, 0, 0, 0);
    painter.drawText(rest, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetricsF(style::tableFont()).elidedText(operation, Qt::ElideRight, rest.width()));
}

/// The bar stands under the figure, on the lower edge of the cell: it never makes the figure harder to read.
void paintBar(QPainter &painter, const QRectF &cell, double ratio, bool isChange)
{
    const style::Theme &theme = style::theme();
    const QRectF track = QRectF(cell.left() + kPadPx, cell.bottom() - 5, cell.width() - 2 * kPadPx, 2);
    painter.fillRect(track, theme.grid);
    if (!isChange) {
        const double width = ratio > 0 ? std::max(track.width() * ratio, 1.0) : 0;
        painter.fillRect(QRectF(track.right() - width, track.top(), width, track.height()), theme.accent);
        return;
    }
    const double middle = track.center().x();
    const double width = track.width() / 2 * std::abs(ratio);
    painter.fillRect(QRectF(ratio > 0 ? middle : middle - width, track.top(), width, track.height()),
                     ratio > 0 ? theme.bad : theme.good);
    painter.fillRect(QRectF(middle - 0.5, track.top() - 2, 1, 5), theme.muted);
}

void paintErrorIcon(QPainter &painter, const QRectF &cell, const QString &text)
{
    const double width = style::tabularWidth(style::tableFont(), text);
    const double ratio = painter.device()->devicePixelRatioF();
    painter.drawPixmap(QPointF(cell.right() - kPadPx - width - 16, cell.center().y() - 6),
                       style::iconPixmap(u"error"_s, style::theme().bad, 12, ratio));
}

QColor colorOf(CellTone tone)
{
    const style::Theme &theme = style::theme();
    switch (tone) {
    case CellTone::Muted:
    case CellTone::Id: return theme.muted;
    case CellTone::Warning: return theme.warn;
    case CellTone::Good: return theme.good;
    case CellTone::Bad: return theme.bad;
    case CellTone::Plain: break;
    }
    return theme.text;
}

} // namespace

void paintRowBackground(QPainter &painter, const QStyleOptionViewItem &option, bool isOdd)
{
    const style::Theme &theme = style::theme();
    if (option.state.testFlag(QStyle::State_Selected))
        painter.fillRect(option.rect, theme.selection);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter.fillRect(option.rect, theme.hover);
    else if (isOdd)
        painter.fillRect(option.rect, theme.stripe);
}

void SpanTableDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QRectF cell(option.rect);
    const bool isTree = qobject_cast<const QTreeView *>(option.widget) != nullptr; // which paints whole rows
    painter->save();
    if (!isTree)
        paintRowBackground(*painter, option, index.row() % 2 == 1);
    if (index.data(items::MarkedRole).toBool())
        painter->fillRect(QRectF(cell.left(), cell.top() + 3, 3, cell.height() - 6), style::theme().accent);
    if (index.data(items::ServiceNameRole).isValid()) {
        paintName(*painter, cell, index, isTree ? 2 : kPadPx);
        painter->restore();
        return;
    }
    const QString text = index.data().toString();
    const auto tone = static_cast<CellTone>(index.data(items::ToneRole).toInt());
    if (tone == CellTone::Bad && !text.isEmpty())
        paintErrorIcon(*painter, cell, text);
    const QVariant ratio = index.data(items::BarRatioRole);
    if (ratio.isValid())
        paintBar(*painter, cell, ratio.toDouble(), index.data(items::IsChangeRole).toBool());
    painter->setPen(colorOf(tone));
    painter->setFont(tone == CellTone::Id ? style::monoFont() : style::tableFont());
    const auto alignment = static_cast<Qt::Alignment>(index.data(Qt::TextAlignmentRole).toInt());
    style::drawTabular(*painter, cell.adjusted(kPadPx, 0, -kPadPx, 0), static_cast<int>(alignment), text);
    painter->restore();
}

QSize SpanTableDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const double width = style::tabularWidth(style::tableFont(), index.data().toString());
    return {static_cast<int>(width) + 2 * kPadPx + 16, style::metric::kTableRow};
}

bool SpanTableDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &,
                                  const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip)
        return false;
    widgets::showPlainToolTip(event->globalPos(), index.data(items::FullTextRole).toString(), view);
    return true;
}

} // namespace tailspan::analysis
