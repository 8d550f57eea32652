// SPDX-License-Identifier: GPL-3.0-or-later
// What a million series and slow answers do to the window.
#include "models/items/qt_text.h"
#include "tests/gui/metrics_fixture.h"
#include "tests/support/heartbeat.h"
#include "tests/support/http_exchange.h"
#include "ui/metrics/query_lane.h"

#include <QApplication>

#include <atomic>
#include <ctime>

using namespace tailspan;
using namespace tailspan::test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr int kSeries = 1'000'000;
constexpr int kServices = 12;
constexpr int kPoints = 1'000;
constexpr int kPatienceMs = 60'000;

std::string success(const std::string &data)
{
    return httpAnswer("200 OK", "application/json", R"({"status":"success","data":)" + data + "}");
}

std::string millionSeries(std::int64_t atS)
{
    std::string data = R"({"resultType":"matrix","result":[)";
    for (int i = 0; i < kSeries; ++i)
        data += std::string(i == 0 ? "" : ",") + "{\"metric\":{\"id\":\"" + std::to_string(i) + "\"},\"values\":[["
            + std::to_string(atS) + ",\"" + std::to_string(i % 1000) + "\"]]}";
    return success(data + "]}");
}

std::string servicesAnswer(std::int64_t endS)
{
    std::string data = R"({"resultType":"matrix","result":[)";
    for (int service = 0; service < kServices; ++service) {
        data += std::string(service == 0 ? "" : ",") + "{\"metric\":{\"line\":\"service-" + std::to_string(service)
            + "\"},\"values\":[";
        for (int i = 0; i < kPoints; ++i)
            data += std::string(i == 0 ? "" : ",") + "[" + std::to_string(endS - kPoints + i) + ",\""
                + std::to_string((i * 37 + service * 11) % 101) + "\"]";
        data += "]}";
    }
    return success(data + "]}");
}

/// What discovery asks: twelve services with requests, memory and CPU.
std::string groups()
{
    std::string data = R"({"resultType":"vector","result":[)";
    bool isFirst = true;
    for (const char *name : {"http_requests_total", "process_resident_memory_bytes", "process_cpu_seconds_total",
                             "nodejs_eventloop_lag_seconds"}) {
        for (int service = 0; service < kServices; ++service) {
            data += std::string(isFirst ? "" : ",") + "{\"metric\":{\"__name__\":\"" + name
                + "\",\"service\":\"service-" + std::to_string(service) + "\"},\"value\":[1,\"1\"]}";
            isFirst = false;
        }
    }
    return success(data + "]}");
}

/// Knows how long the longest event took the window's thread, by the processor's clock: a busy machine counts nothing.
class TimedApplication final : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject *receiver, QEvent *event) override
    {
        if (m_isNested)
            return QApplication::notify(receiver, event);
        m_isNested = true;
        const std::int64_t begin = threadNs();
        const bool isTaken = QApplication::notify(receiver, event);
        m_longestNs = std::max(m_longestNs, threadNs() - begin);
        m_isNested = false;
        return isTaken;
    }
    void begin() { m_longestNs = 0; }
    [[nodiscard]] double longestMs() const { return static_cast<double>(m_longestNs) / 1e6; }

private:
    static std::int64_t threadNs()
    {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return now.tv_sec * 1'000'000'000 + now.tv_nsec;
    }
    bool m_isNested = false;
    std::int64_t m_longestNs = 0;
};

TimedApplication &application()
{
    return *static_cast<TimedApplication *>(qApp);
}

} // namespace

class TestMetricsLoad : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { MetricsFixture::prepare(); }
    void init();
    void cleanup()
    {
        m_page.close();
        m_server.reset();
    }
    void aRefreshOfAllPanelsDoesNotStopTheWindow();
    void aMillionSeriesAreAFewLinesAndTheRest();
    void wordsOfAServerStandWhereTheyBelong_data();
    void wordsOfAServerStandWhereTheyBelong();

private:
    std::string answerTo(const std::string &request);

    MetricsFixture m_page;
    std::atomic<int> m_ranges{0};
    std::string m_million;
    std::string m_odd; ///< The answer to a query named "odd".
    std::unique_ptr<FakeHttpServer> m_server;
};

std::string TestMetricsLoad::answerTo(const std::string &request)
{
    if (request.find("query=odd") != std::string::npos)
        return m_odd;
    if (request.find("query=million") != std::string::npos)
        return m_million;
    if (request.find("/query_range") != std::string::npos) {
        ++m_ranges;
        const bool isOfAlerts = request.find("ALERTS") != std::string::npos;
        return isOfAlerts ? success(R"({"resultType":"matrix","result":[]})")
                          : servicesAnswer(currentTime().ns() / 1'000'000'000);
    }
    if (request.find("/label/__name__/") != std::string::npos)
        return success(R"(["http_requests_total","process_resident_memory_bytes","process_cpu_seconds_total",
            "nodejs_eventloop_lag_seconds"])");
    if (request.find("/metadata") != std::string::npos)
        return success(R"({"process_resident_memory_bytes":[{"type":"gauge","help":"","unit":""}],
            "nodejs_eventloop_lag_seconds":[{"type":"gauge","help":"","unit":""}]})");
    if (request.find("/query") != std::string::npos)
        return groups();
    if (request.find("/targets") != std::string::npos)
        return success(R"({"activeTargets":[]})");
    return success(request.find("/rules") != std::string::npos ? R"({"groups":[]})" : R"({"alerts":[]})");
}

void TestMetricsLoad::init()
{
    m_ranges = 0;
    m_server = std::make_unique<FakeHttpServer>([this](const std::string &request) { return answerTo(request); });
    m_page.show();
    m_page.workspace().connectTo(
        {storeOf("prometheus+http://127.0.0.1:" + std::to_string(m_server->port()) + "?interval=1s")});
    QTRY_VERIFY_WITH_TIMEOUT(m_page.isFilled(u"Requests"_s), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_page.isFilled(u"Memory"_s), kPatienceMs);
    QCOMPARE(m_page.lane(u"Requests"_s)->picture().lines.size(), std::size_t(kServices));
}

void TestMetricsLoad::aRefreshOfAllPanelsDoesNotStopTheWindow()
{
    QTest::qWait(500); // the window is painted for the first time
    const int before = m_ranges;
    Heartbeat heartbeat;
    application().begin();
    QTRY_VERIFY_WITH_TIMEOUT(m_ranges > before + 16, kPatienceMs);
    qInfo("%d answers of %d points: the longest event took %.1f ms", m_ranges - before, kServices * kPoints,
          application().longestMs());
    QVERIFY2(application().longestMs() <= 16, qPrintable(QString::number(application().longestMs())));
    QVERIFY(heartbeat.longestGap() <= 50ms);
}

void TestMetricsLoad::aMillionSeriesAreAFewLinesAndTheRest()
{
    m_million = millionSeries(currentTime().ns() / 1'000'000'000 - 60);
    QVERIFY(m_page.window().showView(u"query:million"_s));
    QTest::qWait(100); // the new lane is laid out; the answer takes longer
    application().begin();
    metrics::MetricLane &lane = m_page.window().findChild<metrics::QueryLane *>()->lane();
    QTRY_VERIFY_WITH_TIMEOUT(!lane.picture().isEmpty, kPatienceMs);
    qInfo("%zu MB: the longest event took %.1f ms", m_million.size() >> 20, application().longestMs());
    // The first picture of a lane takes more than one that is refreshed: fonts, colours, what was never painted.
    QVERIFY2(application().longestMs() <= 50, qPrintable(QString::number(application().longestMs())));
    QCOMPARE(lane.picture().lines.size(), std::size_t(21));
    QVERIFY(lane.picture().lines.back().isRest);
    QCOMPARE(lane.picture().lines.back().label, std::string("999,980 others, summed"));
    QVERIFY(lane.notes().join(u' ').contains(u"1,000,000 series"_s));
    m_million.clear();
}

void TestMetricsLoad::wordsOfAServerStandWhereTheyBelong_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const std::string &answer, const char *words) {
        QTest::newRow(name) << QByteArray::fromStdString(answer) << QString::fromLatin1(words);
    };
    row("a login page", httpAnswer("200 OK", "text/html", "<html><form>Sign in</form></html>"), "login page");
    row("busy",
        httpAnswer("503 Service Unavailable", "application/json",
                   R"({"status":"error","errorType":"timeout","error":"query timed out"})"),
        "query timed out");
    row("a bad expression",
        httpAnswer("422 Unprocessable Entity", "application/json",
                   R"({"status":"error","errorType":"execution","error":"many-to-many"})"),
        "many-to-many");
    row("no rights", httpAnswer("403 Forbidden", "text/plain", "no"), "does not let you");
    row("cut", httpAnswer("200 OK", "application/json", R"({"status":"success","data":{"resultTy)"), "");
}

void TestMetricsLoad::wordsOfAServerStandWhereTheyBelong()
{
    QFETCH(QByteArray, answer);
    QFETCH(QString, words);
    m_odd = answer.toStdString();
    QVERIFY(m_page.window().showView(u"query:odd"_s));
    metrics::MetricLane &lane = m_page.window().findChild<metrics::QueryLane *>()->lane();
    QTRY_VERIFY_WITH_TIMEOUT(!lane.problem().isEmpty(), kPatienceMs);
    QVERIFY2(lane.problem().contains(words), qPrintable(lane.problem()));
    QVERIFY(m_page.lane(u"Requests"_s)->problem().isEmpty());
}

int main(int argc, char **argv)
{
    TimedApplication timed(argc, argv);
    TestMetricsLoad test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_metrics_load.moc"
