// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QToolButton>

#include <functional>
#include <vector>

class QMenu;

namespace tailspan::replay {

class LaneLayout;

/// A lane as menus speak of it.
struct LaneEntry {
    QString id;
    QString name;
    bool hasValueAxis = false; ///< Linear or logarithmic, from 0 or from the lowest value.
};
/// Lanes that can change places with each other, in their usual order.
using LaneGroup = std::vector<LaneEntry>;

[[nodiscard]] QStringList idsOf(const LaneGroup &group);

/// A line that says what the ones below it are about; some styles leave out the texts of sections.
void addHeading(QMenu &menu, const QString &text);
/// Move up and down, height, axis, hide: what can be done with one lane.
void addLaneActions(QMenu &menu, LaneLayout &layout, const LaneGroup &group, const LaneEntry &lane);

/// A button that lists all lanes, checked where they are shown, and leads to the menu of each.
/// Thread: GUI.
class LanesButton final : public QToolButton {
    Q_OBJECT
public:
    using Groups = std::function<std::vector<LaneGroup>()>;
    LanesButton(LaneLayout &layout, Groups groups, QWidget *parent = nullptr);

private:
    void fill();

    LaneLayout &m_layout;
    Groups m_groups;
    QMenu *m_menu = nullptr;
};

} // namespace tailspan::replay
