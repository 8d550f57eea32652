// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/peak_load.h"

#include "models/base/wall_clock.h"
#include "models/metric/signal_lanes.h"

#include <algorithm>
#include <cmath>

namespace tailspan::workspace {

namespace {

constexpr const char *kPanel = "peak load";
constexpr int kPoints = 2016; // five minutes each

} // namespace

PeakLoad::PeakLoad(LiveMetrics &metrics, QObject *parent) : QObject(parent), m_metrics(metrics)
{
    connect(&m_metrics, &LiveMetrics::mappingChanged, this, &PeakLoad::changed);
    connect(&m_metrics, &LiveMetrics::connectedChanged, this, [this] {
        m_metrics.cancel(kPanel);
        m_isAsking = false;
        m_peaks.clear();
        m_expression.clear();
        m_problem.clear();
        Q_EMIT changed();
    });
}

std::optional<std::string> PeakLoad::question() const
{
    std::vector<metric::SignalQuery> queries;
    for (const MappedSignal &mapped : m_metrics.mapping()) {
        if (mapped.query.signal == metric::Signal::RequestRate)
            queries.push_back(mapped.query);
    }
    const std::vector<metric::SignalLane> lanes = metric::overviewLanes(queries);
    return lanes.empty() ? std::nullopt : std::optional(lanes.front().expression);
}

bool PeakLoad::canAsk() const
{
    return m_metrics.hasMetrics() && question().has_value();
}

void PeakLoad::ask()
{
    const auto expression = question();
    if (!expression)
        return;
    const TimePoint now = currentTime();
    MetricQuestion question;
    question.range.expression = *expression;
    question.range.range = {now - Duration::seconds(kDays * 86'400), now};
    question.range.widthPx = kPoints;
    m_expression = *expression;
    m_isAsking = true;
    m_metrics.ask(kPanel, question, [this](const Result<MetricResultPtr> &result) { take(result); });
    Q_EMIT changed();
}

void PeakLoad::take(const Result<MetricResultPtr> &result)
{
    m_isAsking = false;
    m_peaks.clear();
    m_problem = result ? std::string() : result.error().message;
    if (result) {
        m_step = Duration((*result)->answer.stepNs);
        for (const metric::MetricSeries &series : (*result)->answer.series) {
            ServicePeak peak{std::string(metric::labelValue(series.labels, metric::kLineLabel)), 0, {}};
            for (std::size_t i = 0; i < series.values.size(); ++i) {
                if (std::isfinite(series.values[i]) && series.values[i] > peak.rps) {
                    peak.rps = series.values[i];
                    peak.at = TimePoint(series.timesNs[i]) - m_step;
                }
            }
            if (peak.rps > 0)
                m_peaks.push_back(std::move(peak));
        }
        std::stable_sort(m_peaks.begin(), m_peaks.end(),
                         [](const ServicePeak &a, const ServicePeak &b) { return a.rps > b.rps; });
        if (m_peaks.empty())
            m_problem = "No requests were counted in the last seven days.";
    }
    Q_EMIT changed();
}

} // namespace tailspan::workspace
