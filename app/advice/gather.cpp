// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/gather.h"

#include "app/advice/gather_stores.h"
#include "app/bytes/file_name.h"
#include "app/scalingfiles/scaling_file.h"
#include "app/yaml/yaml_tree.h"
#include "models/advisor/keyed_requests.h"
#include "models/advisor/scaling_config.h"
#include "models/advisor/span_calls.h"
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

void noteFailure(Gathered &gathered, const Error &error)
{
    gathered.notes.push_back(error.text());
    gathered.failures.push_back(error);
}

void takeFiles(const Question &question, Gathered &gathered)
{
    gathered.traces = question.traces;
    gathered.reports = question.reports;
    gathered.now = question.now;
    gathered.notes = question.notes;
    for (const Error &error : question.failures)
        noteFailure(gathered, error);
    if (question.traces != nullptr && question.traces->spans().size() > 0)
        gathered.sources.push_back(pluralText(question.traces->spans().size(), "span", "spans"));
    for (const loadtest::LoadTestReportPtr &report : question.reports)
        gathered.sources.push_back(report->fileName);
}

Result<> takeTraces(Gathered &gathered, const std::stop_token &stop, Progress &progress)
{
    if (gathered.traces == nullptr)
        return {};
    TS_TRY(advisor::SpanCalls calls, advisor::spanCallsOf(*gathered.traces, stop, progress));
    TS_TRY(advisor::KeyedRequests keyed, advisor::keyedRequestsOf(*gathered.traces, calls, {}, stop, progress));
    if (!calls.problem.empty())
        gathered.notes.push_back(pluralText(calls.unreadCount, "call", "calls")
                                 + " could not be read in full: " + calls.problem);
    gathered.notes.insert(gathered.notes.end(), keyed.notes.begin(), keyed.notes.end());
    gathered.calls = std::make_shared<const advisor::SpanCalls>(std::move(calls));
    if (!keyed.isEmpty())
        gathered.keyedRequests = std::make_shared<const advisor::KeyedRequests>(std::move(keyed));
    return {};
}

/// A file that cannot be used is a note: the others still count.
void takeConfigs(const Question &question, Gathered &gathered)
{
    std::shared_ptr<advisor::ScalingConfig> all;
    for (const std::string &path : question.configFiles) {
        const Result<std::string> text = yaml::readText(path);
        auto config = text ? scalingfiles::readScaling(*text, bytes::fileNameOf(path))
                           : tl::unexpected<Error>(text.error());
        if (!config) {
            noteFailure(gathered, config.error());
            continue;
        }
        gathered.sources.push_back(bytes::fileNameOf(path));
        if (all == nullptr)
            all = std::make_shared<advisor::ScalingConfig>();
        gathered.notes.insert(gathered.notes.end(), config->notes.begin(), config->notes.end());
        all->join(std::move(*config));
    }
    gathered.scaling = std::move(all);
}

} // namespace

Result<Gathered> gather(const Question &question, const advisor::Rules &rules, const std::stop_token &stop,
                        Progress &progress)
{
    progress.begin("gathering", 0);
    Gathered gathered;
    takeFiles(question, gathered);
    takeConfigs(question, gathered);
    TS_CHECK(takeTraces(gathered, stop, progress));
    TS_CHECK(takeStores(question, rules, gathered, stop, progress));
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "Stopped.");
    return gathered;
}

} // namespace tailspan::advice
