// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/lane_menu.h"

#include "ui/replay/lane_layout.h"

#include <QActionGroup>
#include <QCoreApplication>
#include <QMenu>

#include <algorithm>
#include <array>
#include <cmath>

namespace tailspan::replay {

using settings::LaneChoice;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("LaneMenu", text);
}

/// An ampersand of a lane's name is no key.
QString menuText(QString name)
{
    return name.replace(u'&', QStringLiteral("&&"));
}

/// One of several ways; `change` makes a choice of it.
struct Way {
    QString text;
    bool isChosen = false;
    std::function<void(LaneChoice &)> change;
};

void addWays(QMenu &menu, LaneLayout &layout, const QString &id, const std::vector<Way> &ways)
{
    auto *group = new QActionGroup(&menu);
    for (const Way &way : ways) {
        QAction *action = menu.addAction(way.text);
        action->setCheckable(true);
        action->setChecked(way.isChosen);
        group->addAction(action);
        QObject::connect(action, &QAction::triggered, &layout, [&layout, id, change = way.change] {
            LaneChoice choice = layout.choiceOf(id);
            change(choice);
            layout.setChoice(id, choice);
        });
    }
}

void addHeights(QMenu &menu, LaneLayout &layout, const QString &id)
{
    constexpr std::array kHeights{0.5, 1.0, 2.0};
    const std::array names{tr("Small"), tr("Normal height"), tr("Tall")};
    const double now = layout.choiceOf(id).height;
    std::vector<Way> ways;
    for (std::size_t i = 0; i < kHeights.size(); ++i) {
        const double height = kHeights[i];
        ways.push_back(
            {names[i], std::abs(now - height) < 0.01, [height](LaneChoice &choice) { choice.height = height; }});
    }
    addWays(menu, layout, id, ways);
}

void addAxis(QMenu &menu, LaneLayout &layout, const QString &id)
{
    const LaneChoice now = layout.choiceOf(id);
    menu.addSeparator();
    addWays(menu, layout, id,
            {{tr("Linear axis"), !now.isLogarithmic, [](LaneChoice &choice) { choice.isLogarithmic = false; }},
             {tr("Logarithmic axis"), now.isLogarithmic, [](LaneChoice &choice) { choice.isLogarithmic = true; }}});
    menu.addSeparator();
    addWays(menu, layout, id,
            {{tr("Axis from zero"), !now.isFitted, [](LaneChoice &choice) { choice.isFitted = false; }},
             {tr("Axis from the lowest value"), now.isFitted, [](LaneChoice &choice) { choice.isFitted = true; }}});
}

} // namespace

QStringList idsOf(const LaneGroup &group)
{
    QStringList ids;
    for (const LaneEntry &lane : group)
        ids.append(lane.id);
    return ids;
}

void addHeading(QMenu &menu, const QString &text)
{
    menu.addAction(menuText(text))->setEnabled(false);
}

void addLaneActions(QMenu &menu, LaneLayout &layout, const LaneGroup &group, const LaneEntry &lane)
{
    const QStringList ids = idsOf(group);
    const bool isHidden = layout.choiceOf(lane.id).isHidden;
    for (const int direction : {-1, 1}) {
        QAction *move = menu.addAction(direction < 0 ? tr("Move up") + QStringLiteral("\tAlt+Up")
                                                     : tr("Move down") + QStringLiteral("\tAlt+Down"));
        move->setEnabled(!isHidden && layout.canMoveBy(ids, lane.id, direction));
        QObject::connect(move, &QAction::triggered, &layout,
                         [&layout, ids, id = lane.id, direction] { (void)layout.moveBy(ids, id, direction); });
    }
    menu.addSeparator();
    addHeights(menu, layout, lane.id);
    if (lane.hasValueAxis)
        addAxis(menu, layout, lane.id);
    menu.addSeparator();
    const QAction *hide = menu.addAction(isHidden ? tr("Show this lane") : tr("Hide this lane"));
    QObject::connect(hide, &QAction::triggered, &layout, [&layout, id = lane.id, isHidden] {
        LaneChoice choice = layout.choiceOf(id);
        choice.isHidden = !isHidden;
        layout.setChoice(id, choice);
    });
}

LanesButton::LanesButton(LaneLayout &layout, Groups groups, QWidget *parent)
    : QToolButton(parent), m_layout(layout), m_groups(std::move(groups)), m_menu(new QMenu(this))
{
    setObjectName(QStringLiteral("arrangeLanes"));
    setText(tr("Arrange lanes"));
    setAccessibleName(text());
    setPopupMode(QToolButton::InstantPopup);
    setFocusPolicy(Qt::TabFocus);
    setMenu(m_menu);
    connect(m_menu, &QMenu::aboutToShow, this, &LanesButton::fill);
}

void LanesButton::fill()
{
    m_menu->clear();
    const std::vector<LaneGroup> groups = m_groups();
    const auto inOrder = [this](const LaneGroup &group, auto take) {
        for (const QString &id : m_layout.ordered(idsOf(group)))
            take(*std::ranges::find(group, id, &LaneEntry::id));
    };
    addHeading(*m_menu, tr("Shown"));
    for (const LaneGroup &group : groups) {
        inOrder(group, [this](const LaneEntry &lane) {
            QAction *shown = m_menu->addAction(menuText(lane.name));
            shown->setCheckable(true);
            shown->setChecked(!m_layout.choiceOf(lane.id).isHidden);
            connect(shown, &QAction::triggered, &m_layout, [this, id = lane.id](bool isOn) {
                LaneChoice choice = m_layout.choiceOf(id);
                choice.isHidden = !isOn;
                m_layout.setChoice(id, choice);
            });
        });
    }
    m_menu->addSeparator();
    addHeading(*m_menu, tr("Place, height and axis of"));
    for (const LaneGroup &group : groups) {
        inOrder(group, [this, &group](const LaneEntry &lane) {
            addLaneActions(*m_menu->addMenu(menuText(lane.name)), m_layout, group, lane);
        });
    }
    m_menu->addSeparator();
    QAction *reset = m_menu->addAction(tr("All lanes as usual"));
    reset->setEnabled(!m_layout.isUsual());
    connect(reset, &QAction::triggered, &m_layout, &LaneLayout::reset);
}

} // namespace tailspan::replay
