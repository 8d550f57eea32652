// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_moment_painter.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/servicemap/map_canvas.h"
#include "ui/servicemap/map_moment.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPolygonF>
#include <QRegion>

#include <cmath>

namespace tailspan::servicemap {

using items::toQString;
using layout::MapScene;

namespace {

constexpr double kLinePx = 2;
constexpr double kBadgePx = 16;
constexpr double kRingPx = 3; ///< Around a node, whatever its shape.

QString tr(const char *text)
{
    return QCoreApplication::translate("MapMoment", text);
}

std::uint64_t failedOf(const layout::MapFigures &figures)
{
    return static_cast<std::uint64_t>(
        std::llround(figures.errorRatio.value_or(0) * static_cast<double>(figures.calls)));
}

/// A line does not run through the words beside it.
QRegion withoutLabels(const QRect &area, const layout::MapPicture &picture)
{
    QRegion region(area);
    for (const layout::PaintedEdge &edge : picture.edges) {
        const layout::MapRect &label = edge.labelRect;
        if (!edge.label.empty())
            region -= QRectF(label.xPx, label.yPx, label.widthPx, label.heightPx).toAlignedRect();
    }
    return region;
}

/// Over the upper edge of its node, on the right.
void paintBadge(QPainter &painter, const layout::MapRect &node, const layout::MapFigures &figures)
{
    const style::Theme &theme = style::theme();
    const std::uint64_t failed = failedOf(figures);
    QString text = toQString(countText(figures.calls));
    if (failed > 0)
        text += u' ' + tr("(%1 failed)").arg(toQString(countText(failed)));
    painter.setFont(style::semiBold(style::smallFont()));
    const double width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 12;
    const QRectF badge(node.xPx + node.widthPx - width + 6, node.yPx - kBadgePx / 2, width, kBadgePx);
    const QColor color = failed > 0 ? theme.bad : theme.accent;
    painter.setPen(QPen(color, 1));
    painter.setBrush(theme.tint(color));
    painter.drawRoundedRect(badge, kBadgePx / 2, kBadgePx / 2);
    painter.setPen(theme.onTint(color));
    painter.drawText(badge, Qt::AlignCenter | Qt::TextSingleLine, text);
}

} // namespace

void paintMapMoment(QPainter &painter, const DrawnMap &map, const layout::MapPicture &picture,
                    const MomentScene &moment)
{
    const style::Theme &theme = style::theme();
    const MapScene &then = moment.scene;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, kLinePx));
    painter.save();
    painter.setClipRegion(withoutLabels(painter.viewport(), picture));
    for (const layout::PaintedEdge &edge : picture.edges) {
        const layout::MapEdge &call = map.scene.edges[edge.edge];
        if (then.edgeBetween(map.scene.nodes[call.from].name, map.scene.nodes[call.to].name) == MapScene::kNone)
            continue;
        QPolygonF line;
        for (const layout::MapPoint &point : edge.line)
            line.append(QPointF(point.x, point.y));
        painter.drawPolyline(line);
    }
    painter.restore();
    for (const layout::PaintedNode &node : picture.nodes) {
        const std::uint32_t now = then.nodeNamed(map.scene.nodes[node.node].name);
        if (now == MapScene::kNone || then.nodes[now].figures.calls == 0)
            continue;
        const layout::MapRect &rect = node.rect;
        painter.setPen(QPen(theme.accent, kLinePx));
        painter.setBrush(Qt::NoBrush);
        const QRectF ring =
            QRectF(rect.xPx, rect.yPx, rect.widthPx, rect.heightPx).adjusted(-kRingPx, -kRingPx, kRingPx, kRingPx);
        painter.drawRoundedRect(ring, style::metric::kRadius + kRingPx, style::metric::kRadius + kRingPx);
        paintBadge(painter, rect, then.nodes[now].figures);
    }
}

} // namespace tailspan::servicemap
