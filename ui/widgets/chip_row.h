// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/chip.h"

#include <QList>
#include <QWidget>

namespace tailspan::widgets {

/// Chips one after the other, on as many lines as they need; takes no room while empty. Thread: GUI.
class ChipRow : public QWidget {
    Q_OBJECT
public:
    explicit ChipRow(QWidget *parent = nullptr);

    Chip *addChip(const QString &text, Chip::Kind kind);
    void clear();
    [[nodiscard]] const QList<Chip *> &chips() const { return m_chips; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int widthPx) const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {40, 0}; }

protected:
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    /// Places the chips when `apply` is set; gives the height either way.
    int arrange(int widthPx, bool apply) const;

    QList<Chip *> m_chips;
};

} // namespace tailspan::widgets
