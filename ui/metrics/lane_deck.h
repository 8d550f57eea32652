// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/metriclanes/metric_lane.h"
#include "ui/metriclanes/overlay_lane.h"

#include <QWidget>

#include <vector>

class QScrollArea;
class QVBoxLayout;

namespace tailspan::metrics {

using metriclanes::LaneAxis;
using metriclanes::LaneSpec;
using metriclanes::MetricLane;
using metriclanes::OverlayLane;

/// Lanes below each other on one time axis, the alerts above them, the clock below. Only lanes that are seen ask.
/// Thread: GUI.
class LaneDeck final : public QWidget {
    Q_OBJECT
public:
    explicit LaneDeck(LaneAxis &axis, QWidget *parent = nullptr);

    /// Keeps the lanes whose questions stay the same, with what was answered.
    void setLanes(std::vector<LaneSpec> specs);
    [[nodiscard]] const std::vector<MetricLane *> &lanes() const { return m_lanes; }
    /// A widget that stands over the lanes and scrolls with them, such as a query with its own lane.
    void addAbove(QWidget *widget);
    /// Lanes in widgets that were added.
    void watch(MetricLane *lane);
    void forget(MetricLane *lane);
    /// False while a lane that is seen waits for its first answer.
    [[nodiscard]] bool isSettled() const;
    /// Of a page in front.
    void setShown(bool shown);

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fit();
    void activate();

    LaneAxis &m_axis;
    OverlayLane *m_overlay = nullptr;
    QScrollArea *m_scroll = nullptr;
    QWidget *m_inner = nullptr;
    QVBoxLayout *m_above = nullptr;
    QVBoxLayout *m_column = nullptr;
    std::vector<MetricLane *> m_lanes;
    std::vector<MetricLane *> m_watched;
    bool m_isShown = false;
};

} // namespace tailspan::metrics
