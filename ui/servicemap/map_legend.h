// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace tailspan::servicemap {

/// What shapes, widths and colours of the map mean. Thread: GUI. Owner: the page.
class MapLegend final : public QWidget {
    Q_OBJECT
public:
    explicit MapLegend(QWidget *parent = nullptr);
    /// Whether colours say what changed against a baseline, and whether a declaration is laid over.
    void setMeaning(bool isCompared, bool isDeclared);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int widthPx) const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int arrange(int widthPx, class QPainter *painter) const;

    bool m_isCompared = false;
    bool m_isDeclared = false;
};

} // namespace tailspan::servicemap
