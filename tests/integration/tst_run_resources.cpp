// SPDX-License-Identifier: GPL-3.0-or-later
// Limits on resources, alerts and today's peak, asked of a real Prometheus about the time of a real run.
#include "app/workspace/peak_load.h"
#include "app/workspace/run_resources.h"
#include "app/workspace/workspace.h"
#include "models/base/wall_clock.h"
#include "tests/support/servers/prometheus_server.h"
#include "tests/support/source_calls.h"

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace tailspan;
using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t kS = 1'000'000'000;
constexpr std::int64_t kMinutes = 40;

/// The run of a file of ours, as its own first request says.
constexpr const char *kRun = TAILSPAN_SOURCE_DIR "/tests/data/reports/k6-v0.48-runA.ndjson.gz";

constexpr const char *kLimits = R"(limits:
  - resource: {series: 'max by (service) (process_cpu_ratio)', max: < 0.8}
  - resource: {series: 'process_resident_memory_bytes{service="payment"}', max: < 1000000000}
  - resource: {series: 'pg_pool_used', mean: < 100}
  - resource: {series: 'sum(', max: < 1}
)";

/// Around the run, from ten minutes before it: payment's CPU is high from its tenth second on, an alert fires then.
std::string history(std::int64_t runBeginS)
{
    std::string cpu = "# TYPE process_cpu_ratio gauge\n";
    std::string memory = "# TYPE process_resident_memory_bytes gauge\n";
    std::string requests = "# TYPE http_requests counter\n";
    std::string alerts = "# TYPE ALERTS gauge\n";
    double sent[2] = {0, 0};
    for (std::int64_t s = -600; s < kMinutes * 60 - 600; s += 5) {
        const std::string at = " " + std::to_string(runBeginS + s) + "\n";
        int i = 0;
        for (const char *service : {"auth", "payment"}) {
            const std::string label = std::string("{service=\"") + service + "\"";
            const bool isHot = i == 1 && s >= 10;
            cpu += "process_cpu_ratio" + label + "} " + (isHot ? "0.93" : "0.4") + at;
            memory += "process_resident_memory_bytes" + label + "} 200000000" + at;
            sent[i] += 5 * (i == 0 ? 20 : s >= 600 && s < 1'200 ? 90 : 30);
            requests += "http_requests_total" + label + ",status=\"200\"} " + std::to_string(sent[i]) + at;
            ++i;
        }
        if (s >= 10 && s < 20)
            alerts += "ALERTS{alertname=\"HotPayments\",alertstate=\"firing\",service=\"payment\"} 1" + at;
    }
    return cpu + memory + requests + alerts + "# EOF\n";
}

nlohmann::json verdictsIn(const QByteArray &out)
{
    const auto document = nlohmann::json::parse(out.toStdString(), nullptr, false);
    nlohmann::json own = nlohmann::json::array();
    for (const auto &scenario : document["scenarios"]) {
        for (const auto &verdict : scenario["verdicts"]) {
            if (verdict.contains("own"))
                own.push_back(verdict);
        }
    }
    return own;
}

} // namespace

class TestRunResources : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theCommandJudgesWhatTheStoreAnswers();
    void withoutAStoreTheLimitsStayOpen();
    void aStoreThatIsNotThereIsSaid();
    void theWindowJudgesWhenAStoreIsConnected();
    void alertsAreAskedForTheWholeRun();
    void todaysPeakIsReadFromTheLastSevenDays();

private:
    struct Outcome {
        int code = -1;
        QByteArray out;
        QByteArray err;
    };
    Outcome report(const QStringList &more)
    {
        QProcess program;
        program.start(QStringLiteral(TAILSPAN_BINARY),
                      QStringList{u"report"_s, QLatin1String(kRun), u"--thresholds"_s, limits(), u"--json"_s} + more);
        if (!program.waitForFinished(60'000))
            return {};
        return {program.exitCode(), program.readAllStandardOutput(), program.readAllStandardError()};
    }
    QString limits() const { return m_folder.filePath(u"limits.yaml"_s); }
    QString url() const { return u"http://127.0.0.1:%1"_s.arg(m_server.port()); }
    /// A workspace with the run open and the store connected.
    void openRun(workspace::Workspace &workspace)
    {
        QSignalSpy finished(&workspace, &workspace::Workspace::openFinished);
        workspace.open({QLatin1String(kRun)});
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 30'000);
        QVERIFY(workspace.report() != nullptr);
    }

    QTemporaryDir m_folder;
    test::PrometheusServer m_server;
    std::int64_t m_beginNs = 0;
};

void TestRunResources::initTestCase()
{
    TAILSPAN_NEED_SERVER(test::PrometheusServer::missing());
    QFile file(limits());
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(kLimits) > 0);
    file.close();
    QProcess program;
    program.start(QStringLiteral(TAILSPAN_BINARY), {u"report"_s, QLatin1String(kRun), u"--json"_s});
    QVERIFY(program.waitForFinished(60'000));
    m_beginNs = nlohmann::json::parse(program.readAllStandardOutput().toStdString())["startedAtNs"];
    QCOMPARE(m_server.start({.openMetrics = history(m_beginNs / kS)}), QString());
}

void TestRunResources::theCommandJudgesWhatTheStoreAnswers()
{
    const Outcome outcome = report({u"--prometheus"_s, url()});
    QVERIFY2(outcome.code == 1, outcome.err);
    const nlohmann::json own = verdictsIn(outcome.out);
    QCOMPARE(own.size(), std::size_t{4});
    std::map<std::string, nlohmann::json> by;
    for (const auto &verdict : own)
        by[verdict["criterion"]] = verdict;
    const nlohmann::json &cpu = by["max of max by (service) (process_cpu_ratio)"];
    QCOMPARE(cpu["passed"].get<bool>(), false);
    QCOMPARE(cpu["observed"].get<double>(), 0.93);
    const std::int64_t breach = cpu["breachBeginNs"];
    QVERIFY2(std::abs(breach - (m_beginNs / kS + 10) * kS) <= 5 * kS, qPrintable(QString::number(breach - m_beginNs)));
    QVERIFY(cpu["note"].get<std::string>().find("service=\"payment\"") != std::string::npos);
    QVERIFY(cpu["note"].get<std::string>().find(url().toStdString() + "/graph?g0.expr=") != std::string::npos);
    QVERIFY(by["max of process_resident_memory_bytes{service=\"payment\"}"]["passed"].get<bool>());
    QVERIFY(by["mean of pg_pool_used"]["passed"].is_null());
    QVERIFY(by["max of sum("]["passed"].is_null());
    QVERIFY(!by["max of sum("]["note"].get<std::string>().empty());
}

void TestRunResources::withoutAStoreTheLimitsStayOpen()
{
    const Outcome outcome = report({});
    QCOMPARE(outcome.code, 1); // what is not measured has not passed
    for (const auto &verdict : verdictsIn(outcome.out)) {
        QVERIFY(verdict["passed"].is_null());
        QVERIFY(verdict["note"].get<std::string>().find("--prometheus") != std::string::npos);
    }
}

void TestRunResources::aStoreThatIsNotThereIsSaid()
{
    const Outcome outcome = report({u"--prometheus"_s, u"http://127.0.0.1:1"_s});
    QCOMPARE(outcome.code, 4);
    QVERIFY2(outcome.err.contains("127.0.0.1:1"), outcome.err);
    QCOMPARE(report({u"--prometheus"_s, u"redis://127.0.0.1:1"_s}).code, 3);
}

void TestRunResources::theWindowJudgesWhenAStoreIsConnected()
{
    settings::SettingsStore settings{QString()};
    workspace::Workspace workspace(settings);
    openRun(workspace);
    workspace.openLimits(limits());
    const auto verdictOf = [&workspace](const char *criterion) -> loadtest::Verdict {
        for (const auto &scenario : workspace.analysis().judged()->scenarios) {
            for (const auto &verdict : scenario.verdicts) {
                if (verdict.criterion == criterion)
                    return verdict;
            }
        }
        return {};
    };
    constexpr const char *kCpu = "max of max by (service) (process_cpu_ratio)";
    QTRY_VERIFY_WITH_TIMEOUT(verdictOf(kCpu).note == "no store of metrics is connected", 20'000);
    workspace.connectTo({test::storeOf("prometheus+" + url().toStdString())});
    QTRY_VERIFY_WITH_TIMEOUT(verdictOf(kCpu).passed.has_value(), 20'000);
    QVERIFY(!*verdictOf(kCpu).passed);
    QVERIFY(verdictOf(kCpu).breach.has_value());
}

void TestRunResources::alertsAreAskedForTheWholeRun()
{
    settings::SettingsStore settings{QString()};
    workspace::Workspace workspace(settings);
    openRun(workspace);
    const TimeRange run = loadtest::runRangeOf(*workspace.report());
    workspace.narrowTo({run.begin, run.begin + Duration::seconds(5)}); // before it fired
    workspace.connectTo({test::storeOf("prometheus+" + url().toStdString())});
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.alerts().bands().empty(), 20'000);
}

void TestRunResources::todaysPeakIsReadFromTheLastSevenDays()
{
    test::PrometheusServer server; // with requests of today
    const std::int64_t beginS = currentTime().ns() / kS - kMinutes * 60 + 600;
    QCOMPARE(server.start({.openMetrics = history(beginS)}), QString());
    workspace::LiveMetrics metrics;
    workspace::PeakLoad load(metrics);
    QVERIFY(!load.canAsk());
    metrics.connectTo({test::storeOf("prometheus+http://127.0.0.1:" + std::to_string(server.port()))});
    metrics.discover(currentTime());
    QTRY_VERIFY_WITH_TIMEOUT(load.canAsk(), 20'000);
    load.ask();
    QTRY_VERIFY_WITH_TIMEOUT(!load.isAsking(), 20'000);
    QVERIFY2(load.problem().empty(), load.problem().c_str());
    QCOMPARE(load.peaks().size(), std::size_t{2});
    QCOMPARE(load.peaks()[0].service, std::string("payment"));
    QVERIFY2(std::abs(load.peaks()[0].rps - 90) < 4, qPrintable(QString::number(load.peaks()[0].rps)));
    QVERIFY2(std::abs(load.peaks()[1].rps - 20) < 2, qPrintable(QString::number(load.peaks()[1].rps)));
    QVERIFY(load.expression().find("http_requests_total") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestRunResources)
#include "tst_run_resources.moc"
