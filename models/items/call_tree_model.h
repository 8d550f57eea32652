// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/tree_table_model.h"
#include "models/trace/call_tree.h"

#include <memory>

namespace tailspan::items {

/// The aggregate tree: traces merged by call path, with what each path cost. Thread: GUI. Keeps snapshot and tree alive.
class CallTreeModel final : public TreeTableModel {
    Q_OBJECT
public:
    enum ColumnId {
        PathColumn,
        CallsColumn,
        CallsPerTraceColumn,
        P50Column,
        P95Column,
        SelfColumn,
        CriticalColumn,
        FailedColumn,
        ColumnCount
    };

    explicit CallTreeModel(QObject *parent = nullptr);
    /// Either both or none.
    void setTree(trace::TraceSnapshotPtr snapshot, std::shared_ptr<const trace::CallTree> tree);
    [[nodiscard]] const trace::CallTree *tree() const { return m_tree.get(); }

protected:
    [[nodiscard]] std::span<const Column> columns() const override;
    [[nodiscard]] QVariant cell(std::uint32_t node, int column, int role) const override;
    [[nodiscard]] double figure(std::uint32_t node, int column) const override;
    [[nodiscard]] QString nameOf(std::uint32_t node) const override;

private:
    [[nodiscard]] QString text(const trace::CallTree::Node &node, int column) const;
    [[nodiscard]] QString fullText(const trace::CallTree::Node &node, int column) const;
    [[nodiscard]] QVariant barRatio(std::uint32_t node, int column) const;

    trace::TraceSnapshotPtr m_snapshot;
    std::shared_ptr<const trace::CallTree> m_tree;
    double m_selfNs = 0; // of all nodes
    double m_criticalNs = 0;
    double m_traces = 1;
};

} // namespace tailspan::items
