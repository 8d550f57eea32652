// SPDX-License-Identifier: GPL-3.0-or-later
// Time of one frame of the waterfall: a scroll or zoom step, the layout it needs and the paint, off screen, 1400x900;
// and of what a worker lays out for a trace. Ends with 1 where a limit is broken.
// Usage: bench_waterfall_frame [FRAMES]
#include "models/layout/minimap_layout.h"
#include "tests/support/spans_from_text.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"
#include "ui/waterfall/waterfall_canvas.h"
#include "ui/waterfall/waterfall_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QScrollBar>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

using namespace tailspan;

namespace {

constexpr double kFrameLimitMs = 8;   // p99 at the most spans
constexpr double kLayoutLimitMs = 30; // p99 for a new zoom
constexpr double kGrowthLimit = 1.5;  // of the frame's CPU time at the most spans against 10,000

struct Times {
    std::vector<double> ms;

    void print(const char *what, std::uint32_t spans)
    {
        std::sort(ms.begin(), ms.end());
        std::printf("%-32s %9u spans   min %7.3f ms   median %7.3f ms   p99 %7.3f ms\n", what, spans, ms.front(),
                    at(0.5), at(0.99));
    }
    /// Once printed.
    [[nodiscard]] double at(double q) const
    {
        return ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))];
    }
};

struct Measured {
    double frameMs = 0; ///< p99, wall clock.
    double cpuMs = 0;   ///< p99 of this thread's CPU time: other programs do not count.
    double zoomMs = 0;  ///< p99 of the layout for a new zoom.
};

double milliseconds(const QElapsedTimer &timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

/// What this thread has computed: on a loaded machine the wall clock also counts the others.
double cpuMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// The longest path that there can be: a piece for each span, from its start to that of the next one.
std::shared_ptr<const layout::PathIndex> longestPath(const trace::TraceSnapshot &snapshot)
{
    const trace::SpanTable &spans = snapshot.spans();
    std::vector<layout::PathSegment> path;
    for (std::uint32_t row = 0; row < spans.size(); ++row)
        path.push_back({SpanRow(row), spans.start(SpanRow(row)), spans.end(SpanRow(row))});
    std::ranges::sort(path, {}, &layout::PathSegment::begin);
    for (std::size_t i = 0; i + 1 < path.size(); ++i)
        path[i].end = std::min(path[i].end, path[i + 1].begin);
    return std::make_shared<const layout::PathIndex>(std::move(path));
}

/// One scroll step and one zoom step in turn, each with its layout and paint.
Measured measureFrames(waterfall::WaterfallView &view, const char *what, std::uint32_t spans, int frames)
{
    QImage image(view.size(), QImage::Format_ARGB32_Premultiplied);
    QScrollBar *bar = view.canvas().verticalScrollBar();
    std::mt19937 random(1);
    Times zoomOnly, whole, cpu;
    QElapsedTimer timer;
    for (int frame = 0; frame < frames; ++frame) {
        timer.start();
        const double cpuBefore = cpuMilliseconds();
        if (frame % 2 == 0) {
            bar->setValue(static_cast<int>(random() % static_cast<unsigned>(bar->maximum() + 1)));
        } else {
            view.state().zoomAt(frame % 80 < 40 ? 1.3 : 1 / 1.3, static_cast<double>(random() % 1000));
            zoomOnly.ms.push_back(milliseconds(timer));
        }
        view.render(&image);
        whole.ms.push_back(milliseconds(timer));
        cpu.ms.push_back(cpuMilliseconds() - cpuBefore);
    }
    std::printf("%s\n", what);
    zoomOnly.print("  layout for a new zoom", spans);
    whole.print("  layout and paint", spans);
    cpu.print("  layout and paint, CPU time", spans);
    return {whole.at(0.99), cpu.at(0.99), zoomOnly.at(0.99)};
}

void measureWorker(const trace::TraceSnapshot &snapshot, std::uint32_t spans)
{
    Times minimap, runs;
    QElapsedTimer timer;
    for (int i = 0; i < 10; ++i) {
        timer.start();
        const auto strip = layout::layOutMinimap(snapshot, TraceRow(0), 1392, 10);
        minimap.ms.push_back(milliseconds(timer));
        timer.start();
        const auto found = layout::findRowRuns(snapshot, TraceRow(0));
        runs.ms.push_back(milliseconds(timer));
        if (strip.marks.empty() || found.runs.empty())
            std::abort();
    }
    minimap.print("minimap (on a worker)", spans);
    runs.print("runs of siblings (on a worker)", spans);
}

Measured worse(const Measured &a, const Measured &b)
{
    return {std::max(a.frameMs, b.frameMs), std::max(a.cpuMs, b.cpuMs), std::max(a.zoomMs, b.zoomMs)};
}

/// The worst of: all runs as they are at first, everything open, and everything below the root's children folded, so
/// that each row hides a large part of the trace and of its path.
Measured measure(std::uint32_t spans, int frames)
{
    const trace::TraceSnapshotPtr snapshot = test::traceWithRuns(spans, 42);
    waterfall::WaterfallView view;
    view.resize(1400, 900);
    view.setTrace(snapshot, TraceRow(0));
    while (!view.isSettled())
        QApplication::processEvents();
    view.state().setPath(longestPath(*snapshot));
    view.show();
    QApplication::processEvents();
    const Measured first = measureFrames(view, "runs folded", spans, frames);
    view.state().setSubtreeFolded(SpanRow(0), false);
    const Measured open = measureFrames(view, "everything open", spans, frames);
    view.state().setSubtreeFolded(SpanRow(0), true);
    view.state().setFolded(SpanRow(0), false);
    const Measured folded = measureFrames(view, "everything folded but the root", spans, frames);
    measureWorker(*snapshot, spans);
    std::printf("\n");
    return worse(worse(first, open), folded);
}

bool isWithin(const char *what, double value, double limit)
{
    std::printf("%-68s %7.3f (limit %g)%s\n", what, value, limit, value <= limit ? "" : "   BROKEN");
    return value <= limit;
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    const int frames = argc > 1 ? std::max(std::atoi(argv[1]), 10) : 600;
    measure(1'000, frames);
    const Measured small = measure(10'000, frames);
    measure(100'000, frames);
    const Measured large = measure(1'000'000, frames);
    bool isGood = isWithin("p99 of a frame at 1,000,000 spans, ms", large.frameMs, kFrameLimitMs);
    isGood = isWithin("p99 of its CPU time, worst page against worst page at 10,000 spans", large.cpuMs / small.cpuMs,
                      kGrowthLimit)
        && isGood;
    isGood = isWithin("p99 of the layout for a new zoom at 1,000,000 spans, ms", large.zoomMs, kLayoutLimitMs)
        && isGood;
    return isGood ? 0 : 1;
}
