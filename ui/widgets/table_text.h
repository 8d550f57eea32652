// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QModelIndexList>
#include <QString>

class QAbstractItemView;

namespace tailspan::widgets {

/// The rows of `selected` as tab-separated lines under a line of titles, each row once, all columns, top to bottom.
/// `textRole` gives the full text of a cell, and of a title where the model has one in that role. Tabs and line
/// breaks inside a cell become spaces.
[[nodiscard]] QString rowsAsTsv(const QModelIndexList &selected, int textRole);
/// Ctrl+C in the view copies the selected rows as TSV.
void addCopyAction(QAbstractItemView &view, int textRole);

} // namespace tailspan::widgets
