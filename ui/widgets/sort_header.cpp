// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/sort_header.h"

#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"

#include <QFontMetricsF>
#include <QPainter>

namespace tailspan::widgets {

namespace {

constexpr int kPadPx = 8;
constexpr int kArrowPx = 12;

} // namespace

SortHeader::SortHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsClickable(true);
    setSortIndicatorShown(true);
    setHighlightSections(false);
}

QSize SortHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(), style::metric::kTableRow};
}

void SortHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    const style::Theme &theme = style::theme();
    const bool isSorted = sortIndicatorSection() == section;
    painter->save();
    painter->fillRect(rect, theme.panel);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.line);
    const QFont font = style::semiBold(style::smallFont());
    painter->setFont(font);
    painter->setPen(isSorted ? theme.text : theme.muted);
    const auto alignment = model()->headerData(section, orientation(), Qt::TextAlignmentRole).value<Qt::Alignment>();
    const QString title = model()->headerData(section, orientation(), Qt::DisplayRole).toString();
    const QRectF cell = QRectF(rect).adjusted(kPadPx, 0, -kPadPx, 0);
    painter->drawText(cell, static_cast<int>(alignment | Qt::AlignVCenter) | Qt::TextSingleLine, title);
    if (isSorted) {
        const double width = QFontMetricsF(font).horizontalAdvance(title);
        const bool isRight = alignment.testFlag(Qt::AlignRight);
        const double x = isRight ? cell.right() - width - kArrowPx - 2 : cell.left() + width + 2;
        const QString icon = sortIndicatorOrder() == Qt::AscendingOrder ? QStringLiteral("chevron-up")
                                                                        : QStringLiteral("chevron-down");
        painter->drawPixmap(QPointF(x, cell.center().y() - kArrowPx / 2.0),
                            style::iconPixmap(icon, theme.text, kArrowPx, devicePixelRatioF()));
    }
    painter->restore();
}

} // namespace tailspan::widgets
