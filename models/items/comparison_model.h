// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/tree_table_model.h"
#include "models/trace/trace_comparison.h"

#include <memory>

namespace tailspan::items {

/// Two sets of traces call path by call path: what changed, how much of the difference it explains, and whether chance
/// explains it as well. As a list the paths with the largest changes come first; as a tree each stands below its caller.
/// Thread: GUI. Keeps both snapshots alive.
class ComparisonModel final : public TreeTableModel {
    Q_OBJECT
public:
    enum ColumnId {
        PathColumn,
        CriticalColumn,
        SelfColumn,
        P50Column,
        P95Column,
        ShareColumn,
        CallsColumn,
        FailedColumn,
        ChanceColumn,
        ColumnCount
    };
    struct Compared {
        trace::TraceSnapshotPtr snapshotA;
        trace::TraceSnapshotPtr snapshotB;
        trace::TraceComparison comparison;
    };

    explicit ComparisonModel(QObject *parent = nullptr);
    /// Null empties it.
    void setComparison(std::shared_ptr<const Compared> compared);
    void setTree(bool isTree);
    /// Leaves out, in the list, what chance explains as well.
    void setOnlySignificant(bool onlySignificant);
    [[nodiscard]] const Compared *compared() const { return m_compared.get(); }
    /// A span to look at for that path: the longest of B, or of A where B has none. Which snapshot it is of is said.
    struct Exemplar {
        bool isOfB = true;
        SpanRow row;
    };
    [[nodiscard]] Exemplar exemplarOf(std::uint32_t path) const;

protected:
    [[nodiscard]] std::span<const Column> columns() const override;
    [[nodiscard]] QVariant cell(std::uint32_t path, int column, int role) const override;
    [[nodiscard]] double figure(std::uint32_t path, int column) const override;
    [[nodiscard]] QString nameOf(std::uint32_t path) const override;

private:
    [[nodiscard]] const trace::TraceComparison::Path &pathAt(std::uint32_t path) const;
    [[nodiscard]] QString serviceOf(std::uint32_t path) const;
    [[nodiscard]] QString operationOf(std::uint32_t path) const;
    [[nodiscard]] QString text(std::uint32_t path, int column) const;
    [[nodiscard]] QString fullText(std::uint32_t path, int column) const;
    [[nodiscard]] QVariant barRatio(std::uint32_t path, int column) const;
    void rebuild();

    std::shared_ptr<const Compared> m_compared;
    bool m_isTree = false;
    bool m_onlySignificant = false;
    double m_largestCriticalNs = 0;
    double m_largestSelfNs = 0;
};

} // namespace tailspan::items
