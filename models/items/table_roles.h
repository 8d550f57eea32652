// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <qnamespace.h>

namespace tailspan::items {

/// What tables say of a cell besides its text, so that one delegate paints many and one proxy sorts them.
/// Tooltips have a role of their own, not Qt::ToolTipRole: views guess markup there.
enum TableRole : int {
    SortRole = Qt::UserRole + 1, ///< The number or text a column sorts by; invalid where there is no value.
    FullTextRole,                ///< What a copy and a tooltip say.
    ToneRole,                    ///< CellTone, int.
    // Of tables of traces, spans and call paths:
    TraceRole,         ///< Row of TraceSnapshot::traces(), unsigned.
    NodeRole,          ///< The group, node or path that the row stands for, unsigned.
    ServiceRole,       ///< ServiceId, unsigned: the colour of the row.
    ServiceNameRole,   ///< A cell with this role shows a service and an operation.
    OperationNameRole, ///< QString
    BarRatioRole,      ///< 0..1: a bar under the figure. With IsChangeRole -1..1, from the middle.
    IsChangeRole,      ///< The figure is a change: more is worse.
    AdviceRole,        ///< QString, "" for none: what the advisor says of the row, a line a finding; of its first cell.
    MarkedRole,        ///< The row is about the moment under the crosshair; bool, of its first cell.
};

enum class CellTone : int { Plain, Muted, Good, Warning, Bad, Id };

} // namespace tailspan::items
