// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <QByteArray>
#include <QModelIndexList>
#include <QString>

class QAbstractItemModel;
class QAbstractItemView;

namespace tailspan::widgets {

/// Which roles of a model say what a cell holds.
struct TableRoles {
    int text;   ///< The full text of a cell, and of a title where the model has one in that role.
    int number; ///< A number behind the text, in JSON instead of it; a negative role: texts only.
};

/// The whole model, titles first, as RFC 4180 has it; a cell that a spreadsheet would run as a formula begins with an
/// apostrophe. Of a tree each row follows its parent and has its level in a column "level".
[[nodiscard]] QByteArray tableAsCsv(const QAbstractItemModel &model, TableRoles roles);
/// The same as an array of objects, a name each title.
[[nodiscard]] QByteArray tableAsJson(const QAbstractItemModel &model, TableRoles roles);
/// The rows of `selected`, each once, all columns, as a table of Markdown. Outside text stays text.
[[nodiscard]] QString rowsAsMarkdown(const QModelIndexList &selected, int textRole);

/// The table that the user means: the one with the keyboard focus below `root`, else the largest that can be seen.
/// Null when there is none. Only views that addCopyAction() was given.
[[nodiscard]] QAbstractItemView *tableIn(const QWidget &root);
/// The roles of a view that addCopyAction() was given.
[[nodiscard]] TableRoles rolesOf(const QAbstractItemView &view);

} // namespace tailspan::widgets
