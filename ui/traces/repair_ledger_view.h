// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <QWidget>

class QComboBox;
class QTreeView;

namespace tailspan::items {
class RepairLedgerModel;
}
namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::traces {

/// The repair ledger: what did not fit in the data, what was done about it, and each span concerned. Choosing an
/// entry goes to its span. Thread: GUI.
class RepairLedgerView : public QWidget {
    Q_OBJECT
public:
    explicit RepairLedgerView(QWidget *parent = nullptr);

    void setSnapshot(trace::TraceSnapshotPtr snapshot);
    /// The trace that "this trace only" means.
    void setTrace(TraceRow trace);
    [[nodiscard]] QTreeView &tree() { return *m_tree; }

Q_SIGNALS:
    void spanChosen(SpanRow span);

private:
    void refill();
    void showExplanation();

    trace::TraceSnapshotPtr m_snapshot;
    TraceRow m_trace;
    items::RepairLedgerModel *m_model = nullptr;
    QComboBox *m_scope = nullptr;
    QTreeView *m_tree = nullptr;
    widgets::PlainLabel *m_explanation = nullptr;
    widgets::PlainLabel *m_nothing = nullptr;
};

} // namespace tailspan::traces
