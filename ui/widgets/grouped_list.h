// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTreeView>

namespace tailspan::widgets {

/// Groups with rows below them: titles of groups stand out, all rows have one height, the first column stretches,
/// tooltips show `fullTextRole` as plain text and Ctrl+C copies it. Thread: GUI.
class GroupedList final : public QTreeView {
    Q_OBJECT
public:
    GroupedList(QAbstractItemModel *model, int fullTextRole, QWidget *parent);
};

} // namespace tailspan::widgets
