// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "models/layout/time_scale.h"

#include <QObject>

namespace tailspan::metrics {

/// The columns of lanes, in device-independent pixels: names and axis labels, the plot, what lines stand for.
inline constexpr int kLeftPx = 152;
inline constexpr int kRightPx = 196;

/// The time axis that lanes share: the range that the window shows over the width of the plots. Thread: GUI.
class LaneAxis : public QObject {
    Q_OBJECT
public:
    explicit LaneAxis(workspace::Workspace &workspace, QObject *parent = nullptr);

    [[nodiscard]] workspace::Workspace &workspace() const { return m_workspace; }
    [[nodiscard]] const layout::TimeScale &scale() const { return m_scale; }
    [[nodiscard]] TimeRange range() const { return m_range; }
    [[nodiscard]] bool isEmpty() const { return m_range.isEmpty(); }
    void setPlotWidth(int widthPx);
    /// A moment under the pointer of a lane; shared with all pages.
    void hover(double plotXPx);
    void leave();

Q_SIGNALS:
    /// `isRenewal`: time went on while following; no haste to ask.
    void changed(bool isRenewal);

private:
    void follow();

    workspace::Workspace &m_workspace;
    TimeRange m_range;
    layout::TimeScale m_scale;
    double m_askedWidth = 1;
};

} // namespace tailspan::metrics
