// SPDX-License-Identifier: GPL-3.0-or-later
// From a chosen file to painted rows of its largest trace, in a shown window off screen, against a walk over the same
// bytes; and what the process holds for it afterwards.
//
//   bench_first_rows_frame FILE... [--runs N]      files come from tests/support/gen_trace.py
#include "app/workspace/open_files.h"
#include "tests/bench/simdjson_floor.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"
#include "ui/waterfall/waterfall_canvas.h"
#include "ui/waterfall/waterfall_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <malloc.h>

using namespace tailspan;

namespace {

constexpr double kMostRatio = 2.5;
constexpr double kMostBytesASpan = 200;

std::uint64_t residentBytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:"))
            return std::stoull(line.substr(6)) * 1024;
    }
    return 0;
}

TraceRow largestTrace(const trace::TraceSnapshot &snapshot)
{
    const auto largest = std::ranges::max_element(snapshot.traces(), {}, &trace::TraceSummary::spanCount);
    return TraceRow(static_cast<std::uint32_t>(largest - snapshot.traces().begin()));
}

struct Run {
    double ms = 0;
    double bytesASpan = 0;
    std::size_t spans = 0;
};

Run openAndPaint(const std::string &path)
{
    waterfall::WaterfallView view;
    view.resize(1400, 900);
    view.show();
    QApplication::processEvents();
    QImage image(view.size(), QImage::Format_ARGB32_Premultiplied);
    malloc_trim(0);
    const std::uint64_t before = residentBytes();
    QElapsedTimer timer;
    timer.start();
    Progress progress;
    const auto opened = workspace::openFiles({path}, {}, progress);
    if (!opened.has_value() || opened->snapshot == nullptr) {
        std::fprintf(stderr, "%s\n", opened.has_value() ? "no traces" : opened.error().text().c_str());
        std::exit(3);
    }
    view.setTrace(opened->snapshot, largestTrace(*opened->snapshot));
    view.render(&image);
    Run run{static_cast<double>(timer.nsecsElapsed()) / 1e6, 0, opened->snapshot->spans().size()};
    while (!view.isSettled())
        QApplication::processEvents();
    malloc_trim(0);
    run.bytesASpan = static_cast<double>(residentBytes() - before) / static_cast<double>(run.spans);
    return run;
}

bool measure(const std::string &path, int runs)
{
    std::vector<double> ratios;
    Run last;
    for (int i = 0; i < runs; ++i) {
        const double floorMs = bench::simdjsonWalkMs(path);
        last = openAndPaint(path);
        ratios.push_back(last.ms / floorMs);
    }
    std::ranges::sort(ratios);
    const double median = ratios[ratios.size() / 2];
    std::printf("%s: %zu spans; painted after %.0f ms; ratio to the walk min %.2f median %.2f max %.2f (limit %.1f); "
                "%.0f bytes a span resident (limit %.0f)\n",
                path.c_str(), last.spans, last.ms, ratios.front(), median, ratios.back(), kMostRatio, last.bytesASpan,
                kMostBytesASpan);
    return median <= kMostRatio && last.bytesASpan <= kMostBytesASpan;
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    int runs = 5;
    std::vector<std::string> files;
    for (int i = 1; i < argc; ++i) {
        if (std::string(argv[i]) == "--runs" && i + 1 < argc)
            runs = std::max(1, std::atoi(argv[++i]));
        else
            files.emplace_back(argv[i]);
    }
    if (files.empty()) {
        std::fputs("usage: bench_first_rows_frame FILE... [--runs N]\n", stderr);
        return 2;
    }
    bool isWithin = true;
    for (const std::string &file : files)
        isWithin = measure(file, runs) && isWithin;
    return isWithin ? 0 : 1;
}
