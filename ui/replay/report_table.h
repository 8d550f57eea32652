// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

class QSortFilterProxyModel;

namespace tailspan::replay {

/// A table of the report: sorts by a click on a title, copies the selected rows as TSV with Ctrl+C, paints verdicts
/// with icon and word. All text is shown as it is.
/// Thread: GUI.
class ReportTable final : public QTableView {
    Q_OBJECT
public:
    /// `model` carries the roles of report_table_roles.h; `stretchColumn` takes the room that is left.
    ReportTable(QAbstractItemModel &model, int stretchColumn, QWidget *parent = nullptr);

    /// Columns as wide as what they hold; call after the model changed.
    void fitColumns();

Q_SIGNALS:
    /// The advisor's mark of a row was clicked, or Enter pressed on one that has it; a row of the model.
    void adviceChosen(int row, const QPoint &globalPos);

protected:
    void focusInEvent(QFocusEvent *event) override;

private:
    QSortFilterProxyModel *m_sorted = nullptr;
    int m_stretchColumn = 0;
};

} // namespace tailspan::replay
