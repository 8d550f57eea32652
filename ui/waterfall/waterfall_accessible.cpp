// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/waterfall_accessible.h"

#include "ui/waterfall/span_badges.h"
#include "ui/waterfall/waterfall_canvas.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPointer>

#include <map>

namespace tailspan::waterfall {

namespace {

/// One row of the page, by its place.
class RowAccessible final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    RowAccessible(WaterfallCanvas *canvas, std::uint32_t place) : m_canvas(canvas), m_place(place) {}

    [[nodiscard]] bool isValid() const override
    {
        return m_canvas != nullptr && !m_canvas->state().isEmpty()
            && m_place < m_canvas->state().order().visibleCount();
    }
    [[nodiscard]] QObject *object() const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface *parent() const override
    {
        return QAccessible::queryAccessibleInterface(m_canvas);
    }
    [[nodiscard]] QAccessibleInterface *child(int) const override { return nullptr; }
    [[nodiscard]] int childCount() const override { return 0; }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    [[nodiscard]] QAccessible::Role role() const override { return QAccessible::TreeItem; }

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        if (!isValid())
            return {};
        const trace::TraceSnapshot &snapshot = *m_canvas->state().snapshot();
        if (kind == QAccessible::Name)
            return rowName(snapshot, m_canvas->state().order(), entry());
        const QString value = rowValue(snapshot, m_canvas->state().order(), entry());
        if (kind == QAccessible::Value)
            return value;
        if (kind != QAccessible::Description)
            return {};
        // AT-SPI knows values as numbers only: what the row says is its description as well.
        const QString repairs = !entry().isSpan() ? QString() : repairLines(snapshot, entry().span);
        return repairs.isEmpty() ? value : QString(value + QLatin1Char('\n') + repairs);
    }
    void setText(QAccessible::Text, const QString &) override {}

    [[nodiscard]] QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect row = m_canvas->rowRect(m_place);
        return {m_canvas->viewport()->mapToGlobal(row.topLeft()), row.size()};
    }

    [[nodiscard]] QAccessible::State state() const override
    {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        const WaterfallState &shared = m_canvas->state();
        state.selectable = state.focusable = true;
        state.selected = shared.selectedEntry() == entry();
        state.focused = state.selected && m_canvas->hasFocus();
        state.expandable = shared.order().canFold(entry());
        state.collapsed = shared.order().isFolded(entry());
        state.expanded = state.expandable && !state.collapsed;
        state.offscreen = !m_canvas->viewport()->rect().intersects(m_canvas->rowRect(m_place));
        return state;
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this) : nullptr;
    }
    [[nodiscard]] QStringList actionNames() const override { return {setFocusAction(), pressAction()}; }
    void doAction(const QString &action) override
    {
        if (!isValid())
            return;
        WaterfallState &state = m_canvas->state();
        const layout::RowEntry pressed = entry();
        state.selectEntry(pressed);
        if (action == pressAction() && pressed.isRun())
            state.setFolded(pressed, !state.order().isFolded(pressed));
        else if (action == pressAction())
            Q_EMIT m_canvas->activated(pressed.span);
    }
    [[nodiscard]] QStringList keyBindingsForAction(const QString &) const override { return {}; }

private:
    [[nodiscard]] layout::RowEntry entry() const { return m_canvas->state().order().entryAt(m_place); }

    QPointer<WaterfallCanvas> m_canvas;
    std::uint32_t m_place;
};

/// The canvas as a tree of its rows. Row interfaces live in Qt's cache and go when the canvas goes or its rows change.
class CanvasAccessible final : public QAccessibleWidget {
public:
    explicit CanvasAccessible(WaterfallCanvas *canvas) : QAccessibleWidget(canvas, QAccessible::Tree)
    {
        const auto forget = [this] { forgetRows(); };
        m_connections = {QObject::connect(&canvas->state(), &WaterfallState::traceChanged, canvas, forget),
                         QObject::connect(&canvas->state(), &WaterfallState::rowsChanged, canvas, forget)};
    }
    ~CanvasAccessible() override
    {
        for (const QMetaObject::Connection &connection : m_connections)
            QObject::disconnect(connection);
        forgetRows();
    }

    [[nodiscard]] int childCount() const override
    {
        return canvas()->state().isEmpty() ? 0 : static_cast<int>(canvas()->state().order().visibleCount());
    }

    [[nodiscard]] QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        const auto place = static_cast<std::uint32_t>(index);
        const auto known = m_rows.find(place);
        if (known != m_rows.end())
            return QAccessible::accessibleInterface(known->second);
        auto *row = new RowAccessible(canvas(), place); // the cache owns it
        m_rows.emplace(place, QAccessible::registerAccessibleInterface(row));
        return row;
    }

    [[nodiscard]] QAccessibleInterface *childAt(int x, int y) const override
    {
        const QPoint position = canvas()->viewport()->mapFromGlobal(QPoint(x, y));
        const auto place = canvas()->placeAt(position.y());
        return place.has_value() ? child(static_cast<int>(*place)) : nullptr;
    }

    [[nodiscard]] QAccessibleInterface *focusChild() const override
    {
        if (canvas()->state().isEmpty())
            return nullptr;
        const auto place = canvas()->state().order().placeOf(canvas()->state().selectedEntry());
        return place.has_value() ? child(static_cast<int>(*place)) : nullptr;
    }

    [[nodiscard]] int indexOfChild(const QAccessibleInterface *wanted) const override
    {
        for (const auto &[place, id] : m_rows) {
            if (QAccessible::accessibleInterface(id) == wanted)
                return static_cast<int>(place);
        }
        return -1;
    }

private:
    [[nodiscard]] WaterfallCanvas *canvas() const { return static_cast<WaterfallCanvas *>(widget()); }
    void forgetRows()
    {
        for (const auto &[place, id] : m_rows)
            QAccessible::deleteAccessibleInterface(id);
        m_rows.clear();
    }

    mutable std::map<std::uint32_t, QAccessible::Id> m_rows;
    std::array<QMetaObject::Connection, 2> m_connections;
};

QAccessibleInterface *makeInterface(const QString &, QObject *object)
{
    auto *canvas = qobject_cast<WaterfallCanvas *>(object);
    return canvas == nullptr ? nullptr : new CanvasAccessible(canvas);
}

} // namespace

void installWaterfallAccessibility()
{
    static const bool isInstalled = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(isInstalled)
}

} // namespace tailspan::waterfall
