// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QTableView;
class QWidget;

namespace tailspan::items {
class TraceListModel;
}

namespace tailspan::traces {

/// The table of the trace list: columns, sorting, copying. Thread: GUI. Owner: `parent`.
[[nodiscard]] QTableView *makeTraceTable(items::TraceListModel &model, QWidget *parent);
/// Hides columns in a narrow list: what a trace is called needs room more than what its head says as well.
void fitTraceColumns(QTableView &table, int widthPx);

} // namespace tailspan::traces
