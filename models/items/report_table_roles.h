// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <qnamespace.h>

namespace tailspan::items {

/// Roles that the tables of a load-test report have in common, so that one delegate paints and one proxy sorts them.
enum ReportTableRole : int {
    SortRole = Qt::UserRole + 1, ///< The number or text a column sorts by; invalid where there is no value.
    FullTextRole,                ///< What a copy and a tooltip say. Not Qt::ToolTipRole: views guess markup there.
    ToneRole,                    ///< CellTone, int.
};

enum class CellTone : int { Plain, Muted, Good, Warning, Bad };

} // namespace tailspan::items
