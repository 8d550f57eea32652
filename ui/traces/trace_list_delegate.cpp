// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_list_delegate.h"

#include "models/items/trace_list_model.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAbstractItemView>
#include <QFontMetricsF>
#include <QHelpEvent>
#include <QPainter>

namespace tailspan::traces {

using namespace Qt::StringLiterals;
using items::TraceListModel;

namespace {

constexpr int kPadPx = 8;

void paintRoot(QPainter &painter, const QRectF &cell, const QModelIndex &index)
{
    const style::Theme &theme = style::theme();
    const QString service = index.data(TraceListModel::ServiceNameRole).toString();
    const QByteArray name = service.toUtf8();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.category(index.data(TraceListModel::ServiceRole).toUInt(), name.toStdString()));
    painter.drawRoundedRect(QRectF(cell.left() + kPadPx, cell.center().y() - 4, 8, 8), 2, 2);
    const QRectF text = cell.adjusted(kPadPx + 15, 0, -kPadPx, 0);
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
    const QString operation = index.data(TraceListModel::OperationNameRole).toString();
    const QRectF rest = text.adjusted(used, 0, 0, 0);
    painter.drawText(rest, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetricsF(style::tableFont()).elidedText(operation, Qt::ElideRight, rest.width()));
}

/// The bar stands under the figure, on the lower edge of the cell: it never makes the figure harder to read.
void paintDurationBar(QPainter &painter, const QRectF &cell, double ratio)
{
    const style::Theme &theme = style::theme();
    const QRectF track = QRectF(cell.left() + kPadPx, cell.bottom() - 5, cell.width() - 2 * kPadPx, 2);
    painter.fillRect(track, theme.grid);
    painter.fillRect(QRectF(track.right() - std::max(track.width() * ratio, 1.0), track.top(),
                            std::max(track.width() * ratio, 1.0), track.height()),
                     theme.accent);
}

void paintErrorIcon(QPainter &painter, const QRectF &cell, const QString &text)
{
    const double width = style::tabularWidth(style::tableFont(), text);
    const double ratio = painter.device()->devicePixelRatioF();
    painter.drawPixmap(QPointF(cell.right() - kPadPx - width - 16, cell.center().y() - 6),
                       style::iconPixmap(u"error"_s, style::theme().bad, 12, ratio));
}

} // namespace

void TraceListDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const style::Theme &theme = style::theme();
    const QRectF cell(option.rect);
    painter->save();
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(cell, theme.selection);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(cell, theme.hover);
    else if (index.row() % 2 == 1)
        painter->fillRect(cell, theme.stripe);
    if (index.column() == TraceListModel::RootColumn) {
        paintRoot(*painter, cell, index);
        painter->restore();
        return;
    }
    const QString text = index.data().toString();
    const bool isId = index.column() == TraceListModel::TraceIdColumn;
    QColor color = isId ? theme.muted : theme.text;
    if (index.column() == TraceListModel::ErrorsColumn && !text.isEmpty()) {
        color = theme.bad;
        paintErrorIcon(*painter, cell, text);
    }
    if (index.column() == TraceListModel::RepairsColumn)
        color = theme.warn;
    if (index.column() == TraceListModel::DurationColumn)
        paintDurationBar(*painter, cell, index.data(TraceListModel::BarRatioRole).toDouble());
    painter->setPen(color);
    painter->setFont(isId ? style::monoFont() : style::tableFont());
    const auto alignment = static_cast<Qt::Alignment>(index.data(Qt::TextAlignmentRole).toInt());
    style::drawTabular(*painter, cell.adjusted(kPadPx, 0, -kPadPx, 0), static_cast<int>(alignment), text);
    painter->restore();
}

QSize TraceListDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const double width = style::tabularWidth(style::tableFont(), index.data().toString());
    return {static_cast<int>(width) + 2 * kPadPx + 16, style::metric::kTableRow};
}

bool TraceListDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &,
                                  const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip)
        return false;
    widgets::showPlainToolTip(event->globalPos(), index.data(TraceListModel::FullTextRole).toString(), view);
    return true;
}

} // namespace tailspan::traces
