// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/limit_resources.h"

#include "models/base/number_text.h"
#include "models/loadtest/alignment.h"
#include "models/loadtest/counting.h"
#include "models/loadtest/threshold.h"
#include "models/metric/dashboard.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

namespace {

void addNote(Verdict &verdict, const std::string &text)
{
    verdict.note += (verdict.note.empty() ? "" : "; ") + text;
}

/// The series that a limit means; empty with a note where there are none.
std::vector<const metric::MetricSeries *> seriesFor(const Limit &limit, const LimitInputs &inputs, Verdict &verdict)
{
    std::vector<const metric::MetricSeries *> found;
    for (const ResourceAnswer &answer : inputs.resources) {
        if (answer.expression != limit.subject)
            continue;
        if (!answer.problem.empty()) {
            addNote(verdict, answer.problem);
            return {};
        }
        for (const metric::MetricSeries &series : answer.series)
            found.push_back(&series);
    }
    for (const metric::MetricSeries &one : inputs.series) {
        if (found.empty()
            && (metric::seriesText(one.labels) == limit.subject
                || metric::labelValue(one.labels, "__name__") == limit.subject))
            found.push_back(&one);
    }
    if (found.empty())
        addNote(verdict, "no store of metrics holds this series here");
    return found;
}

/// What one series tells of a limit.
struct SeriesFigures {
    std::optional<double> figure;
    std::optional<TimeRange> breach; ///< The first stretch of points that break the limit.
    double atBreach = 0;             ///< The value with which it began.
    std::size_t breached = 0;
    std::size_t points = 0;
};

double figureOf(const Limit &limit, const std::vector<double> &values)
{
    if (limit.seriesFigure == SeriesFigure::Max)
        return *std::max_element(values.begin(), values.end());
    if (limit.seriesFigure == SeriesFigure::Min)
        return *std::min_element(values.begin(), values.end());
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

SeriesFigures figuresOf(const Limit &limit, const metric::MetricSeries &series, TimeRange range)
{
    SeriesFigures figures;
    std::vector<double> values;
    bool isOver = false; // the first breach
    for (std::size_t i = 0; i < series.timesNs.size(); ++i) {
        const TimePoint time(series.timesNs[i]);
        const double value = series.values[i];
        if (!range.contains(time) || std::isnan(value))
            continue;
        values.push_back(value);
        const bool isBad = !holds(value, limit.comparison, limit.limit);
        figures.breached += isBad ? 1 : 0;
        if (isBad && !figures.breach)
            figures.atBreach = value;
        if (isBad && !isOver)
            figures.breach = TimeRange{figures.breach ? figures.breach->begin : time, time + Duration(1)};
        isOver = isOver || (figures.breach && !isBad);
    }
    figures.points = values.size();
    if (!values.empty())
        figures.figure = figureOf(limit, values);
    return figures;
}

/// Whether `a` is farther from keeping the limit than `b`.
bool isWorse(double a, double b, const Limit &limit)
{
    if (limit.comparison.starts_with('<'))
        return a > b;
    if (limit.comparison.starts_with('>'))
        return a < b;
    return std::abs(a - limit.limit) > std::abs(b - limit.limit);
}

TimeRange rangeFor(const LoadTestReport &report, std::optional<TimeRange> scope)
{
    TimeRange range = runRangeOf(report);
    if (report.warmUp)
        range.begin = std::max(range.begin, report.warmUp->end);
    if (scope)
        range = {std::max(range.begin, scope->begin), std::min(range.end, scope->end)};
    return range;
}

std::string momentText(const LoadTestReport &report, TimePoint time)
{
    return report.startedAt ? isoText(time) : durationText(time - beginOfRun(report)) + " into the run";
}

/// Where the store itself shows the breach, with some minutes around it.
std::string linkTo(const Limit &limit, const LimitInputs &inputs, TimePoint breach)
{
    const Duration around = Duration::seconds(300);
    for (const ResourceAnswer &answer : inputs.resources) {
        if (answer.expression == limit.subject && !answer.server.empty())
            return metric::prometheusGraphUrl(answer.server, limit.subject, {breach - around, breach + around});
    }
    return {};
}

} // namespace

void judgeResource(const LoadTestReport &report, const Limit &limit, std::optional<TimeRange> range,
                   const LimitInputs &inputs, Verdict &verdict)
{
    const std::vector<const metric::MetricSeries *> all = seriesFor(limit, inputs, verdict);
    const metric::MetricSeries *worst = nullptr;
    SeriesFigures ofWorst;
    SeriesFigures first; // of the series that broke the limit first
    std::size_t measured = 0;
    for (const metric::MetricSeries *series : all) {
        const SeriesFigures figures = figuresOf(limit, *series, rangeFor(report, range));
        if (!figures.figure)
            continue;
        ++measured;
        if (worst == nullptr || isWorse(*figures.figure, *ofWorst.figure, limit)) {
            worst = series;
            ofWorst = figures;
        }
        if (figures.breach && (!first.breach || figures.breach->begin < first.breach->begin))
            first = figures;
    }
    if (worst == nullptr) {
        if (!all.empty())
            addNote(verdict, "the series holds no values during the run");
        return;
    }
    verdict.observed = ofWorst.figure;
    verdict.passed = holds(*verdict.observed, limit.comparison, limit.limit);
    if (measured > 1)
        addNote(verdict, "the worst of " + countText(measured) + " series: " + metric::seriesText(worst->labels));
    if (ofWorst.breached > 0)
        addNote(verdict,
                "in breach at " + pluralText(ofWorst.breached, "point", "points") + " of " + countText(ofWorst.points));
    if (first.breach && !*verdict.passed) {
        verdict.breach = first.breach;
        addNote(verdict,
                "first with " + decimalText(first.atBreach) + " at " + momentText(report, first.breach->begin));
        if (const std::string link = linkTo(limit, inputs, first.breach->begin); !link.empty())
            addNote(verdict, "see " + link);
    }
}

std::vector<std::string> resourceExpressions(std::span<const Limit> limits)
{
    std::vector<std::string> expressions;
    for (const Limit &limit : limits) {
        if (limit.kind == LimitKind::Resource
            && std::find(expressions.begin(), expressions.end(), limit.subject) == expressions.end())
            expressions.push_back(limit.subject);
    }
    return expressions;
}

std::vector<ResourceAnswer> unanswered(std::span<const Limit> limits, const std::string &problem)
{
    std::vector<ResourceAnswer> answers;
    for (std::string &expression : resourceExpressions(limits))
        answers.push_back({std::move(expression), {}, problem, {}});
    return answers;
}

} // namespace tailspan::loadtest
