// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metriclanes/lane_axis.h"

#include <algorithm>
#include <cmath>

namespace tailspan::metriclanes {

LaneAxis::LaneAxis(workspace::Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(&m_workspace, &workspace::Workspace::shownRangeChanged, this, &LaneAxis::follow);
    follow();
}

LaneAxis::LaneAxis(workspace::Workspace &workspace, LaneColumns columns, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_columns(columns)
{}

void LaneAxis::setScale(const layout::TimeScale &scale)
{
    if (scale == m_scale)
        return;
    const bool isSameTime = scale.visible() == m_range;
    m_scale = scale;
    m_range = scale.bounds().isEmpty() ? TimeRange() : scale.visible();
    const bool isMuchElse = takeWidth(scale.widthPx());
    Q_EMIT changed(isSameTime && !isMuchElse);
}

/// True when points that were asked for the width before are too coarse or too many.
bool LaneAxis::takeWidth(double widthPx)
{
    const bool isMuchElse = widthPx > 1.3 * m_askedWidth || m_askedWidth > 1.3 * widthPx;
    if (isMuchElse)
        m_askedWidth = widthPx;
    return isMuchElse;
}

void LaneAxis::follow()
{
    const TimeRange range = m_workspace.shownRange();
    if (range == m_range)
        return;
    // A longer or shorter range is a choice of the user's; live traces make theirs a little longer each time.
    const bool isSimilar = std::abs((range.length() - m_range.length()).ns()) < range.length().ns() / 20;
    const bool isRenewal = !m_range.isEmpty() && m_workspace.time().isLive() && !m_workspace.isNarrowed() && isSimilar
        && m_range.contains(range.begin);
    m_range = range;
    m_scale = layout::TimeScale(m_range, m_scale.widthPx());
    Q_EMIT changed(isRenewal);
}

void LaneAxis::setPlotWidth(int widthPx)
{
    const double width = std::max(widthPx, 40);
    if (width == m_scale.widthPx())
        return;
    m_scale = layout::TimeScale(m_range, width);
    Q_EMIT changed(!takeWidth(width));
}

void LaneAxis::hover(double plotXPx)
{
    if (m_range.isEmpty() || plotXPx < 0 || plotXPx > m_scale.widthPx())
        leave();
    else
        m_workspace.setMoment(m_scale.timeAt(plotXPx));
}

void LaneAxis::leave()
{
    m_workspace.setMoment(std::nullopt);
}

} // namespace tailspan::metriclanes
