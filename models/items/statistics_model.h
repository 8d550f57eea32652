// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/tree_table_model.h"
#include "models/trace/span_statistics.h"

#include <memory>

namespace tailspan::items {

/// What a statistics table shows: groups of spans and the totals of each.
struct GroupedStatistics {
    trace::SpanStatistics statistics;
    std::vector<std::string> names;        ///< By group number.
    std::vector<std::uint32_t> services;   ///< By group number, for its colour; empty when groups are no services.
    std::vector<std::string> serviceNames; ///< Likewise; the names of operations begin with them.
};

/// Spans by service, operation or any attribute, and where their time went. Groups without spans are left out.
/// Thread: GUI.
class StatisticsModel final : public TreeTableModel {
    Q_OBJECT
public:
    enum ColumnId {
        NameColumn,
        SpansColumn,
        TotalColumn,
        SelfColumn,
        P50Column,
        P95Column,
        P99Column,
        FailedColumn,
        CriticalColumn,
        ColumnCount
    };

    explicit StatisticsModel(QObject *parent = nullptr);
    /// Null empties it.
    void setStatistics(std::shared_ptr<const GroupedStatistics> groups);
    [[nodiscard]] const GroupedStatistics *groups() const { return m_groups.get(); }

protected:
    [[nodiscard]] std::span<const Column> columns() const override;
    [[nodiscard]] QVariant cell(std::uint32_t group, int column, int role) const override;
    [[nodiscard]] double figure(std::uint32_t group, int column) const override;
    [[nodiscard]] QString nameOf(std::uint32_t group) const override;

private:
    [[nodiscard]] QString text(const trace::SpanTotals &totals, int column) const;
    [[nodiscard]] QString fullText(std::uint32_t group, int column) const;
    [[nodiscard]] QVariant barRatio(std::uint32_t group, int column) const;

    std::shared_ptr<const GroupedStatistics> m_groups;
};

} // namespace tailspan::items
