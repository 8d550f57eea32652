// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/gather.h"

#include "models/base/number_text.h"

namespace tailspan::advice {

advisor::Inputs Gathered::inputs() const
{
    advisor::Inputs inputs;
    inputs.traces = traces.get();
    inputs.calls = calls.get();
    inputs.metrics = metrics.get();
    inputs.postgres = postgres.get();
    inputs.redis = redis.get();
    inputs.keyedRequests = keyedRequests.get();
    for (const loadtest::LoadTestReportPtr &report : reports)
        inputs.reports.push_back(report.get());
    inputs.scaling = scaling.get();
    inputs.recovery = recovery.get();
    inputs.nowNs = now.ns();
    return inputs;
}

namespace {

void takeFiles(const Question &question, Gathered &gathered)
{
    gathered.traces = question.traces;
    gathered.reports = question.reports;
    gathered.now = question.now;
    if (question.traces != nullptr)
        gathered.sources.push_back(pluralText(question.traces->spans().size(), "span", "spans"));
    for (const loadtest::LoadTestReportPtr &report : question.reports)
        gathered.sources.push_back(report->fileName);
}

} // namespace

Result<Gathered> gather(const Question &question, const std::stop_token &stop, Progress &progress)
{
    progress.begin("gathering", 0);
    Gathered gathered;
    takeFiles(question, gathered);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "Stopped.");
    return gathered;
}

} // namespace tailspan::advice
