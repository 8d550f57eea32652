// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_details.h"

#include <QAbstractTableModel>

#include <string>
#include <vector>

namespace tailspan::items {

/// An address that a browser may be sent to: http or https, a host, no user name or password in it.
[[nodiscard]] bool isWebAddress(const QString &text);

/// The attributes of one span, narrowed by a text that key or value contains (case does not matter).
/// Thread: GUI. Values are plain text from outside.
class AttributeListModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { KeyColumn, ValueColumn, ColumnCount };
    enum Role : int {
        IsRedactedRole = Qt::UserRole + 1, ///< The value is hidden because it looks like a secret.
        TargetRole, ///< Where the value leads, a web address or a link to a trace; an empty QString where nowhere.
        CopyRole,   ///< For copies: a secret that is shown stays out of them unless setCopiesSecrets() allows it.
    };

    explicit AttributeListModel(QObject *parent = nullptr);

    /// `targets`: where each leads; fewer or empty ones: a value that is a web address leads there.
    void setAttributes(std::vector<trace::Attribute> attributes, std::vector<std::string> targets = {});
    void setFilterText(const QString &text);
    [[nodiscard]] int totalCount() const { return static_cast<int>(m_attributes.size()); }
    [[nodiscard]] bool hasRedacted() const;
    /// Whether a value is shown that would be hidden had it not been asked for.
    [[nodiscard]] bool hasSecret() const;
    void setCopiesSecrets(bool copies) { m_copiesSecrets = copies; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void refilter();
    [[nodiscard]] QString target(std::uint32_t row) const;

    std::vector<trace::Attribute> m_attributes;
    std::vector<std::string> m_targets;
    std::vector<std::uint32_t> m_shown;
    bool m_copiesSecrets = false;
    QString m_filterText;
};

} // namespace tailspan::items
