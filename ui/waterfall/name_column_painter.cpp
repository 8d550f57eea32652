// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/waterfall/event_ticks.h"
#include "ui/waterfall/waterfall_painter.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <array>

namespace tailspan::waterfall {

using namespace Qt::StringLiterals;
using items::toQString;

namespace {

/// Made once: asking for a font and its metrics costs more than drawing a row.
struct RowFonts {
    QFont table = style::tableFont();
    QFont bold = style::semiBold(style::tableFont());
    QFont small = style::smallFont();
    QFontMetricsF tableMetrics{table};
    QFontMetricsF boldMetrics{bold};
};

const RowFonts &rowFonts()
{
    static const RowFonts fonts;
    return fonts;
}

double levelX(std::uint32_t level)
{
    return kNameLeftPx + static_cast<double>(level) * kIndentPx + 4.5;
}

void drawTreeLine(QPainter &painter, const QPointF &from, const QPointF &to, bool isDotted)
{
    QPen pen(style::mixed(style::theme().muted, style::theme().panel, 0.45), 1);
    if (isDotted)
        pen.setDashPattern({1, 3});
    painter.setPen(pen);
    painter.drawLine(from, to);
}

void paintTreeLines(QPainter &painter, const layout::WaterfallRow &row, const QRectF &rect)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (std::uint32_t level = 0; level < row.indent; ++level) {
        const std::uint64_t bit = std::uint64_t{1} << level;
        if ((row.guides & bit) != 0)
            drawTreeLine(painter, {levelX(level), rect.top()}, {levelX(level), rect.bottom()},
                         (row.dottedGuides & bit) != 0);
    }
    if (row.indent == 0 || row.depth == 0 || row.isEvent())
        return;
    const double x = levelX(row.indent - 1);
    const double middle = rect.center().y();
    const double elbowEnd = x + kIndentPx - (row.hasChildren ? 5 : -3);
    drawTreeLine(painter, {x, rect.top()}, {x, middle}, row.isInferred);
    drawTreeLine(painter, {x, middle}, {elbowEnd, middle}, row.isInferred);
    if (row.hasNextSibling)
        drawTreeLine(painter, {x, middle}, {x, rect.bottom()}, row.isNextSiblingInferred);
}

void paintFoldMark(QPainter &painter, const layout::WaterfallRow &row, const QRectF &box)
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    QPen pen(style::theme().muted, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    const QPointF c = box.center();
    if (row.isFolded)
        painter.drawPolyline(QPolygonF({{c.x() - 1.5, c.y() - 3}, {c.x() + 1.5, c.y()}, {c.x() - 1.5, c.y() + 3}}));
    else
        painter.drawPolyline(QPolygonF({{c.x() - 3, c.y() - 1.5}, {c.x(), c.y() + 1.5}, {c.x() + 3, c.y() - 1.5}}));
}

/// "237 × ": before the name of what a run does.
QString runCount(std::uint32_t members)
{
    return toQString(countText(members)) + u" \u00d7 "_s;
}

QString hiddenText(const layout::WaterfallRow &row)
{
    return toQString(countText(row.hiddenSpans));
}

double hiddenWidth(const layout::WaterfallRow &row)
{
    const double errors = row.hiddenErrors > 0 ? 16 : 0;
    return style::tabularWidth(rowFonts().small, hiddenText(row)) + 10 + errors;
}

/// The number of hidden spans in a small box; a failed one below shows as an icon beside it.
void paintHidden(QPainter &painter, const layout::WaterfallRow &row, const QRectF &box)
{
    const style::Theme &theme = style::theme();
    QRectF frame = box;
    if (row.hiddenErrors > 0) {
        const double ratio = painter.device()->devicePixelRatioF();
        const QPixmap icon = style::iconPixmap(u"error"_s, theme.bad, 12, ratio);
        painter.drawPixmap(QPointF(box.left(), box.center().y() - 6), icon);
        frame.setLeft(box.left() + 16);
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(theme.line, 1));
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter.setPen(theme.muted);
    painter.setFont(rowFonts().small);
    style::drawTabular(painter, frame, Qt::AlignCenter, hiddenText(row));
}

void paintNames(QPainter &painter, const layout::WaterfallRow &row, const QRectF &rect, const RowLook &look)
{
    const style::Theme &theme = style::theme();
    QString service = toQString(look.snapshot->serviceName(ServiceId(row.service)));
    QString operation = toQString(look.snapshot->operationName(OperationId(row.operation)));
    if (row.isRun)
        operation = runCount(row.runMembers) + operation;
    if (row.isIndentCut)
        service = u"\u2026 level "_s + toQString(countText(row.depth)) + u"  "_s + service;
    const RowFonts &fonts = rowFonts();
    painter.setFont(fonts.bold);
    painter.setPen(theme.text);
    const QString shown = fonts.boldMetrics.elidedText(service, Qt::ElideRight, rect.width());
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    const double used = fonts.boldMetrics.horizontalAdvance(shown) + 7;
    if (shown != service || rect.width() - used < 12)
        return;
    const QRectF rest = rect.adjusted(used, 0, 0, 0);
    painter.setFont(fonts.table);
    const bool isLit = look.hovered.isValid()
        && look.snapshot->spans().operation[look.hovered.span.value()] == row.operation;
    painter.setPen(isLit ? theme.text : theme.muted);
    painter.drawText(rest, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     fonts.tableMetrics.elidedText(operation, Qt::ElideRight, rest.width()));
}

constexpr int kAdvicePx = 13;

bool isAdvised(const layout::WaterfallRow &row, const RowLook &look)
{
    if (look.advised == nullptr || row.isEvent())
        return false;
    const std::uint32_t relative = row.span.value() - look.firstRow;
    return relative < look.advised->size() && look.advised->contains(relative);
}

} // namespace

std::uint32_t maxIndentFor(const WaterfallColumns &columns)
{
    return static_cast<std::uint32_t>(std::max(columns.namePx / 2 / kIndentPx, 3));
}

RowGeometry geometryOf(const layout::WaterfallRow &row, double top, const RowLook &look)
{
    RowGeometry geometry;
    const double height = style::metric::kWaterfallRow;
    const WaterfallColumns &columns = look.columns;
    geometry.row = QRectF(0, top, look.widthPx, height);
    const double left = kNameLeftPx + static_cast<double>(row.indent) * kIndentPx;
    if (row.hasChildren)
        geometry.foldBox = QRectF(left - 2, top + 4, 13, height - 8);
    geometry.square = QRectF(left + 13, top + (height - 8) / 2, 8, 8);
    double textEnd = columns.namePx - 6;
    if (row.isFolded && !row.isRun) { // a run says its number in its name
        const double width = hiddenWidth(row);
        geometry.count = QRectF(textEnd - width, top + (height - 16) / 2, width, 16);
        textEnd = geometry.count.left() - 6;
    }
    if (isAdvised(row, look)) {
        geometry.advice = QRectF(textEnd - kAdvicePx, top + (height - kAdvicePx) / 2, kAdvicePx, kAdvicePx);
        textEnd = geometry.advice.left() - 5;
    }
    const double textLeft = geometry.square.right() + 6;
    geometry.text = QRectF(textLeft, top, std::max(textEnd - textLeft, 0.0), height);
    if (row.bar.place == layout::BarPlace::OnScreen) {
        const double barHeight = row.bar.isThin ? 4 : 11;
        const double middle = top + height / 2 - 1;
        geometry.bar = QRectF(columns.timelineLeft() + row.bar.xPx, middle - barHeight / 2, row.bar.widthPx, barHeight);
    }
    return geometry;
}

/// Whether find found the span of a row, or one under its fold.
static bool hasHit(const layout::WaterfallRow &row, const RowLook &look)
{
    if (look.hits == nullptr || row.isEvent())
        return false;
    const std::uint32_t relative = row.span.value() - look.firstRow;
    if (relative >= look.hits->size())
        return false;
    const std::uint32_t found = look.hits->nextIn(relative);
    const std::uint32_t hidden = row.isFolded ? row.hiddenSpans : 0;
    return (!row.isRun || row.isFolded) && found < look.hits->size() && found <= relative + hidden;
}

void paintRowBackground(QPainter &painter, const layout::WaterfallRow &row, const QRectF &rect, const RowLook &look)
{
    const style::Theme &theme = style::theme();
    const layout::RowEntry entry = row.entry();
    if (entry == look.selected) {
        painter.fillRect(rect, theme.selection);
        if (look.hasFocus)
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), theme.accent);
    } else if (entry == look.hovered) {
        painter.fillRect(rect, theme.hover);
    } else if (row.place % 2 == 1) {
        painter.fillRect(rect, theme.stripe);
    }
    if (hasHit(row, look)) {
        const QRectF name(rect.left(), rect.top(), look.columns.namePx, rect.height());
        QColor tint = theme.warn;
        tint.setAlphaF(0.16F);
        painter.fillRect(name, tint);
        painter.fillRect(QRectF(rect.left(), rect.top() + 3, 3, rect.height() - 6), theme.warn);
    }
}

/// A tick as on the bar of its span, and when it was.
static void paintEventNameAndTime(QPainter &painter, const layout::WaterfallRow &row, const RowGeometry &geometry,
                                  const RowLook &look)
{
    const style::Theme &theme = style::theme();
    const RowFonts &fonts = rowFonts();
    const trace::EventMark &event = row.eventMark();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(geometry.square.center().x() - 1, geometry.square.top() - 1, 2, 10), theme.muted);
    painter.setFont(fonts.table);
    painter.setPen(theme.text);
    painter.drawText(geometry.text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     fonts.tableMetrics.elidedText(eventName(event), Qt::ElideRight, geometry.text.width()));
    painter.setPen(theme.muted);
    const QRectF time(look.columns.namePx, geometry.row.top(), look.columns.durationPx - 4, geometry.row.height());
    style::drawTabular(painter, time, Qt::AlignRight | Qt::AlignVCenter,
                       sinceText(event.time - look.snapshot->spans().start(row.span)));
}

void paintNameAndDuration(QPainter &painter, const layout::WaterfallRow &row, const RowGeometry &geometry,
                          const RowLook &look)
{
    const style::Theme &theme = style::theme();
    paintTreeLines(painter, row, geometry.row);
    if (row.isEvent())
        return paintEventNameAndTime(painter, row, geometry, look);
    if (row.hasChildren)
        paintFoldMark(painter, row, geometry.foldBox);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    const std::string_view service = look.snapshot->serviceName(ServiceId(row.service));
    painter.setBrush(theme.category(row.service, service));
    painter.drawRoundedRect(geometry.square, 2, 2);
    paintNames(painter, row, geometry.text, look);
    if (!geometry.count.isEmpty())
        paintHidden(painter, row, geometry.count);
    if (!geometry.advice.isEmpty())
        painter.drawPixmap(
            geometry.advice.topLeft(),
            style::iconPixmap(u"advisor"_s, theme.accent, kAdvicePx, painter.device()->devicePixelRatioF()));

    painter.setFont(rowFonts().table);
    const bool isUnknown = (row.marks & (trace::kMarkMissingDuration | trace::kMarkNegativeDuration)) != 0;
    painter.setPen(isUnknown ? theme.muted : theme.text);
    const QRectF duration(look.columns.namePx, geometry.row.top(), look.columns.durationPx - 4, geometry.row.height());
    const Duration length = row.isRun ? row.runBusy : look.snapshot->spans().duration(row.span);
    const QString text = isUnknown ? u"unknown"_s : toQString(durationText(length));
    style::drawTabular(painter, duration, Qt::AlignRight | Qt::AlignVCenter, text);
}

QString runWay(bool isSideBySide)
{
    return isSideBySide ? u"side by side"_s : u"one after another"_s;
}

QString rowName(const trace::TraceSnapshot &snapshot, const layout::RowOrder &order, const layout::RowEntry &entry)
{
    if (entry.isEvent())
        return u"event "_s + eventName((*order.eventsOf(entry.span))[entry.event]);
    const layout::RowRun *run = entry.isRun() ? order.runAt(entry.span) : nullptr;
    return toQString(snapshot.serviceOf(entry.span)) + u' ' + (run == nullptr ? QString() : runCount(run->members))
        + toQString(snapshot.operationOf(entry.span));
}

QString rowValue(const trace::TraceSnapshot &snapshot, const layout::RowOrder &order, const layout::RowEntry &entry)
{
    const trace::SpanTable &spans = snapshot.spans();
    const SpanRow span = entry.span;
    if (entry.isEvent())
        return sinceText((*order.eventsOf(span))[entry.event].time - spans.start(span)) + u" after the start of "_s
            + toQString(snapshot.serviceOf(span)) + u' ' + toQString(snapshot.operationOf(span));
    const layout::RowRun *run = entry.isRun() ? order.runAt(span) : nullptr;
    const Duration offset = spans.start(span) - TimePoint(snapshot.traceOf(span).startNs);
    const Duration length = run != nullptr ? run->busy : spans.duration(span);
    QString value = toQString(durationText(length)) + u", starts at "_s + toQString(durationText(offset));
    if (run != nullptr)
        return value + u", "_s + runWay(run->isSideBySide);
    if (spans.isError(span))
        value += u", failed"_s;
    if (spans.subtreeSize[span.value()] > 1)
        value += u", "_s + toQString(pluralText(spans.subtreeSize[span.value()] - 1, "span below", "spans below"));
    return value;
}

} // namespace tailspan::waterfall
