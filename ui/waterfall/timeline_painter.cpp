// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/waterfall/span_badges.h"
#include "ui/waterfall/waterfall_painter.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

namespace tailspan::waterfall {

using namespace Qt::StringLiterals;

namespace {

constexpr double kNotchPx = 7;
constexpr double kIconPx = 12;
constexpr double kBadgeGapPx = 5;

/// A triangle in the upper right corner: the span failed. On a very short bar it is the whole width.
void paintNotch(QPainter &painter, const QRectF &bar)
{
    const double size = std::min({kNotchPx, bar.width(), bar.height()});
    QPainterPath corner;
    corner.moveTo(bar.right() - size, bar.top());
    corner.lineTo(bar.right(), bar.top());
    corner.lineTo(bar.right(), bar.top() + size);
    corner.closeSubpath();
    painter.setPen(QPen(style::theme().panel, 1));
    painter.setBrush(style::theme().bad);
    painter.drawPath(corner);
}

/// An arrow at the edge beyond which the bar lies.
void paintOffScreen(QPainter &painter, const layout::WaterfallRow &row, const QRectF &rect, const RowLook &look)
{
    const bool isBefore = row.bar.place == layout::BarPlace::Before;
    const double x = isBefore ? look.columns.timelineLeft() + 1
                              : look.columns.timelineLeft() + look.columns.timelineWidth(look.widthPx) - 1;
    const double way = isBefore ? 4 : -4;
    const double y = rect.center().y();
    painter.setPen(QPen(style::theme().muted, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(QPolygonF({{x + way, y - 4}, {x, y}, {x + way, y + 4}}));
}

/// Badges go behind the bar; where there is no room, in front of it; else inside, at its right end.
double sideTextLeft(const QRectF &bar, double width, const RowLook &look)
{
    const double leftEdge = look.columns.timelineLeft();
    const double rightEdge = leftEdge + look.columns.timelineWidth(look.widthPx) + WaterfallColumns::kRightPadPx - 4;
    if (bar.right() + kBadgeGapPx + width <= rightEdge)
        return bar.right() + kBadgeGapPx;
    if (bar.left() - kBadgeGapPx - width >= leftEdge)
        return bar.left() - kBadgeGapPx - width;
    return rightEdge - width;
}

/// What a run does, beside its bar: "one after another, 2 failed".
void paintRunWords(QPainter &painter, const layout::WaterfallRow &row, const QRectF &bar, const RowLook &look)
{
    const style::Theme &theme = style::theme();
    const bool hasErrors = row.isFolded && row.hiddenErrors > 0;
    QString words = runWay(row.isSideBySide);
    if (hasErrors)
        words += u", "_s + items::toQString(countText(row.hiddenErrors)) + u" failed"_s;
    const QFont font = style::smallFont();
    const double width = QFontMetricsF(font).horizontalAdvance(words) + 2;
    const double iconWidth = hasErrors ? kIconPx + kBadgeGapPx : 0;
    double x = sideTextLeft(bar, width + iconWidth, look);
    if (x > bar.left() && x < bar.right())
        return; // no room beside it, and on the pieces it could not be read: the tool tip says it
    const double middle = bar.center().y();
    if (hasErrors) {
        const double ratio = painter.device()->devicePixelRatioF();
        painter.drawPixmap(QPointF(x, middle - kIconPx / 2),
                           style::iconPixmap(u"error"_s, theme.bad, static_cast<int>(kIconPx), ratio));
        x += iconWidth;
    }
    painter.setFont(font);
    painter.setPen(theme.muted);
    painter.drawText(QRectF(x, middle - 8, width, 16), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, words);
}

void paintSideMarks(QPainter &painter, const layout::WaterfallRow &row, const QRectF &bar, const RowLook &look)
{
    const style::Theme &theme = style::theme();
    if (row.isRun)
        return paintRunWords(painter, row, bar, look);
    if (!row.isError && row.marks == 0)
        return; // most rows: nothing stands beside their bar
    const QString badge = badgesOf(row.marks).join(u" \u00b7 "_s);
    const QFont font = style::smallFont();
    const double badgeWidth = badge.isEmpty() ? 0 : QFontMetricsF(font).horizontalAdvance(badge) + 10;
    const double iconWidth = row.isError ? kIconPx + (badge.isEmpty() ? 0 : kBadgeGapPx) : 0;
    if (badgeWidth + iconWidth <= 0)
        return;
    double x = sideTextLeft(bar, badgeWidth + iconWidth, look);
    const double middle = bar.center().y();
    if (row.isError) {
        const double ratio = painter.device()->devicePixelRatioF();
        painter.drawPixmap(QPointF(x, middle - kIconPx / 2),
                           style::iconPixmap(u"error"_s, theme.bad, static_cast<int>(kIconPx), ratio));
        x += iconWidth;
    }
    if (badge.isEmpty())
        return;
    const QRectF box(x, middle - 8, badgeWidth, 16);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.tint(theme.warn));
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(theme.onTint(theme.warn));
    painter.setFont(font);
    painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, badge);
}

} // namespace

void paintBar(QPainter &painter, const layout::WaterfallRow &row, const RowGeometry &geometry, const RowLook &look)
{
    const style::Theme &theme = style::theme();
    painter.setRenderHint(QPainter::Antialiasing, true);
    if (row.bar.place != layout::BarPlace::OnScreen) {
        paintOffScreen(painter, row, geometry.row, look);
        const double edge = row.bar.place == layout::BarPlace::Before
            ? look.columns.timelineLeft() + 4
            : look.columns.timelineLeft() + look.columns.timelineWidth(look.widthPx) - 4;
        paintSideMarks(painter, row, {edge, geometry.row.top() + 5, 4, 11}, look);
        return;
    }
    const QRectF bar = geometry.bar;
    if (row.isEvent())
        return painter.fillRect(QRectF(std::floor(bar.left()), bar.top(), 2, bar.height()), theme.text);
    const QColor color = barColor(look.colorBy, row, *look.snapshot, look.ranks);
    const double radius = row.bar.isPoint || row.bar.isThin ? 0 : std::min(2.0, bar.width() / 3);
    painter.setPen(row.isRun ? QPen(color, 1) : QPen(Qt::NoPen));
    painter.setBrush(row.isRun ? theme.fill(color) : color); // of a run, its pieces are drawn into the frame
    painter.drawRoundedRect(row.isRun ? bar.adjusted(0.5, 0.5, -0.5, -0.5) : bar, radius, radius);
    const trace::SpanTable &spans = look.snapshot->spans();
    const bool isLit = look.hovered.isValid() && spans.operation[look.hovered.span.value()] == row.operation
        && spans.service[look.hovered.span.value()] == row.service;
    if (isLit) {
        painter.setPen(QPen(theme.text, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(bar.adjusted(-1.25, -1.25, 1.25, 1.25), radius + 1, radius + 1);
    }
    if (row.isError)
        paintNotch(painter, bar);
    paintSideMarks(painter, row, bar, look);
}

void paintRunPieces(QPainter &painter, std::span<const layout::RunPiece> pieces, const layout::WaterfallRow &row,
                    double rowTop, const RowLook &look)
{
    const QColor color = barColor(look.colorBy, row, *look.snapshot, look.ranks);
    const RowGeometry geometry = geometryOf(row, rowTop, look);
    for (const layout::RunPiece &piece : pieces)
        painter.fillRect(
            QRectF(look.columns.timelineLeft() + piece.xPx, geometry.bar.top(), piece.widthPx, geometry.bar.height()),
            color);
}

void paintPathLine(QPainter &painter, const layout::PathLine &line, double rowTop, const RowLook &look)
{
    painter.fillRect(
        QRectF(look.columns.timelineLeft() + line.xPx, rowTop + style::metric::kWaterfallRow - 5, line.widthPx, 2),
        line.isHidden ? style::theme().muted : style::theme().text);
}

} // namespace tailspan::waterfall
