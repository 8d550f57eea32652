// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/heat_correlation.h"

#include "app/workspace/live_metrics.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace tailspan::workspace {

namespace {

constexpr std::size_t kMostQuestions = 300;
constexpr std::size_t kAtOnce = 4; // so that other panels get their turn
constexpr std::size_t kSeriesEach = 4;
constexpr int kWidthPx = 300;
constexpr double kRatio = 0.95; // the percentile that is explained

/// "event-loop-lag" as words.
std::string signalText(metric::Signal signal)
{
    std::string text(metric::signalId(signal));
    std::ranges::replace(text, '-', ' ');
    return text;
}

/// So many spans have one beyond that share.
std::uint64_t fewestSpans(double ratio)
{
    return static_cast<std::uint64_t>(std::lround(1 / (1 - ratio)));
}

std::uint64_t countIn(const metric::LatencyGrid &grid, std::uint32_t column)
{
    const std::span<const std::uint32_t> counts = grid.columnCounts(column);
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

/// `width` columns each as one; a rest at the end is left out.
metric::LatencyGrid joined(const metric::LatencyGrid &grid, std::uint32_t width)
{
    metric::LatencyGrid wide{grid.begin, Duration(grid.column.ns() * width), grid.columns / width, grid.rows, {}, 0};
    const std::size_t rows = grid.rows.count();
    wide.counts.resize(wide.columns * rows);
    for (std::size_t i = 0; i < std::size_t{wide.columns} * width * rows; ++i) {
        wide.counts[i / (width * rows) * rows + i % rows] += grid.counts[i];
        wide.total += grid.counts[i];
    }
    return wide;
}

} // namespace

metric::LatencyGrid joinedFor(const metric::LatencyGrid &grid, double ratio, std::uint32_t fewestColumns)
{
    const std::uint32_t widest = std::max(grid.columns / std::max(fewestColumns, 1U), 1U);
    for (std::uint32_t width = 1;; ++width) {
        metric::LatencyGrid wide = joined(grid, width);
        std::uint32_t enough = 0;
        for (std::uint32_t column = 0; column < wide.columns; ++column)
            enough += countIn(wide, column) >= fewestSpans(ratio) ? 1 : 0;
        if (width == widest || enough * 5 >= wide.columns * 4)
            return wide;
    }
}

metric::MetricSeries latencySeriesOf(const metric::LatencyGrid &grid, double ratio)
{
    constexpr double kNsPerMs = 1e6;
    metric::MetricSeries series;
    series.unit = metric::MetricUnit::Milliseconds;
    for (std::uint32_t column = 0; column < grid.columns; ++column) {
        const bool isEnough = countIn(grid, column) >= fewestSpans(ratio);
        const std::optional<double> ns = isEnough ? grid.percentileNs(column, ratio) : std::nullopt;
        series.timesNs.push_back(grid.begin.ns() + grid.column.ns() * (column + 1));
        series.values.push_back(ns ? *ns / kNsPerMs : std::numeric_limits<double>::quiet_NaN());
    }
    return series;
}

metric::MetricSeries loadSeriesOf(const metric::LatencyGrid &grid)
{
    metric::MetricSeries series;
    series.unit = metric::MetricUnit::PerSecond;
    for (std::uint32_t column = 0; column < grid.columns; ++column) {
        const auto held = static_cast<double>(countIn(grid, column));
        series.timesNs.push_back(grid.begin.ns() + grid.column.ns() * (column + 1));
        series.values.push_back(held / grid.column.toSeconds());
    }
    return series;
}

HeatCorrelation::HeatCorrelation(LiveMetrics &metrics, QObject *parent) : QObject(parent), m_metrics(metrics) {}

HeatCorrelation::~HeatCorrelation()
{
    for (const std::string &panel : m_waiting)
        m_metrics.cancel(panel);
}

void HeatCorrelation::cancel()
{
    for (const std::string &panel : m_waiting)
        m_metrics.cancel(panel);
    m_waiting.clear();
    m_job.cancel();
    ++m_round;
}

void HeatCorrelation::start(const HeatMapPtr &map, const std::string &name, const std::string &service)
{
    cancel();
    m_grid = std::make_shared<const metric::LatencyGrid>(
        joinedFor(map->grid, kRatio, explain::CorrelationOptions().fewestPoints + 10)); // some are lost to differences
    m_name = name;
    m_candidates.clear();
    m_load.reset();
    m_stepNs = m_grid->column.ns();
    m_next = 0;
    m_answered = 0;
    m_failed = 0;
    m_firstFailure.clear();
    m_error.clear();
    collectQuestions(service);
    if (m_questions.empty()) {
        m_result.reset();
        m_error = "The stores of metrics measure nothing that is known here. The mapping view of the Metrics page says "
                  "what is asked for.";
        Q_EMIT finished();
        return;
    }
    for (std::size_t i = 0; i < kAtOnce; ++i)
        askNext();
    Q_EMIT progressed();
}

/// Latencies go with latencies: they are left out.
void HeatCorrelation::collectQuestions(const std::string &service)
{
    m_questions.clear();
    for (const MappedSignal &mapped : m_metrics.mapping()) {
        const metric::SignalQuery &query = mapped.query;
        if (query.signal == metric::Signal::Latency || m_questions.size() == kMostQuestions)
            continue;
        const bool isLoad = query.signal == metric::Signal::RequestRate && query.service == service;
        m_questions.push_back(
            {signalText(query.signal) + " of " + query.service, mapped.source, query.expression, isLoad});
    }
}

void HeatCorrelation::askNext()
{
    if (m_next == m_questions.size())
        return;
    const std::size_t index = m_next++;
    const Question &question = m_questions[index];
    const std::string panel = "heatmap correlation " + std::to_string(index);
    MetricQuestion asked;
    asked.range.expression = question.expression;
    asked.range.range = {m_grid->begin, m_grid->end()};
    asked.range.widthPx = kWidthPx;
    asked.range.seriesLimit = kSeriesEach;
    asked.source = question.source;
    m_waiting.push_back(panel);
    m_metrics.ask(panel, asked, [this, index, panel, round = m_round](Result<MetricResultPtr> result) {
        if (round != m_round)
            return;
        std::erase(m_waiting, panel);
        take(index, result);
    });
}

void HeatCorrelation::take(std::size_t index, const Result<MetricResultPtr> &result)
{
    ++m_answered;
    const Question &question = m_questions[index];
    if (!result.has_value()) {
        ++m_failed;
        if (m_firstFailure.empty())
            m_firstFailure = question.name + ": " + result.error().text();
    } else {
        const metric::MetricAnswer &answer = (*result)->answer;
        m_stepNs = std::max(m_stepNs, answer.stepNs);
        for (const metric::MetricSeries &series : answer.series) {
            if (question.isLoad && answer.series.size() == 1) {
                m_load = series;
                continue;
            }
            const std::string which = answer.series.size() > 1 ? " " + metric::seriesText(series.labels) : "";
            m_candidates.push_back({question.name + which, series});
        }
    }
    askNext();
    Q_EMIT progressed();
    if (m_waiting.empty())
        compare();
}

void HeatCorrelation::compare()
{
    m_job.start(
        [grid = m_grid, name = m_name, candidates = std::move(m_candidates), load = m_load, stepNs = m_stepNs](
            std::stop_token stop, Progress &progress) -> Result<std::shared_ptr<const explain::Correlation>> {
            const explain::NamedSeries target{name, latencySeriesOf(*grid, kRatio)};
            const metric::MetricSeries held = load.value_or(loadSeriesOf(*grid));
            explain::CorrelationOptions options;
            options.stepNs = stepNs;
            TS_TRY(explain::Correlation found,
                   explain::correlate({target, &held, candidates}, options, stop, progress));
            return std::make_shared<const explain::Correlation>(std::move(found));
        },
        [this](Result<std::shared_ptr<const explain::Correlation>> found) {
            if (found.has_value())
                m_result = std::move(*found);
            else
                m_result.reset();
            m_error = found.has_value() ? "" : found.error().text();
            if (m_failed > 0 && m_failed == m_questions.size()) {
                m_result.reset();
                m_error = m_firstFailure;
            }
            Q_EMIT finished();
        });
}

} // namespace tailspan::workspace
