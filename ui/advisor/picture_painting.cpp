// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/picture_painting.h"

#include "models/items/qt_text.h"
#include "ui/style/fonts.h"

#include <QPainter>
#include <QPolygonF>

namespace tailspan::advisorpage {

using layout::Face;
using layout::FindingPicture;
using layout::Ink;
using layout::Side;

namespace {

constexpr double kBarRadiusPx = 2;
constexpr double kCurvePx = 1.6;

QColor colorOf(const layout::InkOf &ink, const style::Theme &theme)
{
    switch (ink.ink) {
    case Ink::Text: return theme.text;
    case Ink::Muted: return theme.muted;
    case Ink::Grid: return theme.grid;
    case Ink::Line: return theme.line;
    case Ink::Good: return theme.good;
    case Ink::Bad: return theme.bad;
    case Ink::Accent: return theme.accent;
    case Ink::Category: break;
    }
    return theme.categories[ink.category % theme.categories.size()];
}

QFont fontOf(Face face)
{
    switch (face) {
    case Face::Table: return style::tableFont();
    case Face::Mono: return style::monoFont();
    case Face::Small: break;
    }
    return style::smallFont();
}

void paintText(QPainter &painter, const layout::PictureText &text)
{
    const QRectF box(text.box.xPx, text.box.yPx, text.box.widthPx, text.box.heightPx);
    const QFontMetricsF metrics(painter.font());
    const QString shown = metrics.elidedText(items::toQString(text.text).simplified(),
                                             text.face == Face::Table ? Qt::ElideMiddle : Qt::ElideRight, box.width());
    const int side = text.side == Side::Right ? Qt::AlignRight
                                              : (text.side == Side::Middle ? Qt::AlignHCenter : Qt::AlignLeft);
    if (text.side == Side::Right && text.face == Face::Small)
        style::drawTabular(painter, box, side | Qt::AlignVCenter, shown);
    else
        painter.drawText(box, side | Qt::AlignVCenter | Qt::TextSingleLine, shown);
}

advice::ReportColors colorsOf(const style::Theme &theme)
{
    const auto css = [](const QColor &color) { return color.name().toStdString(); };
    advice::ReportColors colors{css(theme.text),   css(theme.muted),  css(theme.grid),
                                css(theme.line),   css(theme.good),   css(theme.bad),
                                css(theme.accent), css(theme.window), {}};
    for (const QColor &color : theme.categories)
        colors.categories.push_back(css(color));
    return colors;
}

} // namespace

void paintPicture(QPainter &painter, const FindingPicture &picture, const style::Theme &theme)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    for (const layout::PictureLine &line : picture.lines) {
        painter.setPen(QPen(colorOf(line.ink, theme), line.widthPx, line.isDashed ? Qt::DashLine : Qt::SolidLine));
        painter.drawLine(QPointF(line.x1Px, line.y1Px), QPointF(line.x2Px, line.y2Px));
    }
    for (const layout::PictureCurve &curve : picture.curves) {
        QPolygonF points;
        points.reserve(static_cast<qsizetype>(curve.points.size()));
        for (const layout::PicturePoint &point : curve.points)
            points.append(QPointF(point.xPx, point.yPx));
        painter.setPen(QPen(colorOf(curve.ink, theme), kCurvePx, curve.isDashed ? Qt::DashLine : Qt::SolidLine));
        painter.drawPolyline(points);
    }
    painter.setPen(Qt::NoPen);
    for (const layout::PictureBar &bar : picture.bars) {
        painter.setBrush(colorOf(bar.ink, theme));
        painter.drawRoundedRect(QRectF(bar.box.xPx, bar.box.yPx, bar.box.widthPx, bar.box.heightPx), kBarRadiusPx,
                                kBarRadiusPx);
    }
    for (const layout::PictureText &text : picture.texts) {
        painter.setFont(fontOf(text.face));
        painter.setPen(colorOf(text.ink, theme));
        paintText(painter, text);
    }
}

double pictureTextWidth(std::string_view text)
{
    return QFontMetricsF(style::smallFont()).horizontalAdvance(items::toQString(text).simplified());
}

workspace::ReportLook reportLook()
{
    workspace::ReportLook look;
    look.light = colorsOf(style::lightTheme());
    look.dark = colorsOf(style::darkTheme());
    look.lay = [](const advisor::Picture &picture, double widthPx) {
        return layout::findingPicture(picture, widthPx, pictureTextWidth);
    };
    look.paint = [](QPainter &painter, const FindingPicture &picture) {
        paintPicture(painter, picture, style::lightTheme()); // paper is white
    };
    return look;
}

} // namespace tailspan::advisorpage
