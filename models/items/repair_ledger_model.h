// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <QAbstractItemModel>

#include <vector>

namespace tailspan::items {

/// The repair ledger as a tree of two levels: what happened, how often and what Tailspan does about it; below it
/// each span concerned. Entries are handed out in batches as the view scrolls, so a million of them cost nothing.
/// Thread: GUI. Keeps the snapshot alive.
class RepairLedgerModel final : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { TextColumn, CountColumn, ColumnCount };
    enum Role : int {
        SpanRole = Qt::UserRole + 1, ///< Row of the span of an entry, unsigned; nothing for a heading.
        ExplanationRole,             ///< Of a heading: what is done about it.
        IsRepairRole,                ///< Of a heading: false for a mere note.
        FullTextRole,                ///< For tooltips. Not Qt::ToolTipRole: views guess markup there.
    };
    static constexpr int kBatch = 500;

    explicit RepairLedgerModel(QObject *parent = nullptr);

    /// With a valid trace only its entries are listed.
    void setSnapshot(trace::TraceSnapshotPtr snapshot, TraceRow onlyTrace = {});

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &index) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex &parent = {}) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Group {
        trace::RepairKind kind{};
        std::vector<std::uint32_t> entries; ///< Rows of RepairLedger::entries().
        int handedOut = 0;
    };
    [[nodiscard]] static bool isGroup(const QModelIndex &index);
    [[nodiscard]] QVariant groupData(const Group &group, int column, int role) const;
    [[nodiscard]] QVariant entryData(const trace::Repair &repair, int column, int role) const;

    trace::TraceSnapshotPtr m_snapshot;
    std::vector<Group> m_groups;
};

} // namespace tailspan::items
