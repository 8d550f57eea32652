// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/run_analysis.h"

#include "app/reports/limit_file.h"
#include "app/reports/named_reports.h"
#include "models/loadtest/counting.h"

#include <utility>

namespace tailspan::workspace {

using loadtest::LoadTestReportPtr;

namespace {

constexpr int kOverlaySteps = 400;

/// Errors: Cancelled.
Result<RunPictures> picturesOf(const std::vector<LoadTestReportPtr> &baseline,
                               const std::vector<LoadTestReportPtr> &current, const loadtest::Comparison &comparison,
                               loadtest::RequestView view, const std::stop_token &stop)
{
    std::vector<LoadTestReportPtr> all = baseline;
    all.insert(all.end(), current.begin(), current.end());
    std::vector<TimeRange> windows = comparison.baselineWindows;
    windows.insert(windows.end(), comparison.currentWindows.begin(), comparison.currentWindows.end());
    const loadtest::StageClock clock = loadtest::stageClockOf(all, windows);
    RunPictures pictures;
    pictures.overlay = layout::runOverlayOf(baseline, current, clock, kOverlaySteps, stop);
    TS_TRY(pictures.heat, layout::runHeatOf(baseline, current, clock, windows, view, stop));
    return pictures;
}

} // namespace

RunAnalysis::RunAnalysis(QObject *parent) : QObject(parent) {}

RunAnalysis::~RunAnalysis() = default;

void RunAnalysis::setReport(const LoadTestReportPtr &report, const std::vector<std::string> &paths)
{
    m_report = report;
    m_measured = loadtest::measuredPart(report);
    m_resources.clear(); // they were of another time
    if (report && !report->isPartial && paths != m_paths) {
        m_paths = paths;
        if (m_sides.withOpen)
            m_sides.more.clear();
    }
    m_judged.reset();
    m_comparing.cancel();
    m_readingCapacity.cancel();
    m_judging.cancel();
    dropComparison();
    m_capacity.reset();
    if (m_report && !m_report->isPartial) {
        compareAnew();
        readCapacity();
        if (const std::string path = m_awaitedLimits.empty() ? m_limitsPath : m_awaitedLimits; !path.empty())
            judge(path);
    }
    Q_EMIT comparisonChanged();
    Q_EMIT capacityChanged();
    Q_EMIT judgedChanged();
}

void RunAnalysis::compareWith(std::vector<std::string> paths, reports::OptionsOf optionsOf)
{
    m_baselineError.clear();
    m_reading.start(
        [paths = std::move(paths),
         optionsOf = std::move(optionsOf)](std::stop_token stop, Progress &progress) -> Result<reports::OpenedReports> {
            progress.begin("Reading the baseline", 0);
            return reports::openNamedReports(paths, false, optionsOf, stop, progress);
        },
        [this](Result<reports::OpenedReports> opened) { takeBaseline(std::move(opened)); });
    Q_EMIT comparisonChanged();
}

void RunAnalysis::takeBaseline(Result<reports::OpenedReports> opened)
{
    std::string errors;
    if (opened) {
        for (const Error &error : opened->errors)
            errors += (errors.empty() ? "" : "\n") + error.text();
    } else {
        errors = opened.error().text();
    }
    m_baselineError = errors;
    // A part of what was chosen would be another comparison than the one that was asked for.
    if (errors.empty()) {
        m_sides = {};
        for (const reports::OpenedReport &one : opened->reports)
            m_sides.baseline.push_back(one.report);
        m_sides.notes = std::move(opened->notes);
        dropComparison();
        compareAnew();
    }
    Q_EMIT baselineChanged();
    Q_EMIT comparisonChanged();
}

void RunAnalysis::compare(RunSides sides)
{
    m_reading.cancel();
    m_baselineError.clear();
    m_sides = std::move(sides);
    dropComparison();
    compareAnew();
    Q_EMIT baselineChanged();
    Q_EMIT comparisonChanged();
}

void RunAnalysis::setMinimumEffect(double ratio, Duration latency)
{
    if (ratio == m_comparisonOptions.minimumEffect && latency == m_comparisonOptions.minimumLatency)
        return;
    m_comparisonOptions.minimumEffect = ratio;
    m_comparisonOptions.minimumLatency = latency;
    compareAnew();
    Q_EMIT comparisonChanged();
}

std::vector<LoadTestReportPtr> RunAnalysis::current() const
{
    std::vector<LoadTestReportPtr> runs;
    if (!m_report || m_report->isPartial)
        return runs;
    if (m_sides.withOpen)
        runs.push_back(m_measured);
    runs.insert(runs.end(), m_sides.more.begin(), m_sides.more.end());
    return runs;
}

/// What was compared before stays in view until the new figures are there.
void RunAnalysis::compareAnew()
{
    m_comparing.cancel();
    std::vector<LoadTestReportPtr> runs = current();
    if (m_sides.baseline.empty() || runs.empty())
        return;
    m_comparing.start(
        [baseline = m_sides.baseline, runs = std::move(runs),
         options = m_comparisonOptions](std::stop_token stop, Progress &) -> Result<Compared> {
            Compared compared;
            compared.comparison = loadtest::compareRuns(baseline, runs, options, stop);
            TS_TRY(compared.pictures, picturesOf(baseline, runs, compared.comparison, options.view, stop));
            return compared;
        },
        [this](Result<Compared> compared) {
            if (compared) {
                m_comparison = std::move(compared->comparison);
                m_pictures = std::move(compared->pictures);
            } else {
                m_baselineError = compared.error().text();
            }
            Q_EMIT comparisonChanged();
        });
}

void RunAnalysis::dropComparison()
{
    m_comparison.reset();
    m_pictures.reset();
}

void RunAnalysis::cancelComparison()
{
    m_reading.cancel();
    m_comparing.cancel();
    if (!m_comparison)
        m_sides = {};
    Q_EMIT baselineChanged();
    Q_EMIT comparisonChanged();
}

void RunAnalysis::dropBaseline()
{
    m_sides = {};
    m_baselineError.clear();
    dropComparison();
    cancelComparison();
}

void RunAnalysis::setCapacityOptions(const loadtest::CapacityOptions &options)
{
    if (options == m_capacityOptions)
        return;
    m_capacityOptions = options;
    readCapacity();
    Q_EMIT capacityChanged();
}

/// What was read with another limit stays in view until the new one is there.
void RunAnalysis::readCapacity()
{
    if (!m_report || m_report->isPartial)
        return;
    m_readingCapacity.start(
        [report = m_measured, options = m_capacityOptions](std::stop_token, Progress &)
            -> Result<std::optional<loadtest::Capacity>> { return loadtest::capacityOf(*report, options); },
        [this](Result<std::optional<loadtest::Capacity>> capacity) {
            m_capacity = capacity ? std::move(*capacity) : std::nullopt;
            Q_EMIT capacityChanged();
        });
}

void RunAnalysis::openLimits(const std::string &path)
{
    if (!path.empty()) {
        judge(path);
        return;
    }
    m_judging.cancel();
    m_awaitedLimits.clear();
    m_limitsPath.clear();
    m_limitsError.clear();
    m_judged.reset();
    m_expressions.clear();
    Q_EMIT judgedChanged();
}

void RunAnalysis::setResources(std::vector<loadtest::ResourceAnswer> resources)
{
    m_resources = std::move(resources);
    if (const std::string path = m_awaitedLimits.empty() ? m_limitsPath : m_awaitedLimits; !path.empty() && m_report)
        judge(path);
}

/// Reads the file again for each report: it may have been edited meanwhile.
void RunAnalysis::judge(const std::string &path)
{
    m_awaitedLimits = path;
    m_judging.start(
        [path, report = m_report, measured = m_measured, resources = m_resources](std::stop_token,
                                                                                  Progress &) -> Result<Judged> {
            TS_TRY(const std::vector<loadtest::Limit> limits, reports::readLimitFile(path));
            std::vector<std::string> expressions = loadtest::resourceExpressions(limits);
            if (!report || report->isPartial)
                return Judged{path, nullptr, std::move(expressions)};
            auto judged =
                loadtest::withVerdicts(*report, loadtest::judgeLimits(*measured, limits, {{}, {}, resources}));
            return Judged{path, std::move(judged), std::move(expressions)};
        },
        [this](Result<Judged> judged) {
            m_awaitedLimits.clear();
            m_limitsError = judged ? std::string() : judged.error().text();
            if (judged) {
                m_limitsPath = std::move(judged->path);
                m_judged = std::move(judged->report);
            }
            Q_EMIT judgedChanged();
            if (judged && judged->expressions != m_expressions) {
                m_expressions = std::move(judged->expressions);
                Q_EMIT resourceExpressionsChanged();
            }
        });
}

} // namespace tailspan::workspace
