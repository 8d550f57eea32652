// SPDX-License-Identifier: GPL-3.0-or-later
// Time of one frame of the Heatmap page while the user zooms, off screen, 1400x900, over a million loaded spans; and of
// the counting behind it, on a worker. Ends with 1 where a limit is broken.
// Usage: bench_heatmap_frame [SPANS]
#include "app/settings/settings.h"
#include "app/workspace/workspace.h"
#include "tests/support/spans_from_text.h"
#include "ui/heatmap/heatmap_page.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace tailspan;

namespace {

constexpr double kFrameLimitMs = 8;   // p99
constexpr double kCountLimitMs = 100; // p99, of a zoom
constexpr std::uint32_t kSpansEach = 10;
constexpr int kFrames = 200;

/// Prints, and tells whether the limit holds; 0: there is none.
bool report(const char *what, std::vector<double> ms, double limitMs)
{
    std::ranges::sort(ms);
    const auto at = [&](double q) { return ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))]; };
    const bool isBroken = limitMs > 0 && at(0.99) > limitMs;
    std::printf("%-36s min %8.3f ms  median %8.3f ms  p99 %8.3f ms%s\n", what, ms.front(), at(0.5), at(0.99),
                isBroken ? " BROKEN" : "");
    return !isBroken;
}

/// What this thread has computed: the wall clock also counts the workers, which keep all cores busy beside it.
double cpuMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double milliseconds(const QElapsedTimer &timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void settle(const heatmap::HeatmapPage &page)
{
    while (!page.isSettled())
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
    QApplication::processEvents();
}

bool measureFrames(heatmap::HeatmapPage &page, const char *what)
{
    QImage image(page.size(), QImage::Format_ARGB32_Premultiplied);
    std::vector<double> ms;
    std::vector<double> cpuMs;
    QElapsedTimer timer;
    for (int frame = 0; frame < kFrames; ++frame) {
        timer.start();
        const double cpuBefore = cpuMilliseconds();
        page.view().zoom(frame % 20 < 10 ? 1.15 : 1 / 1.15); // the map there is gets stretched; the next one is counted
        page.view().render(&image);
        ms.push_back(milliseconds(timer));
        cpuMs.push_back(cpuMilliseconds() - cpuBefore);
    }
    settle(page);
    report(what, std::move(ms), 0);
    return report("    CPU time of it", std::move(cpuMs), kFrameLimitMs);
}

/// What a zoom step asks of the worker.
bool measureCounting(const trace::TraceSnapshotPtr &snapshot)
{
    workspace::HeatSpansCache cache;
    workspace::HeatQuestion question;
    question.subject.what = workspace::HeatSubject::What::AllSpans;
    question.columns = 220;
    std::vector<double> ms;
    QElapsedTimer timer;
    const TimeRange all = snapshot->range();
    for (int step = 0; step < 40; ++step) {
        const std::int64_t cutNs = all.length().ns() / 100 * (step % 40);
        question.range = {all.begin + Duration(cutNs), all.end};
        Progress progress;
        timer.start();
        if (!workspace::heatOfSpans(snapshot, question, cache, {}, progress).has_value())
            std::abort();
        if (step == 0)
            std::printf("%-36s %.1f ms\n", "  the first time", milliseconds(timer));
        else
            ms.push_back(milliseconds(timer));
    }
    return report("  counting anew on zoom", std::move(ms), kCountLimitMs);
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    const auto spans = argc > 1 ? static_cast<std::uint32_t>(std::atoi(argv[1])) : 1'000'000U;
    const trace::TraceSnapshotPtr snapshot = test::randomTraces(spans / kSpansEach, kSpansEach, 1);
    settings::SettingsStore settings{QString()};
    workspace::Workspace workspace(settings, [&](const std::vector<std::string> &, std::stop_token, Progress &) {
        workspace::Opened opened;
        opened.snapshot = snapshot;
        return Result<workspace::Opened>(opened);
    });
    heatmap::HeatmapPage page(workspace);
    page.resize(1400, 900);
    page.show();
    workspace.open({QStringLiteral("bench")});
    while (workspace.snapshot() == nullptr)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
    page.state().setWhat(workspace::HeatSubject::What::AllSpans);
    settle(page);
    std::printf("%zu spans, %u columns\n", snapshot->spans().size(), page.view().picture().columns);
    bool isFine = measureFrames(page, "  a zoom step and its frame");
    page.showView(QStringLiteral("difference"));
    settle(page);
    isFine = measureFrames(page, "  the same of a difference") && isFine;
    isFine = measureCounting(snapshot) && isFine;
    return isFine ? 0 : 1;
}
