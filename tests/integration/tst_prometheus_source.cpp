// SPDX-License-Identifier: GPL-3.0-or-later
// What a real Prometheus and a real Alertmanager answer.
#include "app/sources/source_thread.h"
#include "models/base/wall_clock.h"
#include "models/metric/prometheus_histogram.h"
#include "tests/support/servers/prometheus_server.h"
#include "tests/support/servers/test_certificates.h"
#include "tests/support/source_calls.h"

#include <QTest>

#include <cmath>

using namespace tailspan;
using namespace Qt::StringLiterals;
using sources::NameQuestion;

namespace {

constexpr std::int64_t kS = 1'000'000'000;
constexpr std::int64_t kBeginS = 1'700'000'100; // a whole minute
constexpr int kPoints = 240;

/// A counter that is reset in the middle, a gauge with a hole and odd values, a histogram, all each 15 seconds.
std::string history()
{
    std::string requests = "# TYPE http_requests counter\n# HELP http_requests Requests handled\n";
    std::string gauge = "# TYPE pool_used gauge\n# HELP pool_used Connections in use\n";
    std::string histogram = "# TYPE latency_seconds histogram\n";
    for (int i = 0; i < kPoints; ++i) {
        const std::string at = " " + std::to_string(kBeginS + 15 * i) + "\n";
        const int sinceReset = i < 120 ? i : i - 120;
        for (const char *service : {"auth", "payment"})
            requests += std::string("http_requests_total{service=\"") + service + "\"} "
                + std::to_string(30 * sinceReset) + at;
        if (i < 60 || i >= 100) // twenty-five minutes later than a lookback
            gauge += "pool_used " + std::string(i == 20 ? "NaN" : i == 21 ? "+Inf" : std::to_string(i)) + at;
        const std::string all = std::to_string(10 * sinceReset);
        const std::string fast = std::to_string(9 * sinceReset);
        histogram += "latency_seconds_bucket{le=\"0.1\"} " + fast + at + "latency_seconds_bucket{le=\"1.0\"} " + all
            + at + "latency_seconds_bucket{le=\"+Inf\"} " + all + at + "latency_seconds_count " + all + at
            + "latency_seconds_sum " + all + at;
    }
    return requests + gauge + histogram + "# EOF\n";
}

constexpr const char *kRules = R"(groups:
  - name: house
    rules:
      - alert: AlwaysThere
        expr: vector(1)
        labels: {severity: page}
        annotations: {summary: "It fires"}
      - record: one
        expr: vector(1)
)";

std::unique_ptr<sources::MetricSource> metricSource(const std::string &url, const std::string &password = {})
{
    const auto store = test::storeOf(url, password);
    return sources::makeMetricSource(store.address, store.secrets);
}

std::string urlOf(const test::PrometheusServer &server)
{
    return "prometheus+http://127.0.0.1:" + std::to_string(server.port());
}

TimeRange wholeHistory()
{
    return {TimePoint(kBeginS * kS), TimePoint((kBeginS + 15 * (kPoints - 1)) * kS)};
}

} // namespace

class TestPrometheusSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        TAILSPAN_NEED_SERVER(test::PrometheusServer::missing());
        QCOMPARE(m_server.start({.openMetrics = history(), .scraped = {u"127.0.0.1:1"_s}, .rules = kRules}), QString());
        m_source = metricSource(urlOf(m_server));
    }

    void aRangeHasThePointsThatWereStored()
    {
        const auto answer = m_source->queryRange(
            {.expression = "http_requests_total", .range = wholeHistory(), .stepNs = 15 * kS}, ask());
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().text().c_str());
        QCOMPARE(answer->series.size(), std::size_t(2));
        QCOMPARE(answer->series[0].timesNs.size(), std::size_t(kPoints));
        QCOMPARE(answer->series[0].values[100], 3000.0);
        QCOMPARE(answer->series[0].timesNs[100], (kBeginS + 1500) * kS);
        QCOMPARE(metric::seriesText(answer->series[0].labels), std::string("http_requests_total{service=\"auth\"}"));
        QVERIFY(answer->notes().empty());
    }

    void aCounterResetDoesNotMakeANegativeRate()
    {
        const auto answer = m_source->queryRange(
            {.expression = "sum(rate(http_requests_total[1m]))", .range = wholeHistory(), .stepNs = 60 * kS}, ask());
        QVERIFY(answer.has_value());
        QCOMPARE(answer->series.size(), std::size_t(1));
        for (const double value : answer->series[0].values)
            QVERIFY(value >= 0 && value < 4.1);
    }

    void staleNanAndInfinityAreGaps()
    {
        const auto answer =
            m_source->queryRange({.expression = "pool_used", .range = wholeHistory(), .stepNs = 15 * kS}, ask());
        QVERIFY(answer.has_value());
        const metric::MetricSeries &series = answer->series.at(0);
        QCOMPARE(answer->hiddenValues, std::uint64_t(2));
        QVERIFY(std::isnan(series.values[20]) && std::isnan(series.values[21]));
        std::size_t gaps = 0;
        for (std::size_t i = 1; i < series.values.size(); ++i) {
            QVERIFY(series.timesNs[i] > series.timesNs[i - 1]);
            gaps += std::isnan(series.values[i]) ? 1 : 0;
        }
        QCOMPARE(gaps, std::size_t(3)); // the two above, and one where nothing was stored for longer than the lookback
    }

    void theStepFitsTheWidthAndTheScrapeInterval()
    {
        const auto narrow = m_source->queryRange({"pool_used", wholeHistory(), 60}, ask());
        QVERIFY(narrow.has_value());
        QCOMPARE(narrow->stepNs, 60 * kS);
        QVERIFY(test::waitUntil([&] { return !m_source->targets(ask()).value().empty(); }));
        const auto wide = m_source->queryRange({"pool_used", wholeHistory(), 100'000}, ask());
        QVERIFY(wide.has_value());
        QCOMPARE(wide->stepNs, 1 * kS); // what the configuration scrapes at
        const TimeRange year{TimePoint(kBeginS * kS - 365 * 86'400 * kS), TimePoint(kBeginS * kS)};
        QVERIFY(m_source->queryRange({"pool_used", year, 1'000'000}, ask()).has_value());
        const auto tooFine = m_source->queryRange({.expression = "pool_used", .range = year, .stepNs = kS}, ask());
        QCOMPARE(tooFine.error().code, ErrorCode::LimitReached);
    }

    void aLongExpressionIsPosted()
    {
        std::string expression = "http_requests_total";
        while (expression.size() < 20'000)
            expression += " or http_requests_total{service=\"nobody\"}";
        const auto answer = m_source->query(expression, TimePoint((kBeginS + 60) * kS), 10, ask());
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().text().c_str());
        QCOMPARE(answer->series.size(), std::size_t(2));
    }

    void quantilesAreThoseThatTheServerMakes()
    {
        const TimePoint at((kBeginS + 900) * kS);
        const auto buckets = m_source->query("latency_seconds_bucket", at, 10, ask());
        const metric::BucketTables found = metric::bucketTables(buckets->series);
        QCOMPARE(found.tables.size(), std::size_t(1));
        for (const char *ratio : {"0", "0.25", "0.5", "0.9", "0.95", "0.99", "1"}) {
            const auto own = metric::quantile(found.tables[0], 0, std::atof(ratio));
            const auto theirs = m_source->query(
                std::string("histogram_quantile(") + ratio + ", latency_seconds_bucket)", at, 10, ask());
            QCOMPARE(own.value(), theirs->series.at(0).values.at(0));
        }
    }

    void scalarsAndTextsAreRead()
    {
        const auto scalar = m_source->query("scalar(vector(42))", currentTime(), 10, ask());
        QCOMPARE(scalar->series.at(0).values.at(0), 42.0);
        QCOMPARE(m_source->query("\"a text\"", currentTime(), 10, ask())->text, std::string("a text"));
        QCOMPARE(m_source->query("nothing_of_that_name", currentTime(), 10, ask())->seriesTotal, std::uint64_t(0));
    }

    void theServersWordsExplainABadExpression()
    {
        const auto answer = m_source->query("sum(", currentTime(), 10, ask());
        QCOMPARE(answer.error().code, ErrorCode::Unsupported);
        QVERIFY2(answer.error().message.find("parse error") != std::string::npos, answer.error().message.c_str());
        const auto many = m_source->query("http_requests_total * on() http_requests_total",
                                          TimePoint((kBeginS + 60) * kS), 10, ask());
        QCOMPARE(many.error().code, ErrorCode::Unsupported); // 422
        QVERIFY2(many.error().message.find("duplicate series") != std::string::npos, many.error().message.c_str());
    }

    void namesAndMetadataAreListed()
    {
        const auto metrics = m_source->names(
            {.kind = NameQuestion::Kind::LabelValues, .label = "__name__", .range = wholeHistory()}, ask());
        QVERIFY(metrics.has_value());
        QVERIFY(std::find(metrics->names.begin(), metrics->names.end(), "latency_seconds_bucket")
                != metrics->names.end());
        const auto labels = m_source->names({.kind = NameQuestion::Kind::LabelNames, .range = wholeHistory()}, ask());
        QVERIFY(std::find(labels->names.begin(), labels->names.end(), "le") != labels->names.end());
        const auto series = m_source->names({.kind = NameQuestion::Kind::Series,
                                             .matchers = {"{__name__=\"http_requests_total\"}"},
                                             .range = wholeHistory()},
                                            ask());
        QCOMPARE(series->series.size(), std::size_t(2));
        const auto cut =
            m_source->names({.kind = NameQuestion::Kind::LabelNames, .range = wholeHistory(), .limit = 1}, ask());
        QCOMPARE(cut->names.size(), std::size_t(1));
        QVERIFY(cut->total > 1);
        QVERIFY(m_source->metadata(ask()).has_value());
        QCOMPARE(m_source->names({.kind = NameQuestion::Kind::LabelValues, .label = "../x"}, ask()).error().code,
                 ErrorCode::Unsupported);
    }

    void targetsSayWhoIsDownAndWhy()
    {
        QVERIFY(test::waitUntil([&] {
            const auto targets = m_source->targets(ask());
            return targets && targets->size() == 1 && targets->at(0).health == metric::ScrapeTarget::Health::Down;
        }));
        const auto targets = m_source->targets(ask());
        QCOMPARE(targets->at(0).intervalNs, kS);
        QVERIFY(targets->at(0).lastError.find("refused") != std::string::npos);
        QVERIFY(!targets->at(0).lastUpNs.has_value()); // never was
        QCOMPARE(metric::labelValue(targets->at(0).labels, "job"), std::string_view("test"));
    }

    void rulesAndAlertsAreListed()
    {
        QVERIFY(test::waitUntil([&] { return !m_source->alerts(ask()).value().empty(); }));
        const auto alerts = m_source->alerts(ask());
        QCOMPARE(alerts->at(0).state, metric::MetricAlert::State::Firing);
        QCOMPARE(metric::labelValue(alerts->at(0).labels, "alertname"), std::string_view("AlwaysThere"));
        QCOMPARE(metric::labelValue(alerts->at(0).annotations, "summary"), std::string_view("It fires"));
        QVERIFY(std::abs(*alerts->at(0).sinceNs - currentTime().ns()) < 120 * kS);
        const auto rules = m_source->rules(ask());
        QCOMPARE(rules->size(), std::size_t(2));
        QCOMPARE(rules->at(0).group, std::string("house"));
        QCOMPARE(rules->at(1).kind, metric::MetricRule::Kind::Recording);
    }

    void moreSeriesThanWantedAreAddedUp()
    {
        const auto answer = m_source->query("label_replace(vector(5), \"a\", \"x\", \"\", \"\") or "
                                            "label_replace(vector(3), \"a\", \"y\", \"\", \"\") or "
                                            "label_replace(vector(2), \"a\", \"z\", \"\", \"\")",
                                            currentTime(), 1, ask());
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().text().c_str());
        QCOMPARE(answer->series.size(), std::size_t(1));
        QCOMPARE(answer->series[0].values[0], 5.0);
        QCOMPARE(answer->rest.values.at(0), 5.0);
        QCOMPARE(answer->seriesInRest, std::uint64_t(2));
        QCOMPARE(answer->notes().at(0),
                 std::string("The largest 1 of 3 series are shown; the other 2 are added up in one."));
    }

    void theServersOwnTimeLimitIsSaid()
    {
        test::PrometheusServer slow;
        QCOMPARE(slow.start({.openMetrics = history(), .arguments = {u"--query.timeout=1ms"_s}}), QString());
        const auto source = metricSource(urlOf(slow));
        const auto answer =
            source->queryRange({.expression = "sum_over_time(sum_over_time(latency_seconds_bucket[50m:1s])[50m:1s])",
                                .range = wholeHistory(),
                                .stepNs = 15 * kS},
                               ask());
        QCOMPARE(answer.error().code, ErrorCode::Unreachable); // 503
        QVERIFY2(answer.error().message.find("too long") != std::string::npos, answer.error().message.c_str());
    }

    void passwordsPrefixesAndPrivateAuthoritiesOpenTheDoor()
    {
        const test::TestCertificates certificates;
        QCOMPARE(certificates.problem(), QString());
        test::PrometheusServer server;
        QCOMPARE(server.start({.pathPrefix = u"/deep/prom"_s,
                               .certificate = certificates.certificate(u"good"_s),
                               .certificateKey = certificates.key(u"good"_s),
                               .asksForPassword = true}),
                 QString());
        const std::string place = "127.0.0.1:" + std::to_string(server.port()) + "/deep/prom?cacert=";
        const std::string trusted = certificates.authority().toStdString();
        const auto ok = metricSource("prometheus+https://admin@" + place + trusted, "test");
        std::vector<std::string> steps;
        const auto probed = ok->probe([&](const sources::ProbeStep &step) { steps.push_back(step.title); }, ask());
        QVERIFY2(probed.has_value(), probed ? "" : probed.error().text().c_str());
        QCOMPARE(steps, (std::vector<std::string>{"connected", "TLS verified", "answers questions", "targets"}));

        const auto wrong = metricSource("prometheus+https://admin@" + place + trusted, "hunter2-canary")
                               ->query("up", currentTime(), 1, ask());
        QCOMPARE(wrong.error().code, ErrorCode::Auth);
        QVERIFY(wrong.error().text().find("canary") == std::string::npos);
        const auto stranger =
            metricSource("prometheus+https://admin@" + place + certificates.otherAuthority().toStdString(), "test")
                ->query("up", currentTime(), 1, ask());
        QCOMPARE(stranger.error().code, ErrorCode::Auth);
        QVERIFY2(stranger.error().message.find("not trusted here") != std::string::npos,
                 stranger.error().message.c_str());
        const auto plain = metricSource("prometheus+http://admin@127.0.0.1:" + std::to_string(server.port()), "test")
                               ->query("up", currentTime(), 1, ask());
        QVERIFY(!plain.has_value());
        QVERIFY2(plain.error().message.find("HTTPS") != std::string::npos, plain.error().message.c_str());
        const auto noPrefix =
            metricSource("prometheus+https://admin@127.0.0.1:" + std::to_string(server.port()) + "?cacert=" + trusted,
                         "test")
                ->query("up", currentTime(), 1, ask());
        QCOMPARE(noPrefix.error().code, ErrorCode::NotFound);
    }

    void itAnswersOnAThreadOfItsOwn()
    {
        sources::MetricThread thread("metrics", [url = urlOf(m_server)] { return metricSource(url); });
        const auto answer =
            thread.ask<metric::MetricAnswer>({}, m_progress, [](sources::MetricSource &source, sources::Ask inner) {
                return source.query("vector(7)", currentTime(), 1, std::move(inner));
            });
        QCOMPARE(answer->series.at(0).values.at(0), 7.0);
        QCOMPARE(thread.status().phase, sources::SourceStatus::Phase::Answered);
        QCOMPARE(thread.cost().queries, std::uint64_t(1));
    }

    void alertmanagerTellsAlertsAndSilences()
    {
        TAILSPAN_NEED_SERVER(test::AlertmanagerServer::missing());
        test::AlertmanagerServer server;
        QCOMPARE(server.start(), QString());
        server.post("/api/v2/alerts", R"([{"labels":{"alertname":"Slow","service":"auth"},
            "annotations":{"summary":"p95"}}, {"labels":{"alertname":"Quiet"}}])");
        const std::string made = server.post("/api/v2/silences", R"({"matchers":[{"name":"alertname","value":"Quiet",
            "isRegex":false,"isEqual":true}],"startsAt":"2020-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z",
            "createdBy":"me","comment":"known"})");
        QVERIFY2(made.find("silenceID") != std::string::npos, made.c_str());
        const auto store = test::storeOf("alertmanager+http://127.0.0.1:" + std::to_string(server.port()));
        const auto source = sources::makeAlertSource(store.address, store.secrets);
        const auto silenced = [&] {
            const auto alerts = source->alerts(ask());
            return alerts
                && std::count_if(alerts->begin(), alerts->end(),
                                 [](const metric::MetricAlert &alert) {
                                     return alert.state == metric::MetricAlert::State::Suppressed
                                         && alert.silencedBy.size() == 1
                                         && metric::labelValue(alert.labels, "alertname") == "Quiet";
                                 })
                == 1
                && alerts->size() == 2;
        };
        QVERIFY(test::waitUntil(silenced));
        const auto silences = source->silences(ask());
        QCOMPARE(silences->size(), std::size_t(1));
        QCOMPARE(silences->at(0).state, std::string("active"));
        QCOMPARE(silences->at(0).matchers.at(0).value, std::string("Quiet"));
        QCOMPARE(silences->at(0).comment, std::string("known"));
        QVERIFY(source->probe([](const sources::ProbeStep &) {}, ask()).has_value());
    }

    void whoAsksItForSpansIsToldWhy()
    {
        const auto source = test::sourceOf(urlOf(m_server));
        const auto found = test::searched(*source, {});
        QCOMPARE(found.error().code, ErrorCode::Unsupported);
        QVERIFY(source->probe([](const sources::ProbeStep &) {}, ask()).has_value());
    }

private:
    sources::Ask ask() { return {{}, m_progress}; }

    test::PrometheusServer m_server;
    std::unique_ptr<sources::MetricSource> m_source;
    Progress m_progress;
};

QTEST_GUILESS_MAIN(TestPrometheusSource)
#include "tst_prometheus_source.moc"
