// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_painter.h"

#include "models/items/qt_text.h"
#include "ui/servicemap/map_canvas.h"
#include "ui/servicemap/map_shapes.h"
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

constexpr double kThickPx = 3;
constexpr double kArrowScale = 0.18;
constexpr double kDimmed = 0.22;
constexpr double kManyEdges = 120;
constexpr int kSmallestPx = 9;           // of letters
constexpr double kLeastTextScale = 0.84; // a smaller node has less margin rather than smaller letters

QRectF rectOf(const MapRect &rect)
{
    return {rect.xPx, rect.yPx, rect.widthPx, rect.heightPx};
}

QFont scaledFont(QFont font, double scale)
{
    font.setPixelSize(std::clamp(static_cast<int>(std::lround(font.pixelSize() * scale)), 9, 30));
    return font;
}

class MapPainter {
public:
    MapPainter(QPainter &painter, const QRectF &area, const DrawnMap &map, const layout::MapPicture &picture,
               const MapPainting &painting)
        : m_painter(painter), m_map(map), m_picture(picture), m_painting(painting), m_theme(style::theme()),
          m_nameFont(scaledFont(style::semiBold(style::uiFont()), std::clamp(painting.scale, kLeastTextScale, 1.8))),
          m_lineFont(scaledFont(style::smallFont(), std::clamp(painting.scale, kLeastTextScale, 1.8))), m_area(area)
    {}

    /// Everything as it is when nothing is selected and nothing is under the pointer, in parts: quiet lines, the others,
    /// nodes, names, labels.
    [[nodiscard]] std::size_t partCount() const
    {
        return 3 * m_picture.edges.size() + m_picture.nodes.size() + m_picture.names.size();
    }
    void paintPart(std::size_t part)
    {
        const std::size_t edges = m_picture.edges.size();
        if (part < 2 * edges)
            return paintLine(m_picture.edges[part % edges], part < edges);
        part -= 2 * edges;
        if (part < m_picture.nodes.size())
            return paintNode(m_picture.nodes[part]);
        part -= m_picture.nodes.size();
        if (part < m_picture.names.size())
            return paintName(m_picture.names[part]);
        paintLabel(m_picture.edges[part - m_picture.names.size()]);
    }

    /// What is selected or lit, over the base.
    void paintOverlay()
    {
        m_painter.setRenderHint(QPainter::Antialiasing, true);
        if (m_painting.paths != nullptr) {
            QColor veil = m_theme.window;
            veil.setAlphaF(0.78F);
            m_painter.fillRect(m_area, veil);
        }
        for (const PaintedEdge &edge : m_picture.edges) {
            if (isOver(edge))
                paintEdge(edge, isAccented(edge) ? m_theme.accent : edgeColor(m_map.scene.edges[edge.edge]));
        }
        for (const PaintedNode &node : m_picture.nodes) {
            if (isOver(node.node))
                paintNode(node);
        }
        for (const layout::PaintedName &name : m_picture.names) {
            if (isOver(name.node))
                paintName(name);
        }
        for (const PaintedEdge &edge : m_picture.edges) {
            if (isOver(edge))
                paintLabel(edge);
        }
    }

private:
    /// Many lines are faint, so that those which matter and the nodes stand out.
    void paintLine(const PaintedEdge &edge, bool isOfQuiet)
    {
        const QColor color = edgeColor(m_map.scene.edges[edge.edge]);
        const bool isQuiet = color == m_theme.quiet || color == m_theme.muted;
        const double share = std::clamp(std::sqrt(kManyEdges / static_cast<double>(m_picture.edges.size())), 0.3, 1.0);
        if (isQuiet == isOfQuiet)
            paintEdge(edge, faint(color, isQuiet ? share : std::min(2 * share, 1.0)));
    }

    /// Whether something is painted once more, above what is not selected or lit.
    [[nodiscard]] bool isOver(const PaintedEdge &edge) const
    {
        return isAccented(edge) || (m_painting.paths != nullptr && m_painting.paths->edges[edge.edge]);
    }
    [[nodiscard]] bool isOver(std::uint32_t node) const
    {
        if (node == m_painting.selectedNode || (m_painting.paths != nullptr && m_painting.paths->nodes[node]))
            return true;
        if (m_painting.selectedNode == MapScene::kNone && m_painting.selectedEdge == MapScene::kNone)
            return false;
        return std::ranges::any_of(m_picture.edges, [&](const PaintedEdge &edge) {
            const layout::MapEdge &call = m_map.scene.edges[edge.edge];
            return isAccented(edge) && (call.from == node || call.to == node);
        });
    }
    [[nodiscard]] bool isAccented(const PaintedEdge &painted) const
    {
        const layout::MapEdge &edge = m_map.scene.edges[painted.edge];
        if (painted.edge == m_painting.selectedEdge || painted.edge == m_painting.hoverEdge)
            return true;
        return m_painting.paths == nullptr && m_painting.selectedNode != MapScene::kNone
            && (edge.from == m_painting.selectedNode || edge.to == m_painting.selectedNode);
    }

    /// Mixed and not transparent: blending 1,500 curves takes ten times as long.
    [[nodiscard]] QColor faint(const QColor &color, double share) const
    {
        return share >= 1 ? color : style::mixed(color, m_theme.window, share);
    }

    [[nodiscard]] QColor edgeColor(const layout::MapEdge &edge) const
    {
        if (edge.isMissing)
            return m_theme.muted;
        const QColor color = colorOf(edge.figures, m_map.isCompared);
        return edge.isUndeclared && color == m_theme.quiet ? m_theme.warn : color;
    }

    void paintEdge(const PaintedEdge &painted, const QColor &color)
    {
        const layout::MapEdge &edge = m_map.scene.edges[painted.edge];
        const double width = std::max(painted.widthPx, isAccented(painted) ? 2.5 : 0.0);
        QPen pen(color, width, edge.isMissing ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap, Qt::BevelJoin);
        if (edge.isUndeclared)
            pen.setDashPattern({6 / std::max(width, 1.0) + 2, 2});
        m_painter.setPen(pen);
        m_painter.setBrush(Qt::NoBrush);
        const std::vector<layout::MapPoint> &line = painted.line;
        if (pen.style() != Qt::SolidLine || width > kThickPx) {
            QPolygonF points;
            for (const layout::MapPoint &point : line)
                points.append(QPointF(point.x, point.y));
            m_painter.drawPolyline(points);
        } else { // Qt draws single lines three times as fast as a path
            for (std::size_t i = 0; i + 1 < line.size(); ++i)
                m_painter.drawLine(QPointF(line[i].x, line[i].y), QPointF(line[i + 1].x, line[i + 1].y));
        }
        paintArrow(line, color, width);
    }

    void paintArrow(const std::vector<layout::MapPoint> &line, const QColor &color, double width)
    {
        if (line.size() < 2 || m_painting.scale < kArrowScale)
            return;
        const QPointF end(line.back().x, line.back().y);
        const QPointF before(line[line.size() - 2].x, line[line.size() - 2].y);
        const double length = std::hypot(end.x() - before.x(), end.y() - before.y());
        if (length <= 0)
            return;
        const QPointF along = (end - before) / length;
        const QPointF across(-along.y(), along.x());
        const double size = (4 + width * 1.1) * std::clamp(m_painting.scale * 1.6, 0.6, 1.0);
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
        m_painter.setOpacity(painted.isDimmed ? kDimmed : 1);
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
        m_painter.setPen(node.isMissing ? m_theme.muted : m_theme.text);
        paintName(nameOf(node), upper, isFull ? m_nameFont : style::smallFont());
        if (isFull)
            paintFigures(node, QRectF(text.left(), text.center().y(), text.width(), text.height() / 2));
    }

    /// In letters as large as the font's, or a little smaller where the name then fits.
    void paintName(QString name, const QRectF &rect, QFont font)
    {
        // A namespace says less than what follows it.
        const auto prefix = static_cast<qsizetype>(graph::namePrefix(name.toStdString()).size());
        if (prefix > 0 && QFontMetricsF(font).horizontalAdvance(name) > rect.width() * 1.2)
            name = name.mid(prefix + 1);
        while (font.pixelSize() > kSmallestPx && QFontMetricsF(font).horizontalAdvance(name) > rect.width())
            font.setPixelSize(font.pixelSize() - 1);
        font.setPixelSize(std::clamp(static_cast<int>(rect.height()), kSmallestPx, font.pixelSize()));
        m_painter.setFont(font);
        m_painter.drawText(rect.adjusted(0, -2, 0, 2), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                           QFontMetricsF(font).elidedText(name, Qt::ElideRight, rect.width()));
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
        back.setAlphaF(0.94F);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(back);
        m_painter.drawRoundedRect(rect, 3, 3);
    }

    void paintName(const layout::PaintedName &name)
    {
        paintBack(rectOf(name.rect));
        m_painter.setFont(style::smallFont());
        m_painter.setPen(m_theme.text);
        m_painter.drawText(rectOf(name.rect), Qt::AlignCenter | Qt::TextSingleLine,
                           toQString(m_map.scene.nodes[name.node].name));
    }

    void paintLabel(const PaintedEdge &edge)
    {
        if (edge.label.empty())
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
    QRectF m_area;
};

} // namespace

std::size_t paintMapBase(QPainter &painter, const QRectF &area, const DrawnMap *map, const layout::MapPicture &picture,
                         const MapPainting &painting, std::size_t next, const QDeadlineTimer &deadline)
{
    constexpr std::size_t kBetweenLooks = 16;
    if (next == 0)
        painter.fillRect(area, style::theme().window);
    if (map == nullptr)
        return kMapPainted;
    painter.setRenderHint(QPainter::Antialiasing, true);
    MapPainter parts(painter, area, *map, picture, painting);
    for (; next < parts.partCount(); ++next) {
        if (next % kBetweenLooks == 0 && next > 0 && deadline.hasExpired())
            return next;
        parts.paintPart(next);
    }
    return kMapPainted;
}

void paintMapOverlay(QPainter &painter, const QRectF &area, const DrawnMap *map, const layout::MapPicture &picture,
                     const MapPainting &painting)
{
    if (map != nullptr)
        MapPainter(painter, area, *map, picture, painting).paintOverlay();
    if (painting.showsFocus && painting.selectedNode == MapScene::kNone && painting.selectedEdge == MapScene::kNone) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(style::theme().accent);
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

} // namespace tailspan::servicemap
