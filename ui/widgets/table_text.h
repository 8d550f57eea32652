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
/// Ctrl+C in the view copies the selected rows as TSV, its menu also as Markdown. What the roles are is remembered for
/// saving the table as a file; `numberRole`: of numbers behind the texts, if the model has one.
void addCopyAction(QAbstractItemView &view, int textRole, int numberRole = -1);
inline constexpr const char *kTextRoleProperty = "tailspanTextRole";
inline constexpr const char *kNumberRoleProperty = "tailspanNumberRole";

} // namespace tailspan::widgets
