// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/metriclanes/metric_lane.h"

#include <QWidget>

namespace tailspan::metrics {

using metriclanes::LaneAxis;
using metriclanes::MetricLane;

class PromqlEdit;

/// A lane for what the user types. Enter asks. Thread: GUI.
class QueryLane final : public QWidget {
    Q_OBJECT
public:
    explicit QueryLane(LaneAxis &axis, QWidget *parent = nullptr);

    void setExpression(const QString &expression);
    [[nodiscard]] QString expression() const;
    [[nodiscard]] MetricLane &lane() { return *m_lane; }
    [[nodiscard]] PromqlEdit &edit() { return *m_edit; }

Q_SIGNALS:
    void closed();

private:
    void ask();

    LaneAxis &m_axis;
    PromqlEdit *m_edit = nullptr;
    MetricLane *m_lane = nullptr;
};

} // namespace tailspan::metrics
