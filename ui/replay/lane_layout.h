// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/settings/lane_choices.h"
#include "app/workspace/workspace.h"

#include <QObject>
#include <QStringList>

namespace tailspan::replay {

/// How the user wants the lanes: their order, which are hidden, how high they are, what their axes are. By the id of
/// their kind, so the next run looks the same; kept in the settings.
/// Thread: GUI. Owner: the page.
class LaneLayout final : public QObject {
    Q_OBJECT
public:
    explicit LaneLayout(workspace::Workspace &workspace, QObject *parent = nullptr);

    [[nodiscard]] settings::LaneChoice choiceOf(const QString &id) const;
    void setChoice(const QString &id, const settings::LaneChoice &choice);
    /// Several at once, where one grows and its neighbour gives way. `isFinal`: not in the middle of a drag, to be kept.
    void setHeights(const QMap<QString, double> &heights, bool isFinal);
    /// `ids` stand in their usual order; those the user never moved stay behind the one that is usually before them.
    [[nodiscard]] QStringList ordered(const QStringList &ids) const;
    /// Puts a lane where that one of `ids` stands now.
    void moveTo(const QStringList &ids, const QString &id, const QString &place);
    /// Past the next one that is shown; false where there is none in that direction.
    bool moveBy(const QStringList &ids, const QString &id, int direction);
    [[nodiscard]] bool canMoveBy(const QStringList &ids, const QString &id, int direction) const;
    [[nodiscard]] bool isUsual() const;
    void reset();

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] QString neighbour(const QStringList &ids, const QString &id, int direction) const;
    void keep();

    workspace::Workspace &m_workspace;
};

} // namespace tailspan::replay
