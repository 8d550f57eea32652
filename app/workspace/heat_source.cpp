// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/heat_source.h"

#include "app/workspace/heat_metrics.h"
#include "app/workspace/heat_store.h"
#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/base/wall_clock.h"
#include "models/loadtest/timeline.h"
#include "models/trace/store_query.h"

#include <algorithm>

namespace tailspan::workspace {

namespace {

using Kind = HeatOrigin::Kind;

HeatOriginInfo spansInfo(const trace::TraceSnapshot &snapshot)
{
    HeatOriginInfo info;
    info.origin = {Kind::Spans, {}};
    info.title = "spans in " + inputNames(snapshot);
    info.noEarlier = "Only what is loaded can be compared, and nothing that early is. Count in the store instead, or "
                     "load a longer range.";
    return info;
}

HeatOriginInfo storeInfo(const std::string &name)
{
    HeatOriginInfo info;
    info.origin = {Kind::Store, name};
    info.title = "all spans stored in " + name;
    info.noRequests = "The store does not tell which spans are requests.";
    return info;
}

HeatOriginInfo reportInfo(const loadtest::LoadTestReport &report)
{
    HeatOriginInfo info;
    info.origin = {Kind::Report, {}};
    info.title = "load test " + report.fileName;
    info.noSpans = "A load test knows requests only.";
    info.noNames = "The timeline of a load test does not tell services apart.";
    info.noOperations = info.noNames;
    if (!report.contents.hasFailures)
        info.noFailed = "This file does not tell which requests failed.";
    info.noEarlier = "Before the run there is nothing.";
    return info;
}

/// Those of all stores of metrics together: each service has one.
std::optional<HeatOriginInfo> metricsInfo(const LiveMetrics &metrics)
{
    HeatOriginInfo info;
    info.origin = {Kind::Metrics, {}};
    info.services = metrics.servicesWithHistograms();
    std::string sources;
    for (const std::string &service : info.services) {
        const MappedSignal *latency = metrics.find(service, metric::Signal::Latency);
        if (latency != nullptr && sources.find(latency->source) == std::string::npos)
            sources += (sources.empty() ? "" : " and ") + latency->source;
    }
    info.title = "histograms in " + sources;
    info.noSpans = "A histogram of metrics counts requests only.";
    info.noOperations = "The histogram does not tell operations apart.";
    info.noFailed = "The histogram does not tell which requests failed.";
    info.needsService = "Each service has a histogram of its own: choose one.";
    return info.services.empty() ? std::nullopt : std::optional(std::move(info));
}

bool hasHistograms(const loadtest::LoadTestReport &report)
{
    return std::ranges::any_of(report.timeline, [](const loadtest::Bucket &bucket) {
        return std::ranges::any_of(bucket.requests.byClass,
                                   [](const loadtest::RequestTally &tally) { return !tally.latency.isEmpty(); });
    });
}

/// The place of a store in the set; its size when it is gone.
std::size_t indexOf(sources::SourceSet &stores, const std::string &name)
{
    std::size_t index = 0;
    while (index < stores.size() && !(stores.canAggregate(index) && stores.thread(index).name() == name))
        ++index;
    return index;
}

/// What a store is asked for; its filter and the subject's own.
Result<trace::TraceQuery> storeQuery(const HeatQuestion &question)
{
    if (question.narrowed.hasPick())
        return fail(ErrorCode::Unsupported,
                    "A store cannot count picked traces. Show loaded spans, or take the picked "
                    "traces out of the filter.");
    trace::TraceQuery query;
    if (!question.range.isEmpty())
        query.range = question.range;
    TS_TRY(trace::StoreQuery asked, trace::storeQueryOf(joinedTerms(question.narrowed.terms), query));
    if (!asked.rest.isEmpty())
        return fail(ErrorCode::Unsupported,
                    "A store cannot count with OR, NOT, patterns or kinds. Show loaded spans, or "
                    "take them out of the filter.");
    if (!question.subject.service.empty() && asked.query.services.empty())
        asked.query.services.push_back(question.subject.service);
    if (!question.subject.operation.empty() && asked.query.operations.empty())
        asked.query.operations.push_back(question.subject.operation);
    asked.query.errorsOnly = asked.query.errorsOnly || question.subject.onlyFailed;
    return std::move(asked.query);
}

Result<HeatMapPtr> askStore(const std::shared_ptr<sources::SourceSet> &stores, const HeatQuestion &question,
                            std::stop_token stop, Progress &progress)
{
    const std::size_t index = stores == nullptr ? 0 : indexOf(*stores, question.origin.name);
    if (stores == nullptr || index == stores->size())
        return fail(ErrorCode::NotFound, "The store " + question.origin.name + " is not connected any more.");
    TS_TRY(const trace::TraceQuery query, storeQuery(question));
    TS_TRY(StoreHeat counted, heatOfStore(*stores, index, query, question.columns, std::move(stop), progress));
    HeatMap map{std::move(counted.grid),
                std::move(counted.failed),
                question.origin,
                storeInfo(question.origin.name).title,
                {},
                false,
                nullptr,
                nullptr,
                {}};
    if (!counted.isComplete)
        map.notes.emplace_back("A limit of the store stopped the counting: counts are lower bounds.");
    return std::make_shared<const HeatMap>(std::move(map));
}

} // namespace

std::string inputNames(const trace::TraceSnapshot &snapshot)
{
    const std::vector<trace::TraceInput> &inputs = snapshot.inputs();
    if (inputs.empty())
        return "no file";
    if (inputs.size() == 2)
        return inputs[0].name + " and " + inputs[1].name;
    return inputs.front().name + (inputs.size() > 1 ? " and " + std::to_string(inputs.size() - 1) + " more" : "");
}

Result<HeatMapPtr> heatOfSpans(const trace::TraceSnapshotPtr &snapshot, const HeatQuestion &question,
                               HeatSpansCache &cache, const std::stop_token &stop, Progress &progress)
{
    if (snapshot == nullptr)
        return fail(ErrorCode::NotFound, "No spans are loaded.");
    TS_TRY(const auto spans, cache.get(*snapshot, question.subject.what, question.narrowed, stop, progress));
    if (spans->range.isEmpty())
        return fail(ErrorCode::NotFound, "No span fits. Widen the filter, or choose another service.");
    const metric::LatencyFilter filter = latencyFilterOf(*snapshot, question.subject);
    const TimeRange range = question.range.isEmpty() ? spans->range : question.range;
    const metric::LatencyRows rows = question.rows.value_or(spans->rows(spans->fittingRows(question.heightPx)));
    progress.begin("counting spans", 0);
    TS_TRY(metric::LatencyGrid grid, heatGridOf(*snapshot, *spans, filter, range, question.columns, rows, stop));
    metric::LatencyFilter onlyFailed = filter;
    onlyFailed.onlyFailed = true;
    TS_TRY(metric::LatencyGrid failed, heatGridOf(*snapshot, *spans, onlyFailed, range, question.columns, rows, stop));
    HeatMap map{std::move(grid),
                std::move(failed),
                question.origin,
                "spans in " + inputNames(*snapshot),
                {},
                false,
                snapshot,
                spans,
                filter};
    if (spans->unsearched > 0)
        map.notes.push_back(pluralText(spans->unsearched, "span", "spans")
                            + " could not be looked through for the filter: " + spans->problem);
    return std::make_shared<const HeatMap>(std::move(map));
}

HeatSource::HeatSource(Workspace &workspace, std::string panel, std::shared_ptr<HeatSpansCache> cache)
    : m_workspace(workspace), m_panel(std::move(panel)), m_cache(std::move(cache))
{}

HeatSource::~HeatSource()
{
    m_workspace.metrics().cancel(m_panel);
}

std::vector<HeatOriginInfo> HeatSource::origins(Workspace &workspace)
{
    std::vector<HeatOriginInfo> infos;
    if (workspace.snapshot() != nullptr && !workspace.snapshot()->spans().isEmpty())
        infos.push_back(spansInfo(*workspace.snapshot()));
    const std::shared_ptr<sources::SourceSet> &stores = workspace.stores().set();
    for (std::size_t i = 0; stores != nullptr && i < stores->size(); ++i) {
        if (stores->canAggregate(i))
            infos.push_back(storeInfo(stores->thread(i).name()));
    }
    if (std::optional<HeatOriginInfo> metrics = metricsInfo(workspace.metrics()))
        infos.push_back(std::move(*metrics));
    if (workspace.report() != nullptr && hasHistograms(*workspace.report()))
        infos.push_back(reportInfo(*workspace.report()));
    return infos;
}

TimeRange HeatSource::wholeRange(Workspace &workspace, const HeatOrigin &origin)
{
    if (origin.kind == Kind::Report && workspace.report() != nullptr)
        return loadtest::rangeOf(workspace.report()->timeline);
    if (origin.kind == Kind::Spans)
        return workspace.fullRange();
    if (origin.kind == Kind::Metrics)
        return workspace.time().window();
    if (workspace.time().chosenRange())
        return *workspace.time().chosenRange();
    if (workspace.time().last().ns() == 0)
        return {};
    const TimePoint now = currentTime();
    return {now - workspace.time().last(), now};
}

void HeatSource::ask(const HeatQuestion &question, Done done)
{
    cancel();
    if (question.origin.kind == Kind::Metrics)
        return askMetrics(question, std::move(done));
    if (question.origin.kind == Kind::Report) {
        const loadtest::LoadTestReportPtr report = question.report ? question.report : m_workspace.report();
        m_job.start(
            [report, question](std::stop_token, Progress &) -> Result<HeatMapPtr> {
                if (report == nullptr)
                    return fail(ErrorCode::NotFound, "No load test is open.");
                return heatOfReport(*report, question);
            },
            std::move(done));
        return;
    }
    if (question.origin.kind == Kind::Store) {
        m_job.start(
            [stores = m_workspace.stores().set(), question](std::stop_token stop, Progress &progress) {
                return askStore(stores, question, std::move(stop), progress);
            },
            std::move(done));
        return;
    }
    m_job.start(
        [snapshot = m_workspace.snapshot(), question, cache = m_cache](std::stop_token stop, Progress &progress) {
            return heatOfSpans(snapshot, question, *cache, stop, progress);
        },
        std::move(done));
}

void HeatSource::askMetrics(const HeatQuestion &question, Done done)
{
    m_isWaiting = true;
    HistogramQuestion asked;
    asked.service = question.subject.service;
    asked.range = question.range;
    asked.columns = static_cast<int>(question.columns);
    asked.stepNs = question.column ? question.column->ns() : 0;
    m_workspace.metrics().askHistogram(
        m_panel, asked, [this, question, done = std::move(done)](Result<HistogramResultPtr> histogram) {
            m_isWaiting = false;
            if (!histogram.has_value())
                return done(tl::unexpected<Error>(std::move(histogram).error()));
            m_job.start(
                [histogram = *histogram, question](std::stop_token, Progress &) -> Result<HeatMapPtr> {
                    TS_TRY(metric::LatencyGrid grid,
                           heatOfHistogram(*histogram,
                                           {question.range, question.rows, question.column ? question.columns : 0}));
                    HeatMap map{std::move(grid),
                                std::nullopt,
                                question.origin,
                                histogram->metric + " in " + histogram->source,
                                histogram->notes,
                                false,
                                nullptr,
                                nullptr,
                                {}};
                    return std::make_shared<const HeatMap>(std::move(map));
                },
                done);
        });
}

void HeatSource::cancel()
{
    m_job.cancel();
    m_isWaiting = false;
    m_workspace.metrics().cancel(m_panel);
}

} // namespace tailspan::workspace
