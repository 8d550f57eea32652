// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_accessible.h"

#include "models/items/qt_text.h"
#include "ui/servicemap/map_canvas.h"
#include "ui/servicemap/map_text.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPointer>

#include <map>

namespace tailspan::servicemap {

namespace {

using layout::MapPicture;

int nodeCount(const MapCanvas &canvas)
{
    return canvas.map() == nullptr ? 0 : static_cast<int>(canvas.map()->part.nodes.size());
}

int partCount(const MapCanvas &canvas)
{
    return canvas.map() == nullptr ? 0 : nodeCount(canvas) + static_cast<int>(canvas.map()->part.edges.size());
}

/// One node or edge by its place: nodes first.
class PartAccessible final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    PartAccessible(MapCanvas *canvas, int place) : m_canvas(canvas), m_place(place) {}

    [[nodiscard]] bool isValid() const override { return m_canvas != nullptr && m_place < partCount(*m_canvas); }
    [[nodiscard]] QObject *object() const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface *parent() const override
    {
        return QAccessible::queryAccessibleInterface(m_canvas);
    }
    [[nodiscard]] QAccessibleInterface *child(int) const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    [[nodiscard]] int childCount() const override { return 0; }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    [[nodiscard]] QAccessible::Role role() const override { return QAccessible::ListItem; }
    void setText(QAccessible::Text, const QString &) override {}

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        if (!isValid())
            return {};
        if (kind == QAccessible::Name)
            return titleOf(names());
        return kind == QAccessible::Description ? tooltipOf(m_canvas->map()->scene, names()) : QString();
    }

    [[nodiscard]] QRect rect() const override
    {
        const QRect here = isValid() ? rectOnCanvas() : QRect();
        return here.isNull() ? here : QRect(m_canvas->mapToGlobal(here.topLeft()), here.size());
    }

    [[nodiscard]] QAccessible::State state() const override
    {
        QAccessible::State state;
        state.invalid = !isValid();
        if (state.invalid)
            return state;
        state.selectable = state.focusable = true;
        state.selected = m_canvas->selection() == names();
        state.focused = state.selected && m_canvas->hasFocus();
        state.offscreen = rectOnCanvas().isNull();
        return state;
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this) : nullptr;
    }
    [[nodiscard]] QStringList actionNames() const override { return {pressAction(), setFocusAction()}; }
    [[nodiscard]] QStringList keyBindingsForAction(const QString &) const override { return {}; }
    void doAction(const QString &action) override
    {
        if (!isValid())
            return;
        m_canvas->select(names());
        if (action == pressAction())
            Q_EMIT m_canvas->detailsWanted();
    }

    [[nodiscard]] MapSelection names() const
    {
        const DrawnMap &map = *m_canvas->map();
        const int nodes = nodeCount(*m_canvas);
        if (m_place < nodes)
            return {map.scene.nodes[map.part.nodes[static_cast<std::size_t>(m_place)]].name, {}};
        const layout::MapEdge &edge = map.scene.edges[map.part.edges[static_cast<std::size_t>(m_place - nodes)]];
        return {map.scene.nodes[edge.from].name, map.scene.nodes[edge.to].name};
    }

private:
    /// Null when it is not on screen.
    [[nodiscard]] QRect rectOnCanvas() const
    {
        const DrawnMap &map = *m_canvas->map();
        const int nodes = nodeCount(*m_canvas);
        if (m_place < nodes) {
            const std::uint32_t wanted = map.part.nodes[static_cast<std::size_t>(m_place)];
            for (const layout::PaintedNode &node : m_canvas->picture().nodes) {
                if (node.node == wanted)
                    return QRectF(node.rect.xPx, node.rect.yPx, node.rect.widthPx, node.rect.heightPx).toAlignedRect();
            }
            return {};
        }
        const std::uint32_t wanted = map.part.edges[static_cast<std::size_t>(m_place - nodes)];
        for (const layout::PaintedEdge &edge : m_canvas->picture().edges) {
            if (edge.edge != wanted)
                continue;
            QPolygonF line;
            for (const layout::MapPoint &point : edge.line)
                line.append(QPointF(point.x, point.y));
            return line.boundingRect().adjusted(-2, -2, 2, 2).toAlignedRect();
        }
        return {};
    }

    QPointer<MapCanvas> m_canvas;
    int m_place;
};

/// The canvas as a list. Its items live in Qt's cache and go when the map is replaced.
class CanvasAccessible final : public QAccessibleWidget {
public:
    explicit CanvasAccessible(MapCanvas *canvas) : QAccessibleWidget(canvas, QAccessible::List)
    {
        m_connection = QObject::connect(canvas, &MapCanvas::mapReplaced, canvas, [this] { forget(); });
    }
    ~CanvasAccessible() override
    {
        QObject::disconnect(m_connection);
        forget();
    }

    [[nodiscard]] int childCount() const override { return partCount(*canvas()); }

    [[nodiscard]] QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        auto known = m_items.find(index);
        if (known == m_items.end()) {
            auto *item = new PartAccessible(canvas(), index); // the cache owns it
            known = m_items.emplace(index, QAccessible::registerAccessibleInterface(item)).first;
        }
        return QAccessible::accessibleInterface(known->second);
    }

    [[nodiscard]] QAccessibleInterface *childAt(int x, int y) const override
    {
        const QPoint position = canvas()->mapFromGlobal(QPoint(x, y));
        for (int i = 0; i < nodeCount(*canvas()); ++i) {
            if (child(i)->rect().contains(QPoint(x, y)))
                return child(i);
        }
        const std::uint32_t edge =
            canvas()->picture().edgeAt({static_cast<double>(position.x()), static_cast<double>(position.y())});
        if (edge == MapPicture::kNone)
            return nullptr;
        const std::uint32_t wanted = canvas()->picture().edges[edge].edge;
        const auto place = std::ranges::find(canvas()->map()->part.edges, wanted);
        return child(nodeCount(*canvas()) + static_cast<int>(place - canvas()->map()->part.edges.begin()));
    }

    [[nodiscard]] QAccessibleInterface *focusChild() const override
    {
        for (int i = 0; !canvas()->selection().isEmpty() && i < childCount(); ++i) {
            if (static_cast<PartAccessible *>(child(i))->names() == canvas()->selection())
                return child(i);
        }
        return nullptr;
    }

    [[nodiscard]] int indexOfChild(const QAccessibleInterface *wanted) const override
    {
        for (const auto &[place, id] : m_items) {
            if (QAccessible::accessibleInterface(id) == wanted)
                return place;
        }
        return -1;
    }

private:
    [[nodiscard]] MapCanvas *canvas() const { return static_cast<MapCanvas *>(widget()); }
    void forget()
    {
        for (const auto &[place, id] : m_items)
            QAccessible::deleteAccessibleInterface(id);
        m_items.clear();
    }

    mutable std::map<int, QAccessible::Id> m_items;
    QMetaObject::Connection m_connection;
};

QAccessibleInterface *makeInterface(const QString &, QObject *object)
{
    auto *canvas = qobject_cast<MapCanvas *>(object);
    return canvas == nullptr ? nullptr : new CanvasAccessible(canvas);
}

} // namespace

void installMapAccessibility()
{
    static const bool isInstalled = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(isInstalled)
}

} // namespace tailspan::servicemap
