// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/trace_analysis.h"

namespace tailspan::analysis {

namespace {

Result<AnalysedTracesPtr> analyse(const AnalysisScope &scope, const std::stop_token &stop)
{
    trace::TraceSelection selection(*scope.snapshot, scope.traces);
    TS_TRY(trace::SpanTimes times, trace::spanTimesOf(*scope.snapshot, selection, stop, scope.within));
    TS_TRY(trace::CallTree tree, trace::callTreeOf(*scope.snapshot, selection, times, stop));
    return std::make_shared<const AnalysedTraces>(
        AnalysedTraces{scope, std::move(selection), std::move(times), std::move(tree)});
}

} // namespace

void TraceAnalysis::setScope(AnalysisScope scope)
{
    if (scope == m_scope)
        return;
    m_scope = std::move(scope);
    m_job.cancel();
    m_result.reset();
    m_problem.clear();
    Q_EMIT resultChanged();
    if (m_viewsInSight > 0)
        start();
}

void TraceAnalysis::want()
{
    ++m_viewsInSight;
    if (m_result == nullptr && !m_job.isRunning())
        start();
}

void TraceAnalysis::rest()
{
    --m_viewsInSight;
}

void TraceAnalysis::start()
{
    if (m_scope.snapshot == nullptr || m_scope.traces.empty())
        return;
    m_job.start([scope = m_scope](std::stop_token stop, Progress &) { return analyse(scope, stop); },
                [this](Result<AnalysedTracesPtr> result) {
                    if (result.has_value())
                        m_result = std::move(*result);
                    else
                        m_problem = QString::fromStdString(result.error().text());
                    Q_EMIT resultChanged();
                });
}

} // namespace tailspan::analysis
