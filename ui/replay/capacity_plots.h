// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/capacity_picture.h"

#include <QWidget>

#include <optional>

namespace tailspan::replay {

/// Throughput and p95 against users, one above the other: a point for every few seconds of the run, what was fitted,
/// the knee and the largest load with their intervals, the limit. Thread: GUI.
class CapacityPlots final : public QWidget {
    Q_OBJECT
public:
    explicit CapacityPlots(QWidget *parent = nullptr);

    void setCapacity(std::optional<loadtest::Capacity> capacity);
    [[nodiscard]] const layout::CapacityPicture &picture() const { return m_picture; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 260}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void lay();
    [[nodiscard]] QRectF plotAt(int index) const;

    std::optional<loadtest::Capacity> m_capacity;
    layout::CapacityPicture m_picture;
};

} // namespace tailspan::replay
