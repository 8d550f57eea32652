// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/latency_lane.h"

#include "models/base/number_text.h"
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
constexpr double kLineGripPx = 4;
constexpr std::array<const char *, 3> kLineNames{"p50", "p95", "p99"};

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
    for (QCPGraph *&whatIf : m_whatIfs)
        whatIf = addGraph();
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
        QPen dashed(colors[i], lineWidthPx());
        dashed.setDashPattern({3, 3});
        m_whatIfs[i]->setPen(dashed);
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
    showWhatIf(picture);
    showLimits(report);
}

/// Beside what was measured, never in its place.
void LatencyLane::showWhatIf(const layout::ReplayPicture &picture)
{
    m_whatIfInterval = picture.whatIf.empty() ? std::nullopt : picture.whatIfInterval;
    std::array<std::vector<double>, 3> values;
    const bool isWhole = picture.whatIf.size() == picture.steps.size();
    for (std::size_t i = 0; i < picture.steps.size(); ++i) {
        const layout::WhatIfStep step = isWhole ? picture.whatIf[i] : layout::WhatIfStep();
        values[0].push_back(logOf(step.p50Ns));
        values[1].push_back(logOf(step.p95Ns));
        values[2].push_back(logOf(step.p99Ns));
    }
    for (std::size_t i = 0; i < m_whatIfs.size(); ++i)
        setStepData(*m_whatIfs[i], picture, values[i]);
    const auto last =
        std::find_if(values[2].rbegin(), values[2].rend(), [](double value) { return std::isfinite(value); });
    m_lastWhatIf = last == values[2].rend() ? layout::kNoValue : *last;
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
        line->setVisible(rect().visible());
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

/// The row of heat there; close to a line of percentiles the row of that line.
std::optional<LatencyHit> LatencyLane::latencyAt(const layout::ReplayPicture &picture, std::size_t step,
                                                 double yPx) const
{
    const layout::HeatRows &rows = picture.heatRows;
    if (rows.count == 0)
        return std::nullopt;
    const layout::ReplayStep &at = picture.steps[step];
    const std::array<double, 3> valuesNs{at.p50Ns, at.p95Ns, at.p99Ns};
    double latencyNs = std::pow(10.0, rect().axis(QCPAxis::atLeft)->pixelToCoord(yPx));
    LatencyHit hit;
    double nearestPx = kLineGripPx;
    for (std::size_t i = 0; i < valuesNs.size(); ++i) {
        const double distancePx = std::abs(yOf(logOf(valuesNs[i])) - yPx);
        if (!(distancePx <= nearestPx)) // NaN where there is no value
            continue;
        nearestPx = distancePx;
        latencyNs = valuesNs[i];
        hit.line = kLineNames[i];
    }
    const int row = rows.rowOf(latencyNs);
    hit.lowNs = static_cast<std::int64_t>(std::pow(10.0, rows.lowOf(row)));
    hit.highNs = static_cast<std::int64_t>(std::pow(10.0, rows.lowOf(row + 1)));
    const std::size_t cell = step * static_cast<std::size_t>(rows.count) + static_cast<std::size_t>(row);
    hit.isEmpty = hit.line.empty() && (cell >= picture.heat.size() || picture.heat[cell] == 0);
    return hit;
}

void LatencyLane::setShown(bool isShown)
{
    Lane::setShown(isShown);
    m_heat->setVisible(isShown);
    for (QCPItemStraightLine *line : m_limitLines)
        line->setVisible(isShown);
}

std::vector<LaneLabel> LatencyLane::labels() const
{
    const std::array<QColor, 3> colors = lineColors();
    std::vector<LaneLabel> labels;
    for (std::size_t i = m_lines.size(); i-- > 0;) {
        if (std::isfinite(m_lines[i].last))
            labels.push_back({QString::fromLatin1(kLineNames[i]), colors[i], yOf(m_lines[i].last), false});
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
    if (m_whatIfInterval && std::isfinite(m_lastWhatIf))
        notes.push_back({QCoreApplication::translate("ReplayLanes", "dashed: what if every %1, an estimate")
                             .arg(items::toQString(durationText(*m_whatIfInterval))),
                         style::theme().text, yOf(m_lastWhatIf)});
    return notes;
}

} // namespace tailspan::replay
