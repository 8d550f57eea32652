// SPDX-License-Identifier: GPL-3.0-or-later
// What the advisor gathers from a real Prometheus that was filled with what kube-state-metrics, cAdvisor, prom-client
// and exporters tell.
#include "app/advice/metric_gathering.h"
#include "app/advice/metric_questions.h"
#include "tests/support/servers/prometheus_server.h"
#include "tests/support/source_calls.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace tailspan;
using advisor::MetricHistory;
using advisor::Role;
using advisor::RoleSeries;

namespace {

constexpr std::int64_t kS = 1'000'000'000;
constexpr std::int64_t kBeginS = 1'700'000'100;
constexpr int kStepS = 30;
constexpr int kPoints = 240; // two hours
constexpr const char *kPods[] = {"payment-7d9f8c6b5d-x2x4k", "payment-7d9f8c6b5d-bbcd2", "payment-7d9f8c6b5d-zz9ww"};

/// Families in the order of their first sample.
class History {
public:
    void add(const std::string &family, const char *type, const std::string &series, int i, double value)
    {
        auto [at, isNew] = m_places.try_emplace(family, m_families.size());
        if (isNew)
            m_families.push_back("# TYPE " + family + " " + type + "\n");
        m_families[at->second] += series + " " + std::to_string(value) + " " + std::to_string(kBeginS + kStepS * i)
            + "\n";
    }
    void gauge(const std::string &name, const std::string &labels, int i, double value)
    {
        add(name, "gauge", name + "{" + labels + "}", i, value);
    }
    void counter(const std::string &family, const std::string &labels, int i, double value)
    {
        add(family, "counter", family + "_total{" + labels + "}", i, value);
    }
    [[nodiscard]] std::string text() const
    {
        std::string text;
        for (const std::string &family : m_families)
            text += family;
        return text + "# EOF\n";
    }

private:
    std::map<std::string, std::size_t> m_places;
    std::vector<std::string> m_families;
};

void addKubernetes(History &history, int i)
{
    const std::string hpa = "namespace=\"shop\",horizontalpodautoscaler=\"payment-scaler\"";
    history.gauge("kube_deployment_status_replicas_ready", "namespace=\"shop\",deployment=\"payment\"", i,
                  i < 120 ? 2 : 3);
    history.gauge("kube_horizontalpodautoscaler_spec_max_replicas", hpa, i, 3);
    history.gauge("kube_horizontalpodautoscaler_spec_min_replicas", hpa, i, 2);
    history.gauge("kube_horizontalpodautoscaler_status_desired_replicas", hpa, i, i < 118 ? 2 : 3);
    history.gauge("kube_horizontalpodautoscaler_spec_target_metric",
                  hpa + ",metric_name=\"cpu\",metric_target_type=\"utilization\"", i, 70);
    history.gauge("kube_horizontalpodautoscaler_info",
                  hpa + ",scaletargetref_kind=\"Deployment\",scaletargetref_name=\"payment\"", i, 1);
    for (int pod = 0; pod < (i < 120 ? 2 : 3); ++pod) {
        const std::string labels = std::string("namespace=\"shop\",pod=\"") + kPods[pod] + "\"";
        history.gauge("kube_pod_container_resource_requests", labels + ",container=\"app\",resource=\"cpu\"", i, 0.5);
        history.gauge("kube_pod_container_resource_requests", labels + ",container=\"app\",resource=\"memory\"", i,
                      256e6);
        history.gauge("kube_pod_created", labels, i, kBeginS + (pod < 2 ? 0 : 120 * kStepS) - 40);
        history.gauge("kube_pod_status_ready_time", labels, i, kBeginS + (pod < 2 ? 0 : 120 * kStepS) - 5);
        history.counter("container_cpu_usage_seconds", labels + ",container=\"app\"", i, 0.4 * kStepS * i);
        history.counter("container_cpu_usage_seconds", labels + ",container=\"POD\"", i, 9.0 * kStepS * i);
    }
}

void addApplication(History &history, int i)
{
    for (int pod = 0; pod < 2; ++pod) {
        const std::string labels = std::string("service=\"payment\",version=\"1.4\",instance=\"10.0.0.")
            + char('1' + pod) + ":3000\"";
        if (i >= 60 && i < 80 && pod == 0)
            continue; // a gap of ten minutes
        history.counter("http_requests", labels + ",status=\"200\"", i, 90.0 * kStepS * i);
        history.counter("http_requests", labels + ",status=\"500\"", i, 10.0 * kStepS * i);
        history.gauge("pg_pool_max", labels, i, 10);
        history.gauge("pg_pool_used", labels, i, 7);
    }
    history.counter("http_requests", "service=\"calm\",instance=\"10.0.0.9:3000\",status=\"200\"", i, 5.0 * kStepS * i);
}

void addServers(History &history, int i)
{
    const std::string server = "instance=\"10.0.0.5:9187\"";
    history.gauge("pg_settings_max_connections", server, i, 100);
    history.gauge("pg_stat_activity_count", server + ",state=\"active\"", i, 12);
    history.gauge("pg_stat_activity_count", server + ",state=\"idle\"", i, 30);
    history.gauge("pg_stat_activity_count", server + ",state=\"idle in transaction\"", i, 3);
    for (const char *cpu : {"0", "1"}) {
        const std::string labels = std::string("instance=\"10.0.0.5:9100\",cpu=\"") + cpu + "\",mode=\"";
        history.counter("node_cpu_seconds", labels + "idle\"", i, 0.25 * kStepS * i);
        history.counter("node_cpu_seconds", labels + "user\"", i, 0.75 * kStepS * i);
    }
    history.counter("redis_keyspace_hits", "instance=\"10.0.0.6:9121\"", i, 80.0 * kStepS * i);
    history.counter("redis_keyspace_misses", "instance=\"10.0.0.6:9121\"", i, 20.0 * kStepS * i);
}

std::string filled()
{
    History history;
    for (int i = 0; i < kPoints; ++i) {
        addKubernetes(history, i);
        addApplication(history, i);
        addServers(history, i);
    }
    return history.text();
}

double valueAt(const RoleSeries *series, int i)
{
    const std::int64_t timeNs = (kBeginS + kStepS * i) * kS;
    for (std::size_t k = 0; series != nullptr && k < series->series.timesNs.size(); ++k) {
        if (series->series.timesNs[k] >= timeNs)
            return series->series.values[k];
    }
    return std::nan("");
}

bool isNear(double a, double b)
{
    return std::abs(a - b) < 1e-6 + 1e-3 * std::abs(b);
}

} // namespace

class TestMetricHistory : public QObject {
    Q_OBJECT

private:
    test::PrometheusServer m_server;

    advice::MakeMetricSource maker() const
    {
        const std::string url = "prometheus+http://127.0.0.1:" + std::to_string(m_server.port());
        return [url] {
            const auto store = test::storeOf(url);
            return sources::makeMetricSource(store.address, store.secrets);
        };
    }
    [[nodiscard]] static advice::HistoryQuestion wholeRange()
    {
        advice::HistoryQuestion question;
        question.range = {TimePoint(kBeginS * kS), TimePoint((kBeginS + kStepS * kPoints) * kS)};
        question.stepNs = kStepS * kS;
        return question;
    }
    [[nodiscard]] MetricHistory gathered() const
    {
        Progress progress;
        auto history = advice::gatherMetrics(maker(), wholeRange(), {std::stop_token(), progress});
        if (!history)
            qFatal("%s", history.error().text().c_str());
        return std::move(*history);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = test::PrometheusServer::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        test::PrometheusServer::Options options;
        options.openMetrics = filled();
        QCOMPARE(m_server.start(options), QString());
    }

    void autoscalersAndPodsOfKubernetes()
    {
        const MetricHistory history = gathered();
        QCOMPARE(valueAt(history.whole(Role::Replicas, "payment"), 20), 2.0);
        QCOMPARE(valueAt(history.whole(Role::Replicas, "payment"), 200), 3.0);
        QCOMPARE(valueAt(history.whole(Role::ReplicasMaximum, "payment"), 20), 3.0); // by the autoscaler's target
        QCOMPARE(valueAt(history.whole(Role::MetricTarget, "payment"), 20), 0.7);
        QCOMPARE(history.of(Role::CpuUsage, "payment").size(), std::size_t{4});      // three pods and their sum
        QVERIFY(isNear(valueAt(history.whole(Role::CpuUsage, "payment"), 50), 0.8)); // without the pause container
        QVERIFY(isNear(valueAt(history.whole(Role::CpuRequest, "payment"), 200), 1.5));
        QVERIFY(isNear(valueAt(history.whole(Role::MemoryRequest, "payment"), 50), 512e6));
        QCOMPARE(valueAt(history.of(Role::PodReadySeconds, "payment").at(0), 50), 35.0);
    }

    void servicesByTheirOwnMetrics()
    {
        const MetricHistory history = gathered();
        QVERIFY(isNear(valueAt(history.whole(Role::RequestRate, "payment"), 30), 200));
        QVERIFY(isNear(valueAt(history.whole(Role::ErrorRatio, "payment"), 30), 0.1));
        QVERIFY(isNear(valueAt(history.whole(Role::ErrorRatio, "calm"), 30), 0)); // no failures are a zero, not a gap
        QCOMPARE(valueAt(history.whole(Role::PoolLimit, "payment"), 30), 20.0);
        const auto rates = history.of(Role::RequestRate, "payment");
        QCOMPARE(rates.size(), std::size_t{3}); // two pods and the whole
        QCOMPARE(rates.at(1)->version, std::string("1.4"));
    }

    void gapsStayGaps()
    {
        const MetricHistory history = gathered();
        const auto rates = history.of(Role::RequestRate, "payment");
        const auto first = std::ranges::find_if(rates, [](const RoleSeries *s) { return s->pod == "10.0.0.1:3000"; });
        QVERIFY(first != rates.end());
        QVERIFY(std::isnan(valueAt(*first, 78)));
        const metric::MetricSeries &series = (*first)->series;
        for (std::size_t i = 1; i < series.timesNs.size(); ++i)
            QCOMPARE(series.timesNs[i] - series.timesNs[i - 1], kStepS * kS);
    }

    void serversByTheirExporters()
    {
        const MetricHistory history = gathered();
        const std::string server = "10.0.0.5:9187";
        QCOMPARE(valueAt(history.whole(Role::ServerMaximum, server), 30), 100.0);
        QCOMPARE(valueAt(history.whole(Role::ServerConnections, server), 30), 45.0);
        QCOMPARE(valueAt(history.whole(Role::ServerActive, server), 30), 12.0);
        QCOMPARE(valueAt(history.whole(Role::ServerIdleInTransaction, server), 30), 3.0);
        QVERIFY(isNear(valueAt(history.whole(Role::ServerCpu, server), 30), 0.75)); // of the exporter on its host
        QCOMPARE(valueAt(history.whole(Role::ServerCores, server), 30), 2.0);
        QVERIFY(isNear(valueAt(history.whole(Role::CacheHitRatio, "10.0.0.6:9121"), 30), 0.8));
    }

    void aStepOfTooManyPointsIsRefusedAndAStopIsQuick()
    {
        advice::HistoryQuestion question = wholeRange();
        question.range.begin = TimePoint(question.range.begin.ns() - 3'000'000 * kS);
        question.stepNs = 1 * kS;
        Progress progress;
        const auto refused = advice::gatherMetrics(maker(), question, {std::stop_token(), progress});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::LimitReached);
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = advice::gatherMetrics(maker(), wholeRange(), {stop.get_token(), progress});
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    }

    // The server scrapes nothing itself: how often samples come is read from them, and rates have four in their window.
    void intervalsAreThoseOfTheSamples()
    {
        const MetricHistory history = gathered();
        QCOMPARE(history.scrapeIntervalNs, kStepS * kS);
        QCOMPARE(history.rateWindowNs, 4 * kStepS * kS);
    }

    void emptyServerIsANote()
    {
        advice::HistoryQuestion question = wholeRange();
        question.range = {TimePoint((kBeginS - 900'000) * kS), TimePoint((kBeginS - 800'000) * kS)};
        Progress progress;
        const auto history = advice::gatherMetrics(maker(), question, {std::stop_token(), progress});
        QVERIFY(history);
        QVERIFY(history->series.empty());
        QVERIFY(history->notes.at(0).find("Nothing was measured") != std::string::npos);
    }

    void namesOfPods()
    {
        QCOMPARE(advice::serviceOfPod("payment-7d9f8c6b5d-x2x4k"), std::string("payment"));
        QCOMPARE(advice::serviceOfPod("hr-ai-deputy-5d8c9b7f6-zz9ww"), std::string("hr-ai-deputy"));
        QCOMPARE(advice::serviceOfPod("db-0"), std::string("db"));
        QCOMPARE(advice::serviceOfPod("agent-x2x4k"), std::string("agent"));
        QCOMPARE(advice::serviceOfPod("document-vault"), std::string("document-vault"));
        QCOMPARE(advice::serviceOfPod("x"), std::string("x"));
    }
};

QTEST_GUILESS_MAIN(TestMetricHistory)
#include "tst_metric_history.moc"
