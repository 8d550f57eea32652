// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <QString>

class QAbstractItemView;
class QWidget;

namespace tailspan::mainwindow {

/// Paints what the widget shows into a file: PNG, SVG or PDF by the ending of the name, PNG where there is none of
/// these. Written as a whole: a full disk leaves an older file as it was. Thread: GUI. Errors: Internal.
[[nodiscard]] Result<> savePicture(QWidget &widget, const QString &path);
/// All rows of a table: JSON by the ending of the name, CSV else. The same in everything else.
[[nodiscard]] Result<> saveTable(const QAbstractItemView &view, const QString &path);

} // namespace tailspan::mainwindow
