// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/table_roles.h"
#include "models/trace/trace_snapshot.h"

#include <QAbstractTableModel>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace tailspan::items {

/// The traces of a snapshot as a table that sorts and filters itself: it orders row numbers by plain integers, so
/// 100,000 traces take milliseconds.
/// Thread: GUI. Keeps the snapshot alive. Texts from files are given as they are: show them as plain text.
class TraceListModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        RootColumn,
        StartColumn,
        DurationColumn,
        SpansColumn,
        ServicesColumn,
        ErrorsColumn,
        RepairsColumn,
        TraceIdColumn,
        ColumnCount
    };
    explicit TraceListModel(QObject *parent = nullptr);

    void setSnapshot(trace::TraceSnapshotPtr snapshot);
    /// By row of TraceSnapshot::traces() whether the filter lets it through; null lists all. Of the snapshot that is
    /// set: a new one lists all again.
    void setFitting(std::shared_ptr<const std::vector<bool>> fits);
    /// Lists only traces that overlap the range; an empty range lists all.
    void setRange(TimeRange range);
    /// Marks the traces that ran in that stretch of time; an empty one marks none.
    void setMoment(TimeRange step);
    [[nodiscard]] const trace::TraceSnapshotPtr &snapshot() const { return m_snapshot; }
    [[nodiscard]] TraceRow traceAt(int row) const;
    [[nodiscard]] std::optional<int> rowOf(TraceRow trace) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

private:
    [[nodiscard]] QString displayText(const trace::TraceSummary &trace, int column) const;
    [[nodiscard]] QString fullText(const trace::TraceSummary &trace, int column) const;
    [[nodiscard]] QVariant sortValue(const trace::TraceSummary &trace, int column) const;
    [[nodiscard]] std::int64_t sortKey(const trace::TraceSummary &trace) const;
    [[nodiscard]] bool isMarked(const trace::TraceSummary &trace) const;
    void refilter();
    void reorder();
    void rankNames();

    trace::TraceSnapshotPtr m_snapshot;
    std::shared_ptr<const std::vector<bool>> m_fits;
    TimeRange m_range;
    TimeRange m_moment;
    std::vector<std::uint32_t> m_order;        // what is listed: rows of traces()
    std::vector<std::uint32_t> m_serviceRanks; // place of the name in the alphabet, by id
    std::vector<std::uint32_t> m_operationRanks;
    std::int64_t m_longestNs = 0;
    bool m_showsDates = false;
    int m_sortColumn = DurationColumn;
    Qt::SortOrder m_sortOrder = Qt::DescendingOrder;
};

} // namespace tailspan::items
