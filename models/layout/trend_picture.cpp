// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/trend_picture.h"

#include "models/base/number_text.h"
#include "models/layout/replay_axis.h"
#include "models/layout/time_ruler.h"
#include "models/loadtest/analysis_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::layout {

using loadtest::Trend;

namespace {

constexpr int kParts = 3;
constexpr double kInsetPx = 14;
constexpr double kLabelSpacingPx = 96;
constexpr double kTopMargin = 1.08;

std::vector<std::size_t> linesOf(TrendPart part)
{
    switch (part) {
    case TrendPart::Latency: return {0, 1, 2};
    case TrendPart::Throughput: return {3};
    case TrendPart::Errors: break;
    }
    return {4};
}

bool haveDates(const Trend &trend)
{
    return std::all_of(trend.runs.begin(), trend.runs.end(),
                       [](const loadtest::LoadTestReportPtr &run) { return run->startedAt.has_value(); })
        && trend.runs.size() > 1 && *trend.runs.front()->startedAt < *trend.runs.back()->startedAt;
}

std::vector<double> placesOf(const Trend &trend, TrendSpacing spacing, double widthPx)
{
    std::vector<double> places;
    const std::size_t count = trend.runs.size();
    const double room = std::max(widthPx - 2 * kInsetPx, 1.0);
    const bool isByDate = spacing == TrendSpacing::ByDate && haveDates(trend);
    for (std::size_t run = 0; run < count; ++run) {
        double share = count > 1 ? static_cast<double>(run) / static_cast<double>(count - 1) : 0.5;
        if (isByDate)
            share = static_cast<double>((*trend.runs[run]->startedAt - *trend.runs.front()->startedAt).ns())
                / static_cast<double>((*trend.runs.back()->startedAt - *trend.runs.front()->startedAt).ns());
        places.push_back(kInsetPx + share * room);
    }
    return places;
}

/// "11-23", with the clock where several runs are of one day.
std::string dateLabel(const Trend &trend, std::size_t run)
{
    const auto &startedAt = trend.runs[run]->startedAt;
    if (!startedAt)
        return "run " + std::to_string(run + 1);
    const std::string iso = isoText(*startedAt);
    const bool isOneDay = trend.runs.front()->startedAt
        && isoText(*trend.runs.front()->startedAt).substr(0, 10)
            == isoText(*trend.runs.back()->startedAt).substr(0, 10);
    return isOneDay ? iso.substr(11, 5) : iso.substr(5, 5) + " " + iso.substr(11, 5);
}

void addRunTicks(const Trend &trend, TrendPicture &picture)
{
    double lastPx = -2 * kLabelSpacingPx;
    for (std::size_t run = 0; run < trend.runs.size(); ++run) {
        if (picture.runPx[run] - lastPx < kLabelSpacingPx)
            continue;
        lastPx = picture.runPx[run];
        picture.runTicks.push_back({lastPx, dateLabel(trend, run)});
    }
}

/// From 0 up; of latencies with lines at round lengths of time.
ValueAxis axisOf(TrendPart part, double top)
{
    if (part != TrendPart::Latency)
        return part == TrendPart::Errors ? linearAxis(std::max(top, 0.01), AxisUnit::Ratio, kParts - 1)
                                         : linearAxis(std::max(top, 1.0), AxisUnit::PerSecond, kParts - 1);
    const double high = std::max(top * kTopMargin, 1000.0);
    const auto step = static_cast<double>(roundTimeStep(high / (kParts + 1)));
    ValueAxis axis{0, high, {}};
    for (double value = 0; value <= high; value += step)
        axis.ticks.push_back({value, value > 0 ? durationText(Duration(std::llround(value))) : std::string("0")});
    return axis;
}

double topOf(const Trend &trend, const std::vector<std::size_t> &lines)
{
    double top = 0;
    for (const std::size_t line : lines) {
        for (const double value : trend.lines[line].values)
            top = std::isnan(value) ? top : std::max(top, value);
    }
    return top;
}

double changePx(const std::vector<double> &places, std::size_t run)
{
    return run > 0 ? (places[run - 1] + places[run]) / 2 : places.front();
}

template <class YOf>
TrendCurve curveOf(const Trend::Line &line, std::size_t index, const std::vector<double> &places, const YOf &yOf)
{
    TrendCurve curve{index, {}, {}};
    for (std::size_t run = 0; run < line.values.size(); ++run) {
        if (!std::isnan(line.values[run]))
            curve.points.push_back({run, {places[run], yOf(line.values[run])}});
    }
    double fromPx = places.front();
    for (const loadtest::ChangePoint &change : line.changes) {
        const double x = changePx(places, change.first);
        curve.levels.push_back({{fromPx, yOf(change.before)}, x});
        fromPx = x;
    }
    if (!line.changes.empty())
        curve.levels.push_back({{fromPx, yOf(line.changes.back().after)}, places.back()});
    return curve;
}

/// Changes of several figures at the same run share a mark.
void addMarks(const Trend::Line &line, bool isUpWorse, const std::vector<double> &places, std::vector<TrendMark> &marks)
{
    for (const loadtest::ChangePoint &change : line.changes) {
        auto at =
            std::find_if(marks.begin(), marks.end(), [&](const TrendMark &mark) { return mark.run == change.first; });
        if (at == marks.end())
            at = marks.insert(at, {change.first, changePx(places, change.first), {}, false});
        at->text += (at->text.empty() ? "" : ", ") + line.metric + " "
            + (change.before > 0 ? loadtest::changeText(change.after / change.before)
                                 : loadtest::metricText(line.metric, change.after));
        at->isWorse = at->isWorse || (change.after > change.before) == isUpWorse;
    }
}

TrendPlot plotOf(const Trend &trend, TrendPart part, const std::vector<double> &places, double heightPx)
{
    TrendPlot plot;
    const std::vector<std::size_t> lines = linesOf(part);
    const ValueAxis axis = axisOf(part, topOf(trend, lines));
    const auto yOf = [&](double value) { return (axis.high - value) / (axis.high - axis.low) * heightPx; };
    for (const AxisTick &tick : axis.ticks)
        plot.valueTicks.push_back({yOf(tick.value), tick.label});
    for (const std::size_t index : lines) {
        plot.curves.push_back(curveOf(trend.lines[index], index, places, yOf));
        addMarks(trend.lines[index], part != TrendPart::Throughput, places, plot.marks);
    }
    std::stable_sort(plot.marks.begin(), plot.marks.end(),
                     [](const TrendMark &a, const TrendMark &b) { return a.run < b.run; });
    return plot;
}

} // namespace

TrendPicture layTrend(const Trend &trend, TrendSpacing spacing, double widthPx,
                      const std::array<double, kTrendParts.size()> &heightsPx)
{
    TrendPicture picture;
    if (trend.runs.empty() || trend.lines.size() < 5 || !(widthPx > 0))
        return picture;
    picture.runPx = placesOf(trend, spacing, widthPx);
    for (std::size_t i = 0; i < kTrendParts.size(); ++i)
        picture.plots[i] = plotOf(trend, kTrendParts[i], picture.runPx, heightsPx[i]);
    addRunTicks(trend, picture);
    return picture;
}

std::optional<std::size_t> trendRunAt(const TrendPicture &picture, double xPx)
{
    const auto at = std::min_element(picture.runPx.begin(), picture.runPx.end(),
                                     [xPx](double a, double b) { return std::abs(a - xPx) < std::abs(b - xPx); });
    return at == picture.runPx.end() ? std::nullopt
                                     : std::optional(static_cast<std::size_t>(at - picture.runPx.begin()));
}

} // namespace tailspan::layout
