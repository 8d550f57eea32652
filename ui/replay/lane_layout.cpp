// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/lane_layout.h"

#include <algorithm>

namespace tailspan::replay {

using settings::LaneChoice;
using settings::LaneChoices;

LaneLayout::LaneLayout(workspace::Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace) {}

LaneChoice LaneLayout::choiceOf(const QString &id) const
{
    return m_workspace.settings().value().replayLanes.lanes.value(id);
}

void LaneLayout::keep()
{
    m_workspace.saveSettings();
    Q_EMIT changed();
}

void LaneLayout::setChoice(const QString &id, const LaneChoice &choice)
{
    if (choice == choiceOf(id))
        return;
    QMap<QString, LaneChoice> &lanes = m_workspace.settings().edit().replayLanes.lanes;
    if (choice == LaneChoice())
        lanes.remove(id);
    else
        lanes.insert(id, choice);
    keep();
}

void LaneLayout::setHeights(const QMap<QString, double> &heights, bool isFinal)
{
    QMap<QString, LaneChoice> &lanes = m_workspace.settings().edit().replayLanes.lanes;
    for (auto it = heights.begin(); it != heights.end(); ++it)
        lanes[it.key()].height = std::clamp(it.value(), LaneChoice::kLeastHeight, LaneChoice::kMostHeight);
    if (isFinal)
        keep();
    else
        Q_EMIT changed();
}

QStringList LaneLayout::ordered(const QStringList &ids) const
{
    QStringList result;
    for (const QString &id : m_workspace.settings().value().replayLanes.order) {
        if (ids.contains(id))
            result.append(id);
    }
    for (qsizetype i = 0; i < ids.size(); ++i) {
        if (!result.contains(ids[i]))
            result.insert(i == 0 ? 0 : result.indexOf(ids[i - 1]) + 1, ids[i]);
    }
    return result;
}

void LaneLayout::moveTo(const QStringList &ids, const QString &id, const QString &place)
{
    QStringList wanted = ordered(ids);
    const qsizetype from = wanted.indexOf(id);
    const qsizetype to = wanted.indexOf(place);
    if (from < 0 || to < 0 || from == to)
        return;
    wanted.move(from, to);
    QStringList &order = m_workspace.settings().edit().replayLanes.order;
    order.removeIf([&](const QString &known) { return wanted.contains(known); });
    order += wanted;
    keep();
}

QString LaneLayout::neighbour(const QStringList &ids, const QString &id, int direction) const
{
    const QStringList now = ordered(ids);
    for (qsizetype i = now.indexOf(id) + direction; i >= 0 && i < now.size(); i += direction) {
        if (!choiceOf(now[i]).isHidden)
            return now[i];
    }
    return {};
}

bool LaneLayout::canMoveBy(const QStringList &ids, const QString &id, int direction) const
{
    return !neighbour(ids, id, direction).isEmpty();
}

bool LaneLayout::moveBy(const QStringList &ids, const QString &id, int direction)
{
    const QString place = neighbour(ids, id, direction);
    if (!place.isEmpty())
        moveTo(ids, id, place);
    return !place.isEmpty();
}

bool LaneLayout::isUsual() const
{
    return m_workspace.settings().value().replayLanes == LaneChoices();
}

void LaneLayout::reset()
{
    m_workspace.settings().edit().replayLanes = {};
    keep();
}

} // namespace tailspan::replay
