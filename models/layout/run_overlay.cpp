// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/run_overlay.h"

#include "models/layout/replay_axis.h"
#include "models/layout/replay_picture.h"
#include "models/layout/time_ruler.h"
#include "models/loadtest/alignment.h"

#include <algorithm>
#include <cmath>

namespace tailspan::layout {

using loadtest::LoadTestReportPtr;
using loadtest::StageClock;

namespace {

constexpr int kValueParts = 2;
constexpr int kMostLatencyTicks = 4;
constexpr double kTickSpacingPx = 90;
constexpr double kDecadeMargin = 0.08;

struct Extent {
    double low = 0;
    double high = 0;
    bool isEmpty = true;

    void add(double value)
    {
        if (std::isnan(value))
            return;
        low = isEmpty ? value : std::min(low, value);
        high = isEmpty ? value : std::max(high, value);
        isEmpty = false;
    }
};

OverlayRun runOn(const loadtest::LoadTestReport &report, std::size_t index, const StageClock &clock, int mostSteps,
                 const std::stop_token &stop)
{
    OverlayRun run;
    run.name = report.fileName;
    const auto overview = std::make_shared<const ReplayOverview>(makeReplayOverview(report));
    const ReplayPicture picture = makeReplayPicture(report, overview, loadtest::runRangeOf(report), mostSteps, stop);
    for (const ReplayStep &step : picture.steps) {
        const TimePoint middle = step.range.begin + Duration(step.range.length().ns() / 2);
        const std::optional<Duration> at = clock.at(index, middle);
        if (!at)
            continue;
        run.seconds.push_back(at->toSeconds());
        run.users.push_back(step.users);
        run.requestsRps.push_back(step.requestsRps);
        run.p95Ns.push_back(step.p95Ns);
    }
    return run;
}

void addRuns(std::span<const LoadTestReportPtr> runs, bool isLater, std::size_t first, const StageClock &clock,
             int mostSteps, const std::stop_token &stop, RunOverlay &overlay)
{
    for (std::size_t i = 0; i < std::min(runs.size(), kMostOverlayRuns) && !stop.stop_requested(); ++i) {
        overlay.runs.push_back(runOn(*runs[i], first + i, clock, mostSteps, stop));
        overlay.runs.back().isLater = isLater;
    }
    if (runs.size() > kMostOverlayRuns)
        overlay.words += std::string(" Of the ") + (isLater ? "later runs" : "baseline") + " the first "
            + std::to_string(kMostOverlayRuns) + " of " + std::to_string(runs.size()) + " are drawn.";
}

double xOf(const RunOverlay &overlay, double second, double widthPx)
{
    return (second - overlay.beginSeconds) / (overlay.endSeconds - overlay.beginSeconds) * widthPx;
}

double plotted(double value, OverlayFigure figure)
{
    return figure == OverlayFigure::P95 ? std::log10(std::max(value, 1.0)) : value;
}

ValueAxis axisOf(const Extent &extent, OverlayFigure figure)
{
    if (figure == OverlayFigure::P95)
        return latencyAxis(extent.low - kDecadeMargin, extent.high + kDecadeMargin, kMostLatencyTicks);
    return linearAxis(std::max(extent.high, 1.0),
                      figure == OverlayFigure::Users ? AxisUnit::Count : AxisUnit::PerSecond, kValueParts);
}

RunOverlayPlot plotOf(const RunOverlay &overlay, OverlayFigure figure, double widthPx, double heightPx)
{
    RunOverlayPlot plot;
    Extent extent;
    for (const OverlayRun &run : overlay.runs) {
        for (const double value : valuesOf(run, figure))
            extent.add(plotted(value, figure));
    }
    plot.isEmpty = extent.isEmpty;
    if (plot.isEmpty)
        return plot;
    const ValueAxis axis = axisOf(extent, figure);
    const auto yOf = [&](double value) { return (axis.high - value) / (axis.high - axis.low) * heightPx; };
    for (const AxisTick &tick : axis.ticks)
        plot.valueTicks.push_back({yOf(tick.value), tick.label});
    for (const OverlayRun &run : overlay.runs) {
        RunOverlayPlot::Line line{run.isLater, {}};
        bool isBroken = true;
        const std::vector<double> &values = valuesOf(run, figure);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (std::isnan(values[i])) {
                isBroken = true;
                continue;
            }
            if (std::exchange(isBroken, false))
                line.pieces.emplace_back();
            line.pieces.back().push_back({xOf(overlay, run.seconds[i], widthPx), yOf(plotted(values[i], figure))});
        }
        plot.lines.push_back(std::move(line));
    }
    return plot;
}

std::string clockText(double seconds, std::int64_t precisionNs, std::int64_t largestNs)
{
    const std::int64_t ns = std::llround(seconds * 1e9);
    return (ns < 0 ? "-" : "") + offsetText(ns < 0 ? -ns : ns, precisionNs, largestNs);
}

} // namespace

const std::vector<double> &valuesOf(const OverlayRun &run, OverlayFigure figure)
{
    switch (figure) {
    case OverlayFigure::Users: return run.users;
    case OverlayFigure::Requests: return run.requestsRps;
    case OverlayFigure::P95: break;
    }
    return run.p95Ns;
}

std::vector<PlotTick> runClockTicks(double beginSeconds, double endSeconds, double widthPx)
{
    std::vector<PlotTick> ticks;
    const double length = endSeconds - beginSeconds;
    if (!(length > 0) || !(widthPx > 0))
        return ticks;
    const double most = std::max(1.0, std::floor(widthPx / kTickSpacingPx));
    const std::int64_t stepNs = roundTimeStep(length * 1e9 / most);
    const double step = static_cast<double>(stepNs) / 1e9;
    const std::int64_t largest = std::llround(std::max(std::abs(beginSeconds), std::abs(endSeconds)) * 1e9);
    const std::int64_t last = std::llround(std::floor(endSeconds / step));
    for (std::int64_t i = std::llround(std::ceil(beginSeconds / step)); i <= last; ++i) {
        const double second = static_cast<double>(i) * step;
        ticks.push_back({(second - beginSeconds) / length * widthPx, clockText(second, stepNs, largest)});
    }
    return ticks;
}

std::string runClockText(double seconds)
{
    constexpr std::int64_t kPrecisionNs = 100'000'000;
    return clockText(seconds, kPrecisionNs, std::llround(std::abs(seconds) * 1e9));
}

RunOverlay runOverlayOf(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current,
                        const StageClock &clock, int mostSteps, const std::stop_token &stop)
{
    RunOverlay overlay;
    overlay.words = clock.words;
    if (clock.parts.empty())
        return overlay;
    overlay.beginSeconds = clock.parts.front().begin.toSeconds();
    overlay.endSeconds = std::max(clock.parts.back().end.toSeconds(), overlay.beginSeconds + 1e-9);
    for (const StageClock::Part &part : clock.parts) {
        if (!part.name.empty())
            overlay.stages.push_back({part.name, part.begin.toSeconds(), part.end.toSeconds()});
    }
    addRuns(baseline, false, 0, clock, mostSteps, stop, overlay);
    addRuns(current, true, baseline.size(), clock, mostSteps, stop, overlay);
    return overlay;
}

RunOverlayPicture layOverlay(const RunOverlay &overlay, double widthPx, double heightPx)
{
    RunOverlayPicture picture;
    if (overlay.runs.empty() || !(widthPx > 0) || !(heightPx > 0))
        return picture;
    for (std::size_t i = 0; i < kOverlayFigures.size(); ++i)
        picture.plots[i] = plotOf(overlay, kOverlayFigures[i], widthPx, heightPx);
    picture.timeTicks = runClockTicks(overlay.beginSeconds, overlay.endSeconds, widthPx);
    for (const OverlayStage &stage : overlay.stages) {
        const double left = xOf(overlay, stage.beginSeconds, widthPx);
        picture.stages.push_back({{left, stage.name}, xOf(overlay, stage.endSeconds, widthPx) - left});
    }
    return picture;
}

double overlaySecondAt(const RunOverlay &overlay, double xPx, double widthPx)
{
    return overlay.beginSeconds + xPx / widthPx * (overlay.endSeconds - overlay.beginSeconds);
}

std::optional<std::size_t> overlayStepAt(const OverlayRun &run, double second)
{
    if (run.seconds.empty())
        return std::nullopt;
    const auto after = std::lower_bound(run.seconds.begin(), run.seconds.end(), second);
    std::size_t at = static_cast<std::size_t>(after - run.seconds.begin());
    if (at == run.seconds.size() || (at > 0 && second - run.seconds[at - 1] < run.seconds[at] - second))
        --at;
    // A moment before or after the run is none of its steps.
    const double step = run.seconds.size() > 1
        ? (run.seconds.back() - run.seconds.front()) / static_cast<double>(run.seconds.size() - 1)
        : 1;
    return std::abs(run.seconds[at] - second) <= std::max(step, 1e-9) ? std::optional(at) : std::nullopt;
}

} // namespace tailspan::layout
