// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/latency_lane.h"

#include "models/items/qt_text.h"
#include "models/layout/replay_axis.h"
#include "models/loadtest/load_test_report.h"
#include "ui/replay/heat_cells.h"
#include "ui/style/theme.h"

#include <QCoreApplication>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace tailspan::replay {

namespace {

constexpr int kTickSpacingPx = 22;

double logOf(double ns)
{
    return ns > 0 ? std::log10(ns) : (std::isfinite(ns) ? 0 : layout::kNoValue);
}

} // namespace

QString LatencyLane::name() const
{
    return QCoreApplication::translate("ReplayLanes", "Latency");
}

QString LatencyLane::missing(const loadtest::LoadTestReport &report) const
{
    const bool hasAny = std::any_of(report.timeline.begin(), report.timeline.end(), [](const loadtest::Bucket &bucket) {
        return bucket.reportedLatency
            || std::any_of(bucket.requests.byClass.begin(), bucket.requests.byClass.end(),
                           [](const loadtest::RequestTally &tally) { return !tally.latency.isEmpty(); });
    });
    return hasAny ? QString()
                  : QCoreApplication::translate("ReplayLanes", "The file does not hold latencies over time.");
}

void LatencyLane::build()
{
    m_heat = new HeatCells(plot(), rect());
    for (Line &line : m_lines)
        line.halo = addGraph();
    for (Line &line : m_lines)
        line.line = addGraph();
}

std::array<QColor, 3> LatencyLane::lineColors() const
{
    const style::Theme &theme = style::theme();
    return {theme.text, theme.warn, theme.bad};
}

void LatencyLane::color()
{
    const std::array<QColor, 3> colors = lineColors();
    QColor halo = style::theme().panel;
    halo.setAlphaF(0.75F);
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        m_lines[i].halo->setPen(QPen(halo, lineWidthPx() + 2));
        m_lines[i].line->setPen(QPen(colors[i], lineWidthPx()));
    }
    QPen limit(style::theme().bad, 1);
    limit.setDashPattern({5, 4});
    for (QCPItemStraightLine *line : m_limitLines)
        line->setPen(limit);
}

void LatencyLane::show(const loadtest::LoadTestReport &report, const layout::ReplayPicture &picture)
{
    const layout::HeatRows &rows = picture.heatRows;
    if (rows.count > 0)
        setAxis(layout::latencyAxis(rows.lowOf(0), rows.lowOf(rows.count), std::max(heightPx() / kTickSpacingPx, 2)));
    m_heat->setPicture(picture);
    std::array<std::vector<double>, 3> values;
    for (const layout::ReplayStep &step : picture.steps) {
        values[0].push_back(logOf(step.p50Ns));
        values[1].push_back(logOf(step.p95Ns));
        values[2].push_back(logOf(step.p99Ns));
    }
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        setStepData(*m_lines[i].halo, picture, values[i]);
        setStepData(*m_lines[i].line, picture, values[i]);
        const auto last = std::find_if(values[i].rbegin(), values[i].rend(), [](double v) { return std::isfinite(v); });
        m_lines[i].last = last == values[i].rend() ? layout::kNoValue : *last;
    }
    showLimits(report);
}

void LatencyLane::showLimits(const loadtest::LoadTestReport &report)
{
    for (QCPItemStraightLine *line : m_limitLines)
        plot().removeItem(line);
    m_limitLines.clear();
    m_limits = layout::latencyLimitsOf(report);
    for (const layout::LatencyLimit &limit : m_limits) {
        auto *line = new QCPItemStraightLine(&plot());
        line->setClipAxisRect(&rect());
        line->setAntialiased(false);
        line->setSelectable(false);
        for (QCPItemPosition *position : {line->point1, line->point2}) {
            position->setTypeX(QCPItemPosition::ptAxisRectRatio);
            position->setTypeY(QCPItemPosition::ptPlotCoords);
            position->setAxisRect(&rect());
            position->setAxes(rect().axis(QCPAxis::atBottom), rect().axis(QCPAxis::atLeft));
        }
        line->point1->setCoords(0, logOf(limit.limitNs));
        line->point2->setCoords(1, logOf(limit.limitNs));
        m_limitLines.push_back(line);
    }
    color();
}

/// The row of heat there; so close to a percentile line that it is the line that was meant, the same row.
std::optional<std::pair<std::int64_t, std::int64_t>> LatencyLane::latencyAt(const layout::ReplayPicture &picture,
                                                                            double yPx) const
{
    const layout::HeatRows &rows = picture.heatRows;
    if (rows.count == 0)
        return std::nullopt;
    const int row = rows.rowOf(std::pow(10.0, rect().axis(QCPAxis::atLeft)->pixelToCoord(yPx)));
    return std::pair{static_cast<std::int64_t>(std::pow(10.0, rows.lowOf(row))),
                     static_cast<std::int64_t>(std::pow(10.0, rows.lowOf(row + 1)))};
}

std::vector<LaneLabel> LatencyLane::labels() const
{
    const std::array<QColor, 3> colors = lineColors();
    const std::array<QString, 3> names{QStringLiteral("p50"), QStringLiteral("p95"), QStringLiteral("p99")};
    std::vector<LaneLabel> labels;
    for (std::size_t i = m_lines.size(); i-- > 0;) {
        if (std::isfinite(m_lines[i].last))
            labels.push_back({names[i], colors[i], yOf(m_lines[i].last), false});
    }
    return labels;
}

std::vector<LaneNote> LatencyLane::notes() const
{
    std::vector<LaneNote> notes;
    const QCPRange range = rect().axis(QCPAxis::atLeft)->range();
    for (const layout::LatencyLimit &limit : m_limits) {
        const double value = logOf(limit.limitNs);
        if (range.contains(value))
            notes.push_back({QCoreApplication::translate("ReplayLanes", "limit %1").arg(items::toQString(limit.label)),
                             style::theme().bad, yOf(value)});
    }
    return notes;
}

} // namespace tailspan::replay
