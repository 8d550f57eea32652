// SPDX-License-Identifier: GPL-3.0-or-later
// The second half of K6Accumulator: joining workers and making a report of what they counted.
#include "app/reports/k6_accumulator.h"

#include "app/reports/report_text.h"
#include "models/base/number_text.h"
#include "models/loadtest/timeline.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

std::string unitOf(const K6MetricDeclaration &declaration, const ThresholdExpression &expression)
{
    if (declaration.type == "trend" && expression.aggregate == "count")
        return {};
    if (declaration.contains == "time")
        return "ms";
    if (declaration.contains == "data")
        return expression.aggregate == "rate" ? "bytes/s" : "bytes";
    return {};
}

std::string joinedNames(const std::vector<std::string> &names)
{
    constexpr std::size_t kShown = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    return names.size() > kShown ? text + " and " + std::to_string(names.size() - kShown) + " more" : text;
}

} // namespace

void K6Issues::add(QualityIssue issue, K6Place place, std::uint64_t count)
{
    const auto i = static_cast<std::size_t>(issue);
    m_firstPlaces[i] = m_counts[i] == 0 ? place : std::min(m_firstPlaces[i], place);
    m_counts[i] += count;
}

void K6Issues::merge(const K6Issues &other)
{
    for (std::size_t i = 0; i < kQualityIssueCount; ++i) {
        if (other.m_counts[i] == 0)
            continue;
        m_firstPlaces[i] = m_counts[i] == 0 ? other.m_firstPlaces[i]
                                            : std::min(m_firstPlaces[i], other.m_firstPlaces[i]);
        m_counts[i] += other.m_counts[i];
    }
}

void K6Issues::addTo(DataQuality &quality, const std::map<std::uint64_t, std::uint64_t> &firstLines) const
{
    for (std::size_t i = 0; i < kQualityIssueCount; ++i) {
        if (m_counts[i] == 0)
            continue;
        const std::uint64_t line = firstLines.at(m_firstPlaces[i].block) + m_firstPlaces[i].line;
        quality.add(static_cast<QualityIssue>(i), m_counts[i], "line " + std::to_string(line));
    }
}

void K6Accumulator::merge(K6Accumulator &&other)
{
    m_builder.merge(other.m_builder);
    for (std::uint32_t i = 0; i < other.m_metrics.size(); ++i) {
        const StringId id = m_metricNames.intern(other.m_metricNames.view(StringId(i)));
        if (id.value() >= m_metrics.size())
            m_metrics.resize(m_metricNames.size());
        m_metrics[id.value()].summary.merge(other.m_metrics[i].summary);
    }
    m_declarations.merge(other.m_declarations);
    for (std::uint32_t i = 0; i < other.m_scenarios.size(); ++i) {
        const ScenarioCount &from = other.m_scenarios[i];
        if (from.requests == 0)
            continue;
        const StringId id = m_scenarioNames.intern(other.m_scenarioNames.view(StringId(i)));
        countScenario(id, from.beginNs, from.endNs);
        m_scenarios[id.value()].requests += from.requests - 1;
    }
    for (const auto &[name, check] : other.m_checks) {
        Check &target = m_checks.try_emplace(name, Check{check.name, 0, 0}).first->second;
        target.passes += check.passes;
        target.fails += check.fails;
    }
    m_withoutExpectation += other.m_withoutExpectation;
    m_finerStamps += other.m_finerStamps;
    m_hasSetup = m_hasSetup || other.m_hasSetup;
    m_isTruncated = m_isTruncated || other.m_isTruncated;
    m_issues.merge(other.m_issues);
    m_linesOfBlock.merge(other.m_linesOfBlock);
    m_clockOfBlock.merge(other.m_clockOfBlock);
}

void K6Accumulator::setContents(LoadTestReport &report)
{
    report.clock = ClockConvention::RequestEnd;
    const std::uint64_t requests = requestCount(report.requests, {});
    report.contents.hasRequests = requests > 0;
    report.contents.hasFailures = requests > 0;
    report.contents.hasLatency = !latencyOf(report.requests, {}).isEmpty();
    report.contents.latencyDetail = report.contents.hasLatency ? LatencyDetail::Requests : LatencyDetail::None;
}

void K6Accumulator::finish(LoadTestReport &report) &&
{
    std::move(m_builder).finish(report);
    setContents(report);
    if (m_finerStamps == 0)
        report.stalls.clear(); // whole seconds do not tell when requests began
    report.contents.hasSetup = m_hasSetup;
    report.contents.isComplete = !m_isTruncated;
    std::map<std::uint64_t, std::uint64_t> firstLines;
    std::uint64_t nextLine = 1;
    for (const auto &[block, lines] : m_linesOfBlock) {
        firstLines[block] = nextLine;
        nextLine += lines;
    }
    m_issues.addTo(report.quality, firstLines);
    for (const auto &[name, check] : m_checks)
        report.checks.push_back(check);
    finishVerdicts(report);
    finishScenarios(report);
    addNotes(report);
    ClockWatch clock;
    for (const auto &[block, watch] : m_clockOfBlock)
        clock.append(watch);
    clock.finish(report);
}

void K6Accumulator::finishVerdicts(LoadTestReport &report) const
{
    Scenario run{kWholeRun, report.duration, {}, {}};
    const double seconds = report.duration.value_or(Duration()).toSeconds();
    for (const auto &[name, declaration] : m_declarations) {
        for (const std::string &text : declaration.thresholds) {
            report.thresholds.push_back({name, text});
            Verdict verdict;
            verdict.scenario = kWholeRun;
            verdict.criterion = name + " " + text;
            if (const auto expression = parseThreshold(text)) {
                verdict.criterion = name + " " + expression->aggregate;
                verdict.comparison = expression->comparison;
                verdict.limit = expression->limit;
                verdict.unit = unitOf(declaration, *expression);
                const StringId id = m_metricNames.find(name);
                if (id.isValid() && id.value() < m_metrics.size())
                    verdict.observed = m_metrics[id.value()].summary.value(*expression, declaration.type, seconds);
                if (verdict.observed && isTooCloseToCall(*expression, *verdict.observed))
                    report.notes.push_back(verdict.criterion
                                           + " is within 0.4 % of its limit, closer than percentiles "
                                             "are kept: its verdict is open.");
                else if (verdict.observed)
                    verdict.passed = holds(*verdict.observed, expression->comparison, expression->limit);
            } else {
                report.notes.push_back("The limit " + text + " on " + name
                                       + " is written in a way that is not known; "
                                         "its verdict is open.");
            }
            run.verdicts.push_back(std::move(verdict));
        }
    }
    report.scenarios.push_back(std::move(run));
}

void K6Accumulator::finishScenarios(LoadTestReport &report) const
{
    std::vector<Scenario> scenarios;
    for (std::uint32_t i = 0; i < m_scenarios.size(); ++i) {
        const ScenarioCount &count = m_scenarios[i];
        const std::string name = plainName(m_scenarioNames.view(StringId(i)));
        if (count.requests > 0 && !name.empty())
            scenarios.push_back({name, TimePoint(count.endNs) - TimePoint(count.beginNs), count.requests, {}});
    }
    std::sort(scenarios.begin(), scenarios.end(), [](const Scenario &a, const Scenario &b) { return a.name < b.name; });
    std::move(scenarios.begin(), scenarios.end(), std::back_inserter(report.scenarios));
    finishStages(report);
}

/// Scenarios that ran one after another are the stages of the run: each lasts until the next one begins.
void K6Accumulator::finishStages(LoadTestReport &report) const
{
    std::vector<std::pair<const ScenarioCount *, std::string>> ran;
    for (std::uint32_t i = 0; i < m_scenarios.size(); ++i) {
        std::string name = plainName(m_scenarioNames.view(StringId(i)));
        if (m_scenarios[i].requests > 0 && !name.empty())
            ran.emplace_back(&m_scenarios[i], std::move(name));
    }
    std::sort(ran.begin(), ran.end(), [](const auto &a, const auto &b) { return a.first->beginNs < b.first->beginNs; });
    // The last requests of one may still wait while the next one runs.
    const auto overlaps = [](const auto &a, const auto &b) {
        return a.first->endNs - b.first->beginNs > (a.first->endNs - a.first->beginNs) / 4;
    };
    if (ran.size() < 2 || !report.startedAt || std::adjacent_find(ran.begin(), ran.end(), overlaps) != ran.end())
        return;
    for (std::size_t i = 0; i < ran.size(); ++i) {
        const TimePoint begin(ran[i].first->beginNs);
        const Duration length = TimePoint(i + 1 < ran.size() ? ran[i + 1].first->beginNs : ran[i].first->endNs) - begin;
        if (length.ns() <= 0)
            continue;
        const double rate = static_cast<double>(ran[i].first->requests) / length.toSeconds();
        report.stages.push_back({ran[i].second, rateText(rate), begin - *report.startedAt, length, false});
    }
}

void K6Accumulator::addNotes(LoadTestReport &report) const
{
    if (!report.contents.hasRequests)
        report.notes.emplace_back("The file holds no HTTP requests.");
    else
        report.notes.emplace_back("Percentiles cover every finished request, failed ones and setup included.");
    if (m_withoutExpectation > 0)
        report.notes.emplace_back("Some requests do not say whether their response was expected: those with a status "
                                  "outside 200 to 399 count as failed.");
    const StringId failed = m_metricNames.find("http_req_failed");
    const std::uint64_t k6Failures = m_metrics[failed.value()].summary.nonZeroCount();
    if (m_metrics[failed.value()].summary.count() > 0 && k6Failures != failureCount(report.requests, {}))
        report.notes.push_back("k6 itself counts " + countText(k6Failures) + " failed requests (http_req_failed).");
    std::vector<std::string> submetrics;
    for (const auto &[name, declaration] : m_declarations) {
        for (const std::string &submetric : declaration.submetrics) {
            if (submetric != "http_req_duration{expected_response:true}") // k6 adds this one to every run
                submetrics.push_back(submetric);
        }
    }
    if (!submetrics.empty())
        report.notes.push_back("Limits on parts of a metric (" + joinedNames(submetrics)
                               + ") are not in this file: k6 "
                                 "writes their names only, so there is no verdict on them.");
    if (!report.contents.hasUsers)
        report.notes.emplace_back("The file does not hold the number of users.");
    report.notes.emplace_back(report.stages.empty()
                                  ? "The file does not hold the load stages."
                                  : "Stages are the scenarios, which ran one after another; the file does not hold the "
                                    "load that was planned for them.");
}

} // namespace tailspan::reports
