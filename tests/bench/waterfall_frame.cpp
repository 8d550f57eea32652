// SPDX-License-Identifier: GPL-3.0-or-later
// Time of one frame of the waterfall: a scroll or zoom step, the layout it needs and the paint, off screen.
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

struct Times {
    std::vector<double> ms;

    void print(const char *what, std::uint32_t spans)
    {
        std::sort(ms.begin(), ms.end());
        const auto at = [this](double q) {
            return ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))];
        };
        std::printf("%-28s %9u spans   min %7.3f ms   median %7.3f ms   p99 %7.3f ms\n", what, spans, ms.front(),
                    at(0.5), at(0.99));
    }
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

/// One scroll step and one zoom step in turn, each with its layout and paint.
double measure(std::uint32_t spans, int frames)
{
    const trace::TraceSnapshotPtr snapshot = test::randomTrace(spans, 42);
    waterfall::WaterfallView view;
    view.resize(1400, 900);
    view.setTrace(snapshot, TraceRow(0));
    while (!view.isSettled())
        QApplication::processEvents();
    view.show();
    QApplication::processEvents();
    QImage image(view.size(), QImage::Format_ARGB32_Premultiplied);
    QScrollBar *bar = view.canvas().verticalScrollBar();
    std::mt19937 random(1);
    Times layoutOnly, whole, cpu;
    QElapsedTimer timer;
    for (int frame = 0; frame < frames; ++frame) {
        timer.start();
        const double cpuBefore = cpuMilliseconds();
        if (frame % 2 == 0)
            bar->setValue(static_cast<int>(random() % static_cast<unsigned>(bar->maximum() + 1)));
        else
            view.state().zoomAt(frame % 80 < 40 ? 1.3 : 1 / 1.3, static_cast<double>(random() % 1000));
        layoutOnly.ms.push_back(milliseconds(timer));
        view.render(&image);
        whole.ms.push_back(milliseconds(timer));
        cpu.ms.push_back(cpuMilliseconds() - cpuBefore);
    }
    layoutOnly.print("layout", spans);
    whole.print("layout and paint", spans);
    cpu.print("layout and paint, CPU time", spans);

    Times minimap;
    for (int i = 0; i < 10; ++i) {
        timer.start();
        const auto strip = layout::layOutMinimap(*snapshot, TraceRow(0), 1392, 10);
        minimap.ms.push_back(milliseconds(timer));
        if (strip.marks.empty())
            std::abort();
    }
    minimap.print("minimap (on a worker)", spans);
    const auto p99 = static_cast<std::size_t>(0.99 * static_cast<double>(whole.ms.size() - 1));
    return whole.ms[p99];
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    const int frames = argc > 1 ? std::max(std::atoi(argv[1]), 10) : 600;
    const double small = measure(10'000, frames);
    const double large = measure(1'000'000, frames);
    std::printf("p99 of 1,000,000 spans: %.3f ms (limit 8), %.2fx that of 10,000 spans (limit 1.5)\n", large,
                large / small);
    return 0;
}
