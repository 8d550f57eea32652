// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/run_resources.h"

#include "app/workspace/run_analysis.h"
#include "models/loadtest/alignment.h"

namespace tailspan::workspace {

sources::RangeQuestion resourceQuestion(const std::string &expression, TimeRange run)
{
    sources::RangeQuestion question;
    question.expression = expression;
    question.range = run;
    question.widthPx = static_cast<int>(sources::kMostPoints) - 1; // a short peak must not fall between two points
    return question;
}

RunResources::RunResources(LiveMetrics &metrics, RunAnalysis &analysis, QObject *parent)
    : QObject(parent), m_metrics(metrics), m_analysis(analysis)
{
    connect(&m_metrics, &LiveMetrics::connectedChanged, this, &RunResources::ask);
    connect(&m_analysis, &RunAnalysis::resourceExpressionsChanged, this, &RunResources::ask);
}

void RunResources::setReport(const loadtest::LoadTestReportPtr &report)
{
    m_run = report && !report->isPartial ? loadtest::runRangeOf(*report) : TimeRange();
    m_hasClock = report && report->startedAt;
    ask();
}

void RunResources::ask()
{
    const std::uint64_t round = ++m_round;
    m_waiting = 0;
    m_answers.clear();
    const std::vector<std::string> &expressions = m_analysis.resourceExpressions();
    if (expressions.empty() || m_run.isEmpty())
        return;
    const std::string problem = !m_metrics.hasMetrics() ? "no store of metrics is connected"
        : m_hasClock                                    ? ""
                                                        : "nobody said when the run was, so no store can be asked";
    if (!problem.empty()) {
        for (const std::string &expression : expressions)
            m_answers.push_back({expression, {}, problem, {}});
        return m_analysis.setResources(m_answers);
    }
    m_waiting = expressions.size();
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        MetricQuestion question;
        question.range = resourceQuestion(expressions[i], m_run);
        m_metrics.ask("limit " + std::to_string(i), question,
                      [this, round, expression = expressions[i]](const Result<MetricResultPtr> &result) {
                          take(round, expression, result);
                      });
    }
}

void RunResources::take(std::uint64_t round, const std::string &expression, const Result<MetricResultPtr> &result)
{
    if (round != m_round)
        return;
    if (result)
        m_answers.push_back({expression, (*result)->answer.series, {}, {}});
    else
        m_answers.push_back({expression, {}, result.error().message, {}});
    if (--m_waiting == 0)
        m_analysis.setResources(std::move(m_answers));
}

} // namespace tailspan::workspace
