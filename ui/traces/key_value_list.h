// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/attribute_list_model.h"

#include <QListView>

namespace tailspan::traces {

/// A list of names and values as high as its rows: a short value stands at the right of its name, a long one wraps
/// below it. Ctrl+C copies the selected rows; a click on a value that leads somewhere, or Enter, goes there. Text is
/// painted as it is. Thread: GUI.
class KeyValueList : public QListView {
    Q_OBJECT
public:
    static constexpr int kMaxHeightPx = 560; ///< From here on it scrolls by itself.

    explicit KeyValueList(const QString &accessibleName, QWidget *parent = nullptr);

    [[nodiscard]] items::AttributeListModel &attributes() { return *m_model; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {80, sizeHint().height()}; }

Q_SIGNALS:
    /// AttributeListModel::TargetRole of a row.
    void targetActivated(const QString &target);

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    /// Of the value under the pointer; empty when it leads nowhere.
    [[nodiscard]] QString targetAt(const QPoint &position) const;

    items::AttributeListModel *m_model = nullptr;
};

} // namespace tailspan::traces
