// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "models/layout/time_scale.h"

#include <QObject>

namespace tailspan::metriclanes {

/// The columns of lanes, in device-independent pixels: names and axis labels, the plot, what lines stand for.
inline constexpr int kLeftPx = 152;
inline constexpr int kRightPx = 196;

/// Room left and right of the plots.
struct LaneColumns {
    int leftPx = kLeftPx;
    int rightPx = kRightPx;
    int heightPx = 92; ///< Of a lane.
    [[nodiscard]] bool isNarrow() const { return rightPx < kRightPx; }
};

/// The time axis that lanes share: the range that the window shows over the width of the plots, or a scale that a page
/// gives it. Thread: GUI.
class LaneAxis : public QObject {
    Q_OBJECT
public:
    explicit LaneAxis(workspace::Workspace &workspace, QObject *parent = nullptr);
    /// Follows nothing: the page that has these columns calls setScale().
    LaneAxis(workspace::Workspace &workspace, LaneColumns columns, QObject *parent = nullptr);

    [[nodiscard]] const LaneColumns &columns() const { return m_columns; }
    void setScale(const layout::TimeScale &scale);
    /// Of the lanes, which a scroll bar may make narrower than what stands around them.
    void setRightPx(int rightPx) { m_columns.rightPx = rightPx; }

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
    [[nodiscard]] bool takeWidth(double widthPx);

    workspace::Workspace &m_workspace;
    LaneColumns m_columns;
    TimeRange m_range;
    layout::TimeScale m_scale;
    double m_askedWidth = 1;
};

} // namespace tailspan::metriclanes
