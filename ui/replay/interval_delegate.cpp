// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/interval_delegate.h"

#include "models/items/run_comparison_model.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>

namespace tailspan::replay {

using items::RunComparisonModel;

namespace {

constexpr double kPadPx = 8;
constexpr double kTextPx = 124;
constexpr double kMostBarPx = 320;
constexpr double kBarHeightPx = 6;
constexpr double kCutPx = 4;

/// Above 1 is worse for latencies and errors only, so a bar has no colour of its own: the verdict beside it does.
void paintBar(QPainter &painter, const layout::RatioBar &bar, const QRectF &area)
{
    const style::Theme &theme = style::theme();
    const auto x = [&](double px) { return area.left() + px; };
    const double middle = area.center().y();
    painter.fillRect(QRectF(x(bar.shadeLeftPx), area.top() + 3, bar.shadeRightPx - bar.shadeLeftPx, area.height() - 6),
                     theme.line);
    painter.setPen(QPen(theme.muted, 1));
    painter.drawLine(QPointF(x(bar.onePx), area.top() + 3), QPointF(x(bar.onePx), area.bottom() - 3));
    if (bar.leftPx && bar.rightPx) {
        const double width = std::max(*bar.rightPx - *bar.leftPx, 2.0);
        painter.fillRect(QRectF(x(*bar.leftPx), middle - kBarHeightPx / 2, width, kBarHeightPx), theme.quiet);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.quiet);
        const auto arrow = [&](double at, double direction) {
            painter.drawPolygon(QPolygonF{QPointF(at + direction * kCutPx, middle), QPointF(at, middle - kCutPx - 1),
                                          QPointF(at, middle + kCutPx + 1)});
        };
        if (bar.isCutLeft)
            arrow(x(*bar.leftPx), -1);
        if (bar.isCutRight)
            arrow(x(*bar.rightPx), 1);
    }
    if (bar.ratioPx) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.text);
        painter.drawEllipse(QPointF(x(*bar.ratioPx), middle), 3, 3);
    }
}

} // namespace

void IntervalDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter->save();
    paintGround(*painter, option, index);
    painter->setRenderHint(QPainter::Antialiasing);
    QRectF cell = QRectF(option.rect).adjusted(kPadPx, 0, -kPadPx, 0);
    const QRectF text(cell.left(), cell.top(), kTextPx, cell.height());
    painter->setFont(style::tableFont());
    painter->setPen(style::theme().text);
    style::drawTabular(*painter, text, Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
    cell.setLeft(text.right() + kPadPx + kCutPx);
    cell.setRight(std::min(cell.right() - kCutPx, cell.left() + kMostBarPx));
    const auto figures = index.data(RunComparisonModel::FiguresRole).value<layout::RatioFigures>();
    if (cell.width() > 0 && figures.ratio)
        paintBar(*painter,
                 layout::layRatioBar(figures, index.data(RunComparisonModel::ReachRole).toDouble(), cell.width()),
                 cell);
    painter->restore();
}

} // namespace tailspan::replay
