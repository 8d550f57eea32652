// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/finding_list_model.h"

#include <QListView>

namespace tailspan::advisorpage {

/// The findings as cards, ranked: a bar in the colour of the severity, the title, what it costs, where, and how sure.
/// Texts are painted as they are. Thread: GUI.
class FindingList final : public QListView {
    Q_OBJECT
public:
    explicit FindingList(QWidget *parent = nullptr);

    [[nodiscard]] items::FindingListModel &findings() { return *m_model; }
    /// Null when nothing is chosen.
    [[nodiscard]] const items::FindingRow *current() const;
    void choose(const QString &id);

Q_SIGNALS:
    void chosen(); ///< Another finding, or none.

private:
    items::FindingListModel *m_model = nullptr;
};

} // namespace tailspan::advisorpage
