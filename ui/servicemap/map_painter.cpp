// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_painter.h"

#include "models/items/qt_text.h"
#include "ui/servicemap/map_canvas.h"
#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tailspan::servicemap {

using graph::NodeKind;
using items::toQString;
using layout::MapFigures;
using layout::MapNode;
using layout::MapRect;
using layout::MapScene;
using layout::NodeText;
using layout::PaintedEdge;
using layout::PaintedNode;

namespace {

constexpr double kManyErrors = 0.01;
constexpr double kDimmed = 0.22;
constexpr double kManyEdges = 120;
constexpr double kLeastTextScale = 0.84; // a smaller node has less margin rather than smaller letters

QRectF rectOf(const MapRect &rect)
{
    return {rect.xPx, rect.yPx, rect.widthPx, rect.heightPx};
}

QPainterPath cylinder(const QRectF &rect)
{
    const double cap = std::min(rect.height() * 0.22, 10.0);
    QPainterPath path;
    path.moveTo(rect.left(), rect.top() + cap / 2);
    path.arcTo(QRectF(rect.left(), rect.top(), rect.width(), cap), 180, -180);
    path.lineTo(rect.right(), rect.bottom() - cap / 2);
    path.arcTo(QRectF(rect.left(), rect.bottom() - cap, rect.width(), cap), 0, -180);
    path.closeSubpath();
    path.moveTo(rect.right(), rect.top() + cap / 2);
    path.arcTo(QRectF(rect.left(), rect.top(), rect.width(), cap), 0, -180);
    return path;
}

QPainterPath parallelogram(const QRectF &rect)
{
    const double slant = std::min(rect.height() * 0.3, 14.0);
    QPainterPath path(QPointF(rect.left() + slant, rect.top()));
    path.lineTo(rect.topRight());
    path.lineTo(rect.right() - slant, rect.bottom());
    path.lineTo(rect.bottomLeft());
    path.closeSubpath();
    return path;
}

/// Bumps along the upper and the lower side, half round ends.
QPainterPath cloud(const QRectF &rect)
{
    const int bumps = std::clamp(static_cast<int>(rect.width() / std::max(rect.height(), 1.0) * 1.6), 3, 9);
    const double depth = rect.height() * 0.16;
    const QRectF inner = rect.adjusted(rect.height() * 0.22, depth, -rect.height() * 0.22, -depth);
    const double step = inner.width() / bumps;
    QPainterPath path(inner.topLeft());
    for (int i = 0; i < bumps; ++i)
        path.quadTo(inner.left() + (i + 0.5) * step, inner.top() - 2 * depth, inner.left() + (i + 1) * step,
                    inner.top());
    path.cubicTo(QPointF(rect.right() + 4, inner.top()), QPointF(rect.right() + 4, inner.bottom()),
                 inner.bottomRight());
    for (int i = bumps; i > 0; --i)
        path.quadTo(inner.left() + (i - 0.5) * step, inner.bottom() + 2 * depth, inner.left() + (i - 1) * step,
                    inner.bottom());
    path.cubicTo(QPointF(rect.left() - 4, inner.bottom()), QPointF(rect.left() - 4, inner.top()), inner.topLeft());
    path.closeSubpath();
    return path;
}

QFont scaledFont(QFont font, double scale)
{
    font.setPixelSize(std::clamp(static_cast<int>(std::lround(font.pixelSize() * scale)), 9, 30));
    return font;
}

class MapPainter {
public:
    MapPainter(QPainter &painter, const DrawnMap &map, const layout::MapPicture &picture, const MapPainting &painting)
        : m_painter(painter), m_map(map), m_picture(picture), m_painting(painting), m_theme(style::theme()),
          m_nameFont(scaledFont(style::semiBold(style::uiFont()), std::clamp(painting.scale, kLeastTextScale, 1.8))),
          m_lineFont(scaledFont(style::smallFont(), std::clamp(painting.scale, kLeastTextScale, 1.8)))
    {}

    void run()
    {
        m_painter.setRenderHint(QPainter::Antialiasing, true);
        // Many lines are faint, so that those which matter and the nodes stand out.
        m_edgeOpacity =
            std::clamp(std::sqrt(kManyEdges / std::max(static_cast<double>(m_picture.edges.size()), 1.0)), 0.25, 1.0);
        for (const PaintedEdge &edge : m_picture.edges)
            paintEdge(edge);
        for (const PaintedNode &node : m_picture.nodes)
            paintNode(node);
        for (const layout::PaintedName &name : m_picture.names)
            paintName(name);
        for (const PaintedEdge &edge : m_picture.edges)
            paintLabel(edge);
    }

private:
    [[nodiscard]] bool isLit(const PaintedEdge &edge) const
    {
        return m_painting.paths == nullptr || m_painting.paths->edges[edge.edge];
    }
    [[nodiscard]] bool isLit(std::uint32_t node) const
    {
        return m_painting.paths == nullptr || m_painting.paths->nodes[node];
    }

    [[nodiscard]] QColor edgeColor(const layout::MapEdge &edge) const
    {
        if (edge.isMissing)
            return m_theme.muted;
        const QColor color = colorOf(edge.figures, m_map.isCompared);
        return edge.isUndeclared && color == m_theme.quiet ? m_theme.warn : color;
    }

    void paintEdge(const PaintedEdge &painted)
    {
        const layout::MapEdge &edge = m_map.scene.edges[painted.edge];
        const bool isChosen = painted.edge == m_painting.selectedEdge || painted.edge == m_painting.hoverEdge;
        const bool isOfChosen = edge.from == m_painting.selectedNode || edge.to == m_painting.selectedNode;
        const QColor color = isChosen || (isOfChosen && m_painting.paths == nullptr) ? m_theme.accent : edgeColor(edge);
        const double width = std::max(painted.widthPx, isChosen ? 2.5 : 0.0);
        QPen pen(color, width, edge.isMissing ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
        if (edge.isUndeclared)
            pen.setDashPattern({6 / std::max(width, 1.0) + 2, 2});
        m_painter.setOpacity(opacityOf(painted, color));
        m_painter.setPen(pen);
        m_painter.setBrush(Qt::NoBrush);
        QPolygonF line;
        for (const layout::MapPoint &point : painted.line)
            line.append(QPointF(point.x, point.y));
        m_painter.drawPolyline(line);
        paintArrow(line, color, width);
        m_painter.setOpacity(1);
    }

    [[nodiscard]] double opacityOf(const PaintedEdge &painted, const QColor &color) const
    {
        if (m_painting.paths != nullptr)
            return isLit(painted) ? 1 : std::min(kDimmed, m_edgeOpacity);
        return color == m_theme.quiet || color == m_theme.muted ? m_edgeOpacity : std::min(2 * m_edgeOpacity, 1.0);
    }

    void paintArrow(const QPolygonF &line, const QColor &color, double width)
    {
        if (line.size() < 2 || m_painting.scale < 0.18)
            return;
        const QPointF end = line.last();
        const QPointF before = line[line.size() - 2];
        const double length = std::hypot(end.x() - before.x(), end.y() - before.y());
        if (length <= 0)
            return;
        const QPointF along = (end - before) / length;
        const QPointF across(-along.y(), along.x());
        const double size = 4 + width * 1.1;
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(color);
        m_painter.drawPolygon(QPolygonF(
            {end, end - along * size * 1.5 + across * size * 0.6, end - along * size * 1.5 - across * size * 0.6}));
    }

    /// Left and right of what is written into a shape.
    [[nodiscard]] QRectF textRect(const MapNode &node, const QRectF &rect) const
    {
        const bool isSlanted = node.kind == NodeKind::Queue || node.kind == NodeKind::External;
        const double small = m_painting.scale < kLeastTextScale ? m_painting.scale * 0.5 : m_painting.scale;
        const double margin = (isSlanted ? 18 : 12) * small;
        const bool isStore = node.kind == NodeKind::Database || node.kind == NodeKind::Cache;
        return rect.adjusted(margin, (isStore ? 9 : 4) * small, -margin, (isStore ? -2 : -4) * small);
    }

    [[nodiscard]] QColor borderOf(const PaintedNode &painted, const MapNode &node) const
    {
        if (painted.node == m_painting.selectedNode)
            return m_theme.accent;
        if (node.isDown)
            return m_theme.bad;
        const QColor color = colorOf(node.figures, m_map.isCompared);
        if (color != m_theme.quiet)
            return color;
        return node.isUndeclared || !node.warnings.empty() ? m_theme.warn : m_theme.quiet;
    }

    void paintNode(const PaintedNode &painted)
    {
        const MapNode &node = m_map.scene.nodes[painted.node];
        const QRectF rect = rectOf(painted.rect);
        const bool isSelected = painted.node == m_painting.selectedNode;
        m_painter.setOpacity(isLit(painted.node) && !painted.isDimmed ? 1 : kDimmed);
        const QColor border = borderOf(painted, node);
        QPen pen(border, isSelected || painted.isMatch ? 2 : 1.2, node.isMissing ? Qt::DashLine : Qt::SolidLine);
        if (painted.isMatch && !isSelected)
            pen.setColor(m_theme.accent);
        const bool isHovered = painted.node == m_painting.hoverNode;
        m_painter.setPen(pen);
        m_painter.setBrush(isHovered ? m_theme.hover : isSelected ? m_theme.selection : m_theme.raised);
        if (node.kind == NodeKind::Group && painted.text != NodeText::None)
            m_painter.drawPath(outlineOf(node.kind, rect.translated(3 * m_painting.scale, -3 * m_painting.scale)));
        m_painter.drawPath(outlineOf(node.kind, rect));
        if (isSelected && m_painting.hasFocus) {
            m_painter.setBrush(Qt::NoBrush);
            m_painter.setPen(QPen(m_theme.accent, 1));
            m_painter.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), 8, 8);
        }
        if (painted.text != NodeText::None)
            paintTexts(painted, node, textRect(node, rect));
        else
            paintMark(node, rect);
        m_painter.setOpacity(1);
    }

    /// A node too small for words still says that something is wrong with it.
    void paintMark(const MapNode &node, const QRectF &rect)
    {
        if (!node.isDown && node.warnings.empty())
            return;
        const QColor color = node.isDown ? m_theme.bad : m_theme.warn;
        m_painter.drawPixmap(rect.topRight() - QPointF(7, 7),
                             style::iconPixmap(QStringLiteral("warning"), color, 14, devicePixelRatio()));
    }

    [[nodiscard]] double devicePixelRatio() const { return m_painter.device()->devicePixelRatioF(); }

    void paintTexts(const PaintedNode &painted, const MapNode &node, QRectF text)
    {
        if (node.isDown || !node.warnings.empty()) {
            const int size = std::max(static_cast<int>(14 * m_painting.scale), 10);
            const QColor color = node.isDown ? m_theme.bad : m_theme.warn;
            m_painter.drawPixmap(QPointF(text.right() - size, text.top() + 1),
                                 style::iconPixmap(QStringLiteral("warning"), color, size, devicePixelRatio()));
            if (painted.text == NodeText::Name)
                text.setRight(text.right() - size - 2);
        }
        const bool isFull = painted.text == NodeText::Full;
        QRectF upper = text;
        if (isFull) {
            upper.setHeight(text.height() / 2);
            if (node.isDown || !node.warnings.empty())
                upper.setRight(text.right() - 18 * m_painting.scale);
        }
        const QFont nameFont = isFull ? m_nameFont : style::smallFont();
        m_painter.setFont(nameFont);
        m_painter.setPen(node.isMissing ? m_theme.muted : m_theme.text);
        m_painter.drawText(upper, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                           QFontMetricsF(nameFont).elidedText(nameOf(node), Qt::ElideRight, upper.width()));
        if (isFull)
            paintFigures(node, QRectF(text.left(), text.center().y(), text.width(), text.height() / 2));
    }

    [[nodiscard]] static QString nameOf(const MapNode &node)
    {
        const QString name = toQString(node.name);
        return node.kind == NodeKind::Group
            ? QCoreApplication::translate("MapPainter", "%1 (%2 services)").arg(name).arg(node.memberCount)
            : name;
    }

    void paintFigures(const MapNode &node, const QRectF &lower)
    {
        QString line = toQString(node.figures.line());
        if (node.isMissing)
            line = QCoreApplication::translate("MapPainter", "declared, no spans");
        else if (node.isDown)
            line = QCoreApplication::translate("MapPainter", "down")
                + (line.isEmpty() ? QString() : u" \u00b7 " + line);
        else if (node.isUndeclared)
            line += (line.isEmpty() ? QString() : QStringLiteral(" \u00b7 "))
                + QCoreApplication::translate("MapPainter", "not declared");
        m_painter.setFont(m_lineFont);
        const bool isBad = node.isDown || (!m_map.isCompared && node.figures.errorRatio.value_or(0) >= kManyErrors);
        m_painter.setPen(isBad ? m_theme.bad : m_theme.muted);
        if (m_map.isCompared && node.figures.tone() != layout::MapTone::Same)
            m_painter.setPen(colorOf(node.figures, true));
        m_painter.drawText(lower, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                           QFontMetricsF(m_lineFont).elidedText(line, Qt::ElideRight, lower.width()));
    }

    /// Lines behind a text are faint.
    void paintBack(const QRectF &rect)
    {
        QColor back = m_theme.window;
        back.setAlphaF(0.8F);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(back);
        m_painter.drawRoundedRect(rect, 3, 3);
    }

    void paintName(const layout::PaintedName &name)
    {
        paintBack(rectOf(name.rect));
        m_painter.setFont(style::smallFont());
        m_painter.setPen(isLit(name.node) ? m_theme.text : m_theme.disabled);
        m_painter.drawText(rectOf(name.rect), Qt::AlignCenter | Qt::TextSingleLine,
                           toQString(m_map.scene.nodes[name.node].name));
    }

    void paintLabel(const PaintedEdge &edge)
    {
        if (edge.label.empty() || !isLit(edge))
            return;
        const QRectF rect = rectOf(edge.labelRect);
        paintBack(rect);
        const MapFigures &figures = m_map.scene.edges[edge.edge].figures;
        const QColor color = colorOf(figures, m_map.isCompared);
        m_painter.setPen(color == m_theme.quiet ? m_theme.muted : style::readable(color, m_theme.window, m_theme.text));
        m_painter.setFont(style::smallFont());
        m_painter.drawText(rect, Qt::AlignCenter | Qt::TextSingleLine, toQString(edge.label));
    }

    QPainter &m_painter;
    const DrawnMap &m_map;
    const layout::MapPicture &m_picture;
    const MapPainting &m_painting;
    const style::Theme &m_theme;
    QFont m_nameFont;
    QFont m_lineFont;
    double m_edgeOpacity = 1;
};

} // namespace

QPainterPath outlineOf(NodeKind kind, const QRectF &rect)
{
    switch (kind) {
    case NodeKind::Database:
    case NodeKind::Cache: return cylinder(rect);
    case NodeKind::Queue: return parallelogram(rect);
    case NodeKind::External: return cloud(rect);
    default: break;
    }
    const double radius = std::min(rect.height() * 0.18, 8.0);
    QPainterPath path;
    path.addRoundedRect(rect, radius, radius);
    return path;
}

QColor colorOf(const MapFigures &figures, bool isCompared)
{
    const style::Theme &theme = style::theme();
    if (isCompared) {
        switch (figures.tone()) {
        case layout::MapTone::Worse: return theme.bad;
        case layout::MapTone::Better: return theme.good;
        case layout::MapTone::Other: return theme.accent;
        case layout::MapTone::Same: return theme.quiet;
        }
    }
    const double errors = figures.errorRatio.value_or(0);
    return errors >= kManyErrors ? theme.bad : errors > 0 ? theme.warn : theme.quiet;
}

void paintMap(QPainter &painter, const QRectF &area, const DrawnMap *map, const layout::MapPicture &picture,
              const MapPainting &painting)
{
    painter.fillRect(area, style::theme().window);
    if (map != nullptr)
        MapPainter(painter, *map, picture, painting).run();
    if (painting.showsFocus && painting.selectedNode == MapScene::kNone && painting.selectedEdge == MapScene::kNone) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(style::theme().accent);
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

} // namespace tailspan::servicemap
