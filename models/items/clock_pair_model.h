// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/clock_correction.h"

#include <QAbstractTableModel>
#include <QString>

#include <optional>
#include <vector>

namespace tailspan::items {

/// Pairs of services that call each other, each with how far their clocks are apart and the evidence in sentences.
/// Pairs that have to be corrected come first; of a pair the service that is moved stands second. Thread: GUI.
class ClockPairModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TextColumn, OffsetColumn, ColumnCount };
    enum Role {
        FullTextRole = Qt::UserRole + 1, ///< For tooltips and copies.
        EvidenceRole,                    ///< Sentences, one a line.
    };

    explicit ClockPairModel(QObject *parent = nullptr);

    /// Null empties it.
    void setFinding(const trace::ClockFinding *finding, const trace::ClockCorrection &correction);

    struct Pair {
        std::pair<std::string, std::string> names; ///< A and B of `found`.
        trace::ClockPair found;
        std::optional<std::int64_t> overrideNs; ///< What the user has set.

        [[nodiscard]] std::int64_t offsetNs() const { return overrideNs.value_or(found.offsetNs); }
    };
    [[nodiscard]] const Pair &pair(int row) const { return m_pairs[static_cast<std::size_t>(row)]; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    std::vector<Pair> m_pairs;
};

/// "+12.1 ms", "-3 µs", "0".
[[nodiscard]] QString offsetText(std::int64_t offsetNs);

} // namespace tailspan::items
