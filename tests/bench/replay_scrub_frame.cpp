// SPDX-License-Identifier: GPL-3.0-or-later
// From a step of the play head to repainted lanes, by the wall clock, off screen: the whole window, 1400x900, on the
// Replay page with its numbers beside it; a run of an hour with 360,000 requests of six endpoints, users, heatmap and
// errors, three lanes of metrics of six services from a real Prometheus, and 100,000 loaded traces that ran meanwhile.
// Ends with 1 where the limit is broken, with 2 where there is no Prometheus.
// Usage: bench_replay_scrub_frame [STEPS]
#include "app/workspace/workspace.h"
#include "models/base/wall_clock.h"
#include "models/loadtest/timeline_builder.h"
#include "models/trace/trace_builder.h"
#include "tests/support/servers/prometheus_server.h"
#include "tests/support/source_calls.h"
#include "ui/mainwindow/main_window.h"
#include "ui/replay/lanes_overlay.h"
#include "ui/replay/lanes_view.h"
#include "ui/replay/metric_rows.h"
#include "ui/replay/moment_panel.h"
#include "ui/replay/replay_page.h"
#include "ui/replay/replay_state.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QMouseEvent>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>

using namespace tailspan;

namespace {

constexpr double kLimitMs = 8; // p99
constexpr int kRunS = 3600;
constexpr int kRequestsEach = 100; // a second
constexpr std::uint32_t kTraces = 100'000;
constexpr int kServices = 6;
constexpr std::int64_t kSecondNs = 1'000'000'000;

loadtest::LoadTestReportPtr hourOfLoad(std::int64_t beginNs)
{
    using loadtest::RequestClass;
    std::mt19937 random(1);
    loadtest::TimelineBuilder builder;
    std::vector<StringId> endpoints;
    for (int i = 0; i < kServices; ++i)
        endpoints.push_back(builder.endpoint("http://service-" + std::to_string(i) + ":3000/api/things"));
    const std::array kinds{builder.failureKind("status 503"), builder.failureKind("dial: connection refused"),
                           builder.failureKind("request timeout")};
    std::lognormal_distribution<double> latencyMs(4, 0.8);
    for (std::int64_t second = 0; second < kRunS; ++second) {
        builder.addUsers(beginNs + second * kSecondNs, 50 + static_cast<double>(second % 600) / 2);
        for (int i = 0; i < kRequestsEach; ++i) {
            const std::int64_t end = beginNs + second * kSecondNs + static_cast<std::int64_t>(random() % kSecondNs);
            const auto latencyNs = static_cast<std::int64_t>(latencyMs(random) * 1e6);
            const bool isFailed = random() % 50 == 0;
            builder.addWholeRequest(end - latencyNs, end, isFailed ? RequestClass::Failed : RequestClass::Ok,
                                    endpoints[random() % endpoints.size()]);
            if (isFailed)
                builder.addFailure(end, kinds[random() % kinds.size()]);
        }
    }
    auto report = std::make_shared<loadtest::LoadTestReport>();
    std::move(builder).finish(*report);
    report->fileName = "hour.json";
    report->format = "k6-ndjson";
    report->tool = "k6";
    report->contents = {true, true, true, false, true, loadtest::LatencyDetail::Requests, true};
    return report;
}

trace::TraceSnapshotPtr tracesOf(std::int64_t beginNs)
{
    std::mt19937_64 random(2);
    trace::TraceBuilder builder;
    trace::TraceInput made;
    made.name = "bench";
    const std::uint16_t input = builder.addInput(std::move(made));
    std::vector<StringId> services;
    for (int i = 0; i < kServices; ++i)
        services.push_back(builder.strings().intern("service-" + std::to_string(i)));
    const StringId operation = builder.strings().intern("GET /api/things");
    trace::SpanBatch batch;
    for (std::uint64_t t = 1; t <= kTraces; ++t) {
        const std::int64_t startNs = beginNs + static_cast<std::int64_t>(random() % (kRunS * std::uint64_t{kSecondNs}));
        const auto durationNs = static_cast<std::int64_t>(20'000'000 + random() % 400'000'000);
        for (std::uint64_t s = 0; s < 3; ++s) {
            trace::SpanDraft span;
            span.trace = {t, t, trace::IdForm::Hex32};
            span.span = {0, t * 4 + s, trace::IdForm::Hex16};
            if (s > 0)
                span.parent = {0, t * 4 + s - 1, trace::IdForm::Hex16};
            const auto shift = static_cast<std::int64_t>(s);
            span.startNs = startNs + shift * durationNs / 10;
            span.durationNs = durationNs - shift * durationNs / 5;
            span.service = services[random() % services.size()];
            span.operation = operation;
            batch.spans.push_back(span);
        }
    }
    builder.add(input, std::move(batch));
    Progress progress;
    return builder.build({}, progress).value();
}

/// CPU, memory and pool of six services, every 15 s.
std::string hourOfMetrics(std::int64_t beginS)
{
    std::string cpu = "# TYPE process_cpu_seconds counter\n";
    std::string memory = "# TYPE process_resident_memory_bytes gauge\n";
    std::string pool = "# TYPE pg_pool_used gauge\n";
    for (int i = 0; i < kServices; ++i) {
        const std::string label = "{service=\"service-" + std::to_string(i) + "\"} ";
        for (int point = 0; point < kRunS / 15; ++point) {
            const std::string at = " " + std::to_string(beginS + 15 * point) + "\n";
            cpu += "process_cpu_seconds_total" + label + std::to_string(point * (3 + i)) + at;
            memory += "process_resident_memory_bytes" + label + std::to_string(100'000'000 + (i + 1) * 400'000 * point)
                + at;
            pool += "pg_pool_used" + label + std::to_string((point * (i + 3)) % 20) + at;
        }
    }
    return cpu + memory + pool + "# EOF\n";
}

/// Counts paint events of the widgets it watches.
class Paints final : public QObject {
public:
    void watch(QWidget &widget)
    {
        widget.installEventFilter(this);
        m_missing.push_back({&widget, false});
    }
    void begin()
    {
        for (auto &[widget, isPainted] : m_missing)
            isPainted = !widget->isVisible() || widget->visibleRegion().isEmpty();
    }
    [[nodiscard]] bool areDone() const
    {
        return std::ranges::all_of(m_missing, [](const auto &entry) { return entry.second; });
    }
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        for (auto &[widget, isPainted] : m_missing) {
            if (widget == watched && event->type() == QEvent::Paint)
                isPainted = true;
        }
        return false;
    }

private:
    std::vector<std::pair<QWidget *, bool>> m_missing;
};

bool measure(const char *what, Paints &paints, int steps, const std::function<void(int)> &step)
{
    std::vector<double> ms;
    QElapsedTimer timer;
    for (int i = 0; i < steps; ++i) {
        for (int turn = 0; turn < 3; ++turn) // what the step before left, and timers
            QApplication::processEvents();
        paints.begin();
        timer.start();
        step(i);
        while (!paints.areDone() && timer.elapsed() < 1000)
            QApplication::processEvents();
        ms.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::ranges::sort(ms);
    const auto at = [&](double q) { return ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))]; };
    const bool isBroken = at(0.99) > kLimitMs;
    std::printf("%-34s median %6.3f ms  p95 %6.3f ms  p99 %6.3f ms  max %6.3f ms (limit %.0f)%s\n", what, at(0.5),
                at(0.95), at(0.99), ms.back(), kLimitMs, isBroken ? " BROKEN" : "");
    return !isBroken;
}

void wait(const char *what, const std::function<bool()> &isDone)
{
    QElapsedTimer timer;
    timer.start();
    while (!isDone() && timer.elapsed() < 60'000)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
    if (!isDone())
        std::printf("never happened: %s\n", what);
}

bool measureAll(mainwindow::MainWindow &window, int steps)
{
    auto &page = *window.findChild<replay::ReplayPage *>();
    auto &lanes = *page.findChild<replay::LanesView *>();
    const auto &rows = *page.findChild<replay::MetricRows *>();
    wait("three lanes of metrics", [&] { return rows.lanes().size() == 3 && page.isSettled(); });
    Paints paints;
    paints.watch(*lanes.findChild<replay::LanesOverlay *>());
    paints.watch(*window.findChild<replay::MomentPanel *>()->widget());
    for (metriclanes::MetricLane *lane : rows.lanes())
        paints.watch(*lane);
    replay::ReplayState &state = page.state();
    const TimeRange run = state.run();
    std::mt19937_64 random(5);
    const auto anywhere = [&] {
        return run.begin
            + Duration(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(run.length().ns())));
    };
    bool isFine = measure("a key steps to the next second", paints, steps, [&](int) { state.stepBy(1); });
    isFine = measure("the head is dragged", paints, steps,
                     [&](int i) { state.setHead(run.begin + Duration(run.length().ns() / steps * i)); })
        && isFine;
    isFine = measure("the head jumps anywhere", paints, steps, [&](int) { state.setHead(anywhere()); }) && isFine;
    isFine = measure("the pointer moves over the lanes", paints, steps,
                     [&](int i) {
                         const QRect area = lanes.timeArea();
                         const QPointF at(area.left() + (i * 7) % area.width(), area.center().y());
                         QMouseEvent move(QEvent::MouseMove, at, lanes.mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                                          Qt::NoModifier);
                         QApplication::sendEvent(&lanes, &move);
                     })
        && isFine;
    return isFine;
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const int steps = argc > 1 ? std::max(std::atoi(argv[1]), 10) : 400;
    if (const QString missing = test::PrometheusServer::missing(); !missing.isEmpty()) {
        std::printf("%s\n", qPrintable(missing));
        return 2;
    }
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    const std::int64_t beginNs = (currentTime().ns() / kSecondNs - kRunS - 60) * kSecondNs;
    test::PrometheusServer server;
    if (const QString problem = server.start({.openMetrics = hourOfMetrics(beginNs / kSecondNs)}); !problem.isEmpty()) {
        std::printf("%s\n", qPrintable(problem));
        return 2;
    }
    settings::SettingsStore settings{QString()};
    workspace::Workspace workspace(
        settings, [&](const std::vector<std::string> &paths, std::stop_token, Progress &) -> Result<workspace::Opened> {
            workspace::Opened opened;
            opened.report = hourOfLoad(beginNs);
            opened.reportPaths = paths;
            opened.snapshot = tracesOf(beginNs);
            return opened;
        });
    mainwindow::MainWindow window(workspace);
    window.resize(1400, 900);
    window.showPage(QStringLiteral("replay"));
    window.show();
    workspace.open({QStringLiteral("hour.json")});
    wait("the run is open", [&] { return workspace.report() != nullptr && workspace.snapshot() != nullptr; });
    workspace.connectTo(
        {test::storeOf("prometheus+http://127.0.0.1:" + std::to_string(server.port()) + "?interval=15s")});
    return measureAll(window, steps) ? 0 : 1;
}
