// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/area_lane.h"

#include "models/layout/replay_axis.h"
#include "models/loadtest/load_test_report.h"
#include "ui/style/theme.h"

#include <QCoreApplication>

#include <qcustomplot.h>

namespace tailspan::replay {

using layout::AxisUnit;

void AreaLane::build()
{
    m_graph = addGraph();
}

void AreaLane::color()
{
    const QColor color = style::theme().category(category(), {});
    m_graph->setPen(QPen(color, lineWidthPx()));
    m_graph->setBrush(style::theme().fill(color));
}

void AreaLane::show(const loadtest::LoadTestReport &, const layout::ReplayPicture &picture)
{
    setAxis(axisOf(*picture.overview));
    std::vector<double> values;
    values.reserve(picture.steps.size());
    for (const layout::ReplayStep &step : picture.steps)
        values.push_back(valueOf(step));
    setStepData(*m_graph, picture, values);
}

QString UsersLane::name() const
{
    return QCoreApplication::translate("ReplayLanes", "Users");
}

QString UsersLane::missing(const loadtest::LoadTestReport &report) const
{
    return report.contents.hasUsers
        ? QString()
        : QCoreApplication::translate("ReplayLanes", "The file does not hold the number of users over time.");
}

layout::ValueAxis UsersLane::axisOf(const layout::ReplayOverview &overview) const
{
    return layout::linearAxis(overview.mostUsers, AxisUnit::Count, 1);
}

QString RequestsLane::name() const
{
    return QCoreApplication::translate("ReplayLanes", "Requests/s");
}

QString RequestsLane::missing(const loadtest::LoadTestReport &report) const
{
    return report.contents.hasRequests
        ? QString()
        : QCoreApplication::translate("ReplayLanes", "The file does not count requests.");
}

layout::ValueAxis RequestsLane::axisOf(const layout::ReplayOverview &overview) const
{
    return layout::linearAxis(overview.mostRequestsRps, AxisUnit::PerSecond, 1);
}

} // namespace tailspan::replay
