// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/trace_scatter.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::layout {

namespace {

constexpr double kFewestTickPx = 22;
constexpr double kEdge = 1.25; // the outermost points stay off the edges

bool hasTime(const trace::TraceSnapshot &snapshot, const trace::TraceSummary &trace)
{
    return !snapshot.spans().hasMark(SpanRow(trace.rootRow), trace::kMarkTimeOutOfRange);
}

/// Powers of ten, and 2 and 5 times them where there is room.
std::vector<DurationTick> ticksOf(const TraceScatter &scatter)
{
    std::vector<DurationTick> ticks;
    double lastPx = scatter.heightPx + kFewestTickPx;
    for (std::int64_t power = 1; power <= scatter.longestNs && power < INT64_MAX / 100; power *= 10) {
        const bool hasRoom = scatter.yOf(scatter.longestNs / 10) - scatter.yOf(scatter.longestNs)
            >= 3.2 * kFewestTickPx;
        for (const std::int64_t step : {1, 2, 5}) {
            const std::int64_t ns = power * step;
            const double y = scatter.yOf(ns);
            const bool isWanted = (step == 1 || hasRoom) && ns >= scatter.shortestNs && ns <= scatter.longestNs;
            if (!isWanted || lastPx - y < kFewestTickPx)
                continue;
            ticks.push_back({y, durationText(Duration(ns))});
            lastPx = y;
        }
    }
    return ticks;
}

void addMarks(TraceScatter &scatter, const trace::TraceSnapshot &snapshot, std::span<const TraceRow> traces,
              double widthPx)
{
    const auto columns = static_cast<std::size_t>(widthPx / kScatterCellPx) + 1;
    const auto rows = static_cast<std::size_t>(scatter.heightPx / kScatterCellPx) + 1;
    std::vector<std::uint32_t> markOf(columns * rows, SpanRow::kNone);
    for (const TraceRow row : traces) {
        const trace::TraceSummary &trace = snapshot.traces()[row.value()];
        if (!hasTime(snapshot, trace))
            continue;
        const auto column =
            std::min(static_cast<std::size_t>(scatter.xOf(trace.startNs) / kScatterCellPx), columns - 1);
        const auto line = std::min(static_cast<std::size_t>(scatter.yOf(trace.durationNs) / kScatterCellPx), rows - 1);
        std::uint32_t &number = markOf[line * columns + column];
        if (number == SpanRow::kNone) {
            number = static_cast<std::uint32_t>(scatter.marks.size());
            scatter.marks.push_back({(static_cast<double>(column) + 0.5) * kScatterCellPx,
                                     (static_cast<double>(line) + 0.5) * kScatterCellPx, 0, 0, row});
        }
        ScatterMark &mark = scatter.marks[number];
        ++mark.traceCount;
        mark.failedCount += trace.errorCount > 0 ? 1 : 0;
        if (trace.durationNs > snapshot.traces()[mark.longest.value()].durationNs)
            mark.longest = row;
    }
}

} // namespace

double TraceScatter::yOf(std::int64_t durationNs) const
{
    const double low = std::log(static_cast<double>(shortestNs));
    const double high = std::log(static_cast<double>(longestNs));
    const double value = std::log(static_cast<double>(std::max<std::int64_t>(durationNs, 1)));
    return heightPx * (1 - std::clamp((value - low) / (high - low), 0.0, 1.0));
}

TraceScatter layOutScatter(const trace::TraceSnapshot &snapshot, std::span<const TraceRow> traces, double widthPx,
                           double heightPx)
{
    TraceScatter scatter;
    scatter.heightPx = heightPx;
    TimeRange range;
    std::int64_t shortest = INT64_MAX;
    std::int64_t longest = 1;
    for (const TraceRow row : traces) {
        const trace::TraceSummary &trace = snapshot.traces()[row.value()];
        if (!hasTime(snapshot, trace))
            continue;
        range = range.united({TimePoint(trace.startNs), TimePoint(trace.startNs) + Duration(1)});
        shortest = std::min(shortest, std::max<std::int64_t>(trace.durationNs, 1));
        longest = std::max(longest, trace.durationNs);
    }
    if (range.isEmpty())
        return scatter;
    scatter.time = TimeScale(range, widthPx);
    scatter.shortestNs = std::max<std::int64_t>(static_cast<std::int64_t>(static_cast<double>(shortest) / kEdge), 1);
    scatter.longestNs =
        std::max(static_cast<std::int64_t>(static_cast<double>(longest) * kEdge), scatter.shortestNs * 2);
    addMarks(scatter, snapshot, traces, widthPx);
    scatter.ticks = ticksOf(scatter);
    return scatter;
}

std::vector<TraceRow> tracesInBox(const trace::TraceSnapshot &snapshot, std::span<const TraceRow> traces,
                                  const TraceScatter &scatter, double leftPx, double topPx, double rightPx,
                                  double bottomPx)
{
    std::vector<TraceRow> inside;
    for (const TraceRow row : traces) {
        const trace::TraceSummary &trace = snapshot.traces()[row.value()];
        const double x = scatter.xOf(trace.startNs);
        const double y = scatter.yOf(trace.durationNs);
        if (hasTime(snapshot, trace) && x >= leftPx && x <= rightPx && y >= topPx && y <= bottomPx)
            inside.push_back(row);
    }
    return inside;
}

} // namespace tailspan::layout
