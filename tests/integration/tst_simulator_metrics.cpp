// SPDX-License-Identifier: GPL-3.0-or-later
// What a real Prometheus makes of the simulator's metrics, scraped and filled in, against the calls that were made.
#include "app/sources/metric_source.h"
#include "models/base/wall_clock.h"
#include "models/metric/metric_catalog.h"
#include "tests/sim/simulation.h"
#include "tests/support/servers/prometheus_server.h"
#include "tests/support/source_calls.h"
#include "tests/support/written_file.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <thread>

using namespace tailspan;

namespace {

constexpr std::int64_t kS = 1'000'000'000;

/// Keeps the calls; they may be asked for while the run goes on.
class Calls final : public sim::Sink {
public:
    struct Shared {
        std::mutex mutex;
        std::vector<sim::Call> calls;
    };
    explicit Calls(Shared &shared) : m_shared(shared) {}
    Result<> addRecord(const sim::StoredRecord &record) override
    {
        const std::lock_guard lock(m_shared.mutex);
        m_shared.calls.push_back(record.call);
        return {};
    }
    Result<> flush() override { return {}; }

private:
    Shared &m_shared;
};

std::unique_ptr<sim::Simulation> simulationOf(const std::vector<std::string> &arguments, Calls::Shared &shared)
{
    auto simulation = sim::simulationOf(arguments);
    simulation->addSink(std::make_unique<Calls>(shared));
    return simulation;
}

/// Calls that were recorded after one time and until another, whether or not they failed.
struct Window {
    std::size_t count = 0, failed = 0;
    std::vector<double> seconds; ///< Sorted.
};

Window windowOf(Calls::Shared &shared, std::int64_t fromNs, std::int64_t toNs, const std::string &service = {})
{
    const std::lock_guard lock(shared.mutex);
    Window window;
    for (const sim::Call &call : shared.calls) {
        if (call.receivedNs <= fromNs || call.receivedNs > toNs
            || (!service.empty() && service != call.operation->service))
            continue;
        ++window.count;
        window.failed += call.statusCode >= 500 ? 1 : 0;
        window.seconds.push_back(static_cast<double>(call.endNs - call.startNs) / 1e9);
    }
    std::sort(window.seconds.begin(), window.seconds.end());
    return window;
}

/// The bounds of the bucket that holds the quantile.
std::pair<double, double> bucketOf(const Window &window, double ratio)
{
    const auto place = static_cast<std::size_t>(ratio * static_cast<double>(window.seconds.size()));
    const double exact = window.seconds.at(std::min(place, window.seconds.size() - 1));
    const auto &bounds = sim::ServiceBoard::kBoundsS;
    const auto upper = std::lower_bound(bounds.begin(), bounds.end(), exact);
    return {upper == bounds.begin() ? 0 : *(upper - 1), upper == bounds.end() ? 1e9 : *upper};
}

std::unique_ptr<sources::MetricSource> sourceAt(std::uint16_t port)
{
    return sources::makeMetricSource(test::storeOf("prometheus+http://127.0.0.1:" + std::to_string(port)).address, {});
}

/// The value of an expression with one result; NaN for none.
double valueOf(sources::MetricSource &source, const std::string &expression, TimePoint at = currentTime())
{
    Progress progress;
    const auto answer = source.query(expression, at, 10, {{}, progress});
    return answer && answer->series.size() == 1 ? answer->series[0].values[0] : std::nan("");
}

/// What to ask of each service, by all metrics that the server has.
metric::MetricMapping mappingOf(sources::MetricSource &source)
{
    Progress progress;
    const auto metadata = source.metadata({{}, progress});
    sources::NameQuestion everything;
    everything.kind = sources::NameQuestion::Kind::Series;
    everything.matchers = {"{__name__!=\"\"}"};
    const auto series = source.names(everything, {{}, progress});
    return metadata && series ? metric::findSignals(metric::factsOf(*metadata, series->series))
                              : metric::MetricMapping();
}

bool isNear(double value, double wanted, double share)
{
    return std::abs(value - wanted) <= share * wanted;
}

} // namespace

class TestSimulatorMetrics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { TAILSPAN_NEED_SERVER(test::PrometheusServer::missing()); }

    void theHistoryAgreesWithTheCalls()
    {
        const test::Folder folder;
        Calls::Shared shared;
        const std::string path = folder.path("history.om");
        const auto simulation =
            simulationOf({"--metrics-history", path, "--rate", "100", "--duration", "200s", "--fault",
                          "error-burst:conversation:0.4@40-", "--fault", "bad-version:azora-coin:300@100-"},
                         shared);
        QVERIFY(simulation->run({}).has_value());
        test::PrometheusServer prometheus;
        QCOMPARE(prometheus.start({.openMetrics = test::contentOf(path)}), QString());
        const auto source = sourceAt(prometheus.port());
        const std::int64_t beginNs = 1'795'442'400 * kS; // of runs that only write files
        const TimePoint early(beginNs + 50 * kS);
        const TimePoint late(beginNs + 80 * kS);
        const Window window = windowOf(shared, early.ns(), late.ns(), "conversation");
        const std::string all = "sum(http_requests_total{service=\"conversation\",job=\"mesh\"})";
        const std::string failed = "sum(http_requests_total{service=\"conversation\",status=~\"5..\"})";
        QCOMPARE(valueOf(*source, all, late) - valueOf(*source, all, early), static_cast<double>(window.count));
        QCOMPARE(valueOf(*source, failed, late) - valueOf(*source, failed, early), static_cast<double>(window.failed));
        QVERIFY(window.failed > 30);
        // The rate of half a minute, and the quantile of the same time after the deployment.
        const std::string rate = "sum(rate(http_requests_total{service=\"conversation\"}[30s]))";
        QVERIFY(isNear(valueOf(*source, rate, late), static_cast<double>(window.count) / 30, 0.1));
        const TimePoint deployed(beginNs + 180 * kS);
        const Window slow = windowOf(shared, deployed.ns() - 60 * kS, deployed.ns(), "azora-coin");
        for (const double ratio : {0.5, 0.95}) {
            const double found = valueOf(*source,
                                         "histogram_quantile(" + std::to_string(ratio)
                                             + ", sum by (le) (rate(http_request_duration_seconds_bucket{service="
                                               "\"azora-coin\"}[60s])))",
                                         deployed);
            const auto [lower, upper] = bucketOf(slow, ratio);
            QVERIFY2(found >= lower && found <= upper, qPrintable(QString::number(found)));
        }
        QVERIFY(bucketOf(slow, 0.5).second <= 0.05 && bucketOf(slow, 0.95).first >= 0.5);
    }

    void liveScrapesAgreeWithTheCalls()
    {
        Calls::Shared shared;
        const auto simulation =
            simulationOf({"--metrics-port", "0", "--rate", "300", "--fault", "error-burst:auth:0.5"}, shared);
        const std::jthread running([&](const std::stop_token &stop) { (void)simulation->run(stop); });
        test::PrometheusServer prometheus;
        QCOMPARE(prometheus.start({.scraped = {QStringLiteral("127.0.0.1:%1").arg(simulation->metricsPort())}}),
                 QString());
        const auto source = sourceAt(prometheus.port());
        const std::int64_t firstNs = currentTime().ns();
        const auto isLongAgo = [&] { return currentTime().ns() - firstNs > 14 * kS; };
        QVERIFY(test::waitUntil(isLongAgo, std::chrono::seconds(20)));
        const TimePoint now = currentTime();
        const Window window = windowOf(shared, now.ns() - 11 * kS, now.ns() - kS);
        const double rate = valueOf(*source, "sum(rate(http_requests_total[10s]))", now);
        QVERIFY2(isNear(rate, static_cast<double>(window.count) / 10, 0.2), qPrintable(QString::number(rate)));
        const double failed = valueOf(*source, "sum(rate(http_requests_total{status=~\"5..\"}[10s]))", now);
        QVERIFY2(isNear(failed, static_cast<double>(window.failed) / 10, 0.3), qPrintable(QString::number(failed)));
        const double p90S = valueOf(
            *source, "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[10s])))", now);
        const auto [lower, upper] = bucketOf(window, 0.9);
        QVERIFY2(p90S >= 0.8 * lower && p90S <= 1.2 * upper, qPrintable(QString::number(p90S)));
    }

    void everySignalIsFoundOfItself()
    {
        Calls::Shared shared;
        const auto simulation = simulationOf({"--metrics-port", "0", "--rate", "200", "--start", "-2m", "--fault",
                                              "leak:analytics:1000000", "--fault", "pool-wait:payment"},
                                             shared);
        const std::jthread running([&](const std::stop_token &stop) { (void)simulation->run(stop); });
        test::PrometheusServer prometheus;
        QCOMPARE(prometheus.start({.scraped = {QStringLiteral("127.0.0.1:%1").arg(simulation->metricsPort())}}),
                 QString());
        const auto source = sourceAt(prometheus.port());
        const auto value = [&](const std::string &expression) { return valueOf(*source, expression); };
        QVERIFY(test::waitUntil([&] { return value("up") == 1; }));
        QVERIFY(test::waitUntil([&] { return value("sum(http_requests_total)") > 20'000; }));
        QCOMPARE(value("count(pg_pool_max == 10)"), 48.0);
        QCOMPARE(value("sum(pg_pool_used{service=\"payment\"})"), 40.0);
        QVERIFY(value("sum(pg_pool_waiting{service=\"payment\"})") >= 4);
        QVERIFY(value("sum(process_resident_memory_bytes{service=\"analytics\"})") > 450e6);
        QVERIFY(value("sum(process_resident_memory_bytes{service=\"auth\"})") < 450e6);
        QVERIFY(value("sum(http_request_duration_seconds_count) - sum(http_requests_total)") == 0);
        const double hitRatio = value("sum(redis_cache_hits_total) / (sum(redis_cache_hits_total) + "
                                      "sum(redis_cache_misses_total))");
        QVERIFY2(hitRatio > 0.8 && hitRatio < 0.95, qPrintable(QString::number(hitRatio)));

        const metric::MetricMapping mapping = mappingOf(*source);
        for (const sim::Service &service : sim::services()) {
            for (std::size_t i = 0; i < metric::kSignalCount; ++i) {
                const auto signal = static_cast<metric::Signal>(i);
                const metric::SignalQuery *query = mapping.find(service.name, signal);
                const std::string what = std::string(service.name) + ' ' + std::string(metric::signalId(signal));
                QVERIFY2(query != nullptr, what.c_str());
                const std::string expression = metric::withWindow(query->expression, 60 * kS);
                const bool mayBeNone = signal == metric::Signal::ErrorRate; // without a single error so far
                QVERIFY2(mayBeNone || test::waitUntil([&] { return !std::isnan(value(expression)); }),
                         expression.c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestSimulatorMetrics)
#include "tst_simulator_metrics.moc"
