// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/run_analysis.h"

#include "app/reports/limit_file.h"
#include "app/reports/named_reports.h"
#include "models/loadtest/counting.h"

#include <utility>

namespace tailspan::workspace {

using loadtest::LoadTestReportPtr;

RunAnalysis::RunAnalysis(QObject *parent) : QObject(parent) {}

RunAnalysis::~RunAnalysis() = default;

void RunAnalysis::setReport(const LoadTestReportPtr &report)
{
    m_report = report;
    m_measured = loadtest::measuredPart(report);
    m_resources.clear(); // they were of another time
    m_judged.reset();
    m_comparing.cancel();
    m_readingCapacity.cancel();
    m_judging.cancel();
    m_comparison.reset();
    m_capacity.reset();
    if (m_report && !m_report->isPartial) {
        compare();
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
        m_baseline.clear();
        for (const reports::OpenedReport &one : opened->reports)
            m_baseline.push_back(one.report);
        m_baselineNotes = std::move(opened->notes);
        compare();
    }
    Q_EMIT baselineChanged();
    Q_EMIT comparisonChanged();
}

void RunAnalysis::compare()
{
    m_comparing.cancel();
    m_comparison.reset();
    if (m_baseline.empty() || !m_report || m_report->isPartial)
        return;
    m_comparing.start(
        [baseline = m_baseline, report = m_measured,
         options = m_comparisonOptions](std::stop_token stop, Progress &) -> Result<loadtest::Comparison> {
            const std::vector<LoadTestReportPtr> current{report};
            return loadtest::compareRuns(baseline, current, options, stop);
        },
        [this](Result<loadtest::Comparison> comparison) {
            if (comparison)
                m_comparison = std::move(*comparison);
            else
                m_baselineError = comparison.error().text();
            Q_EMIT comparisonChanged();
        });
}

void RunAnalysis::cancelComparison()
{
    m_reading.cancel();
    m_comparing.cancel();
    if (!m_comparison)
        m_baseline.clear();
    Q_EMIT baselineChanged();
    Q_EMIT comparisonChanged();
}

void RunAnalysis::dropBaseline()
{
    m_baseline.clear();
    m_baselineNotes.clear();
    m_baselineError.clear();
    m_comparison.reset();
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
