// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/heat_layout.h"
#include "ui/heatmap/heat_map_view.h"

#include <QWidget>

namespace tailspan::heatmap {

/// What the colours of the map mean: a strip of them with counts, or with changes of share and grey. Thread: GUI.
class HeatLegend final : public QWidget {
    Q_OBJECT
public:
    explicit HeatLegend(QWidget *parent = nullptr);

    void setPicture(const layout::HeatPicture &picture, const HeatLook &look, const char *noun);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintDifference(QPainter &painter);
    void paintCounts(QPainter &painter);

    std::vector<layout::HeatLegendMark> m_marks;
    bool m_isDifference = false;
    style::HeatPalette m_palette = style::HeatPalette::Cividis;
    QString m_noun;
};

} // namespace tailspan::heatmap
