// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/area_lane.h"

#include "models/layout/replay_axis.h"
#include "models/loadtest/load_test_report.h"
#include "ui/style/theme.h"

#include <QCoreApplication>

#include <qcustomplot.h>

#include <algorithm>

namespace tailspan::replay {

namespace {

constexpr int kTickSpacingPx = 22;

} // namespace

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
    setAxis(
        layout::valueAxis(extentOf(*picture.overview), unit(), axisChoice(), std::max(heightPx() / kTickSpacingPx, 2)));
    std::vector<double> values;
    values.reserve(picture.steps.size());
    for (const layout::ReplayStep &step : picture.steps)
        values.push_back(axis().placeOf(valueOf(step)));
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

} // namespace tailspan::replay
