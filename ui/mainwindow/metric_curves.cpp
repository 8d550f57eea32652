// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/metric_curves.h"

#include "models/layout/metric_lane.h"
#include "models/metric/signal_lanes.h"

#include <algorithm>
#include <cmath>

namespace tailspan::mainwindow {

namespace {

constexpr int kPoints = 240;

} // namespace

MetricCurves::MetricCurves(workspace::Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    for (workspace::MetricPanel *&panel : m_panels) {
        panel = new workspace::MetricPanel(m_workspace.metrics(), this);
        panel->setActive(false);
        connect(panel, &workspace::MetricPanel::changed, this, &MetricCurves::changed);
    }
    connect(&m_workspace.metrics(), &workspace::LiveMetrics::mappingChanged, this, &MetricCurves::ask);
    connect(&m_workspace, &workspace::Workspace::shownRangeChanged, this, &MetricCurves::ask);
}

void MetricCurves::setShown(bool shown)
{
    if (shown == m_isShown)
        return;
    m_isShown = shown;
    for (workspace::MetricPanel *panel : m_panels)
        panel->setActive(shown);
    ask();
}

bool MetricCurves::isSettled() const
{
    return std::none_of(m_panels.begin(), m_panels.end(), [](const auto *panel) { return panel->isAsking(); });
}

void MetricCurves::ask()
{
    if (!m_isShown)
        return;
    std::vector<metric::SignalQuery> queries;
    for (const workspace::MappedSignal &signal : m_workspace.metrics().mapping())
        queries.push_back(signal.query);
    const metric::SummaryQuestions questions = metric::summaryQuestions(queries);
    const std::array<std::string, CurveCount> expressions{questions.rate, questions.p95, questions.errors};
    const TimeRange range = m_workspace.fullRange();
    const bool isRenewal = m_workspace.time().isLive() && m_range.contains(range.begin);
    for (std::size_t i = 0; i < CurveCount; ++i) {
        const bool isSame = expressions[i] == m_expressions[i];
        if (isSame && range == m_range)
            continue;
        if (expressions[i].empty()) {
            m_panels[i]->clear();
            continue;
        }
        workspace::MetricQuestion question;
        question.range.expression = expressions[i];
        question.range.range = range;
        question.range.widthPx = kPoints;
        m_panels[i]->show(question, isSame && isRenewal);
    }
    m_expressions = expressions;
    m_range = range;
    Q_EMIT changed();
}

std::optional<double> MetricCurves::valueAt(Curve curve, TimePoint moment) const
{
    const workspace::MetricResultPtr result = m_panels[curve]->result();
    if (!result || result->answer.series.empty())
        return std::nullopt;
    const double value = layout::valueAt(result->answer.series.front(), moment, result->answer.stepNs);
    return std::isnan(value) ? std::nullopt : std::optional(value);
}

std::vector<std::optional<double>> MetricCurves::values(Curve curve, std::size_t steps) const
{
    std::vector<std::optional<double>> values(steps);
    const std::int64_t lengthNs = m_range.length().ns();
    for (std::size_t i = 0; i < steps; ++i) {
        const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(steps);
        values[i] =
            valueAt(curve, m_range.begin + Duration(static_cast<std::int64_t>(share * static_cast<double>(lengthNs))));
    }
    return values;
}

} // namespace tailspan::mainwindow
