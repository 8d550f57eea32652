// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong between this program and a Prometheus, and what no healthy one says.
#include "app/sources/metric_source.h"
#include "models/base/wall_clock.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/http_exchange.h"
#include "tests/support/servers/prometheus_server.h"
#include "tests/support/source_calls.h"

#include <QElapsedTimer>
#include <QTest>

#include <cmath>
#include <thread>

using namespace tailspan;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr const char *kJson = "application/json";
constexpr const char *kCanary = "hunter2-canary";

std::unique_ptr<sources::MetricSource> sourceAt(std::uint16_t port, const std::string &rest = {},
                                                const std::string &user = {})
{
    const auto store = test::storeOf(
        "prometheus+http://" + (user.empty() ? "" : user + "@") + "127.0.0.1:" + std::to_string(port) + rest, kCanary);
    return sources::makeMetricSource(store.address, store.secrets);
}

Result<metric::MetricAnswer> asked(sources::MetricSource &source, const std::stop_token &stop = {},
                                   std::size_t seriesLimit = 10)
{
    Progress progress;
    return source.query("up", TimePoint(1'700'000'000'000'000'000), seriesLimit, {stop, progress});
}

Result<metric::MetricAnswer> answeredWith(const std::string &bytes)
{
    test::FakeHttpServer server([&](const std::string &) { return bytes; });
    auto answer = asked(*sourceAt(server.port()));
    if (!answer && answer.error().text().find(kCanary) != std::string::npos)
        qFatal("the secret is in the message: %s", answer.error().text().c_str());
    return answer;
}

Error errorOf(const std::string &bytes)
{
    const auto answer = answeredWith(bytes);
    return answer ? Error() : answer.error();
}

std::string success(const std::string &data, const std::string &more = {})
{
    return test::httpAnswer("200 OK", kJson, R"({"status":"success","data":)" + data + more + "}");
}

} // namespace

#define TAILSPAN_SAYS(error, words) QVERIFY2((error).message.find(words) != std::string::npos, (error).message.c_str())

class TestPrometheusFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void statusesAreToldInWords_data()
    {
        QTest::addColumn<QString>("status");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *status, ErrorCode code, const char *words) {
            QTest::newRow(status) << QString::fromLatin1(status) << static_cast<int>(code)
                                  << QString::fromLatin1(words);
        };
        row("401 Unauthorized", ErrorCode::Auth, "Check user and password, or the token");
        row("403 Forbidden", ErrorCode::Auth, "does not let you read this");
        row("404 Not Found", ErrorCode::NotFound, "path in front of /api");
        row("422 Unprocessable Entity", ErrorCode::Unsupported, "could not work out the expression");
        row("429 Too Many Requests", ErrorCode::LimitReached, "asked too often");
        row("500 Internal Server Error", ErrorCode::Unreachable, "failed on the question");
        row("502 Bad Gateway", ErrorCode::Unreachable, "A proxy in front of the server");
        row("503 Service Unavailable", ErrorCode::Unreachable, "not ready");
        row("504 Gateway Timeout", ErrorCode::Timeout, "gave up waiting");
        row("418 I'm a teapot", ErrorCode::Unreachable, "status 418");
    }

    void statusesAreToldInWords()
    {
        QFETCH(QString, status);
        QFETCH(int, code);
        QFETCH(QString, words);
        for (const char *body : {R"({"status":"error","errorType":"x","error":"own words"})", "own words",
                                 "<html><title>own words</title></html>"}) {
            const Error error = errorOf(test::httpAnswer(status.toStdString(), "text/plain", body));
            QCOMPARE(static_cast<int>(error.code), code);
            TAILSPAN_SAYS(error, words.toStdString());
            TAILSPAN_SAYS(error, "own words");
        }
    }

    void aLoginPageInsteadOfDataIsNamed()
    {
        const Error error =
            errorOf(test::httpAnswer("200 OK", "text/html; charset=utf-8", "<html><title>Sign in</title><body>..."));
        QCOMPARE(error.code, ErrorCode::Malformed);
        TAILSPAN_SAYS(error, "login page");
        TAILSPAN_SAYS(error, "Sign in");
    }

    void aRedirectIsSaidAndNotFollowed()
    {
        test::FakeHttpServer other([](const std::string &) { return success("{}"); });
        const std::string target = "http://127.0.0.1:" + std::to_string(other.port()) + "/login";
        const Error error =
            errorOf(test::httpAnswer("302 Found", "text/html", "", "Location: " + target + "?secret=abc\r\n"));
        QCOMPARE(error.code, ErrorCode::Unsupported);
        TAILSPAN_SAYS(error, target);
        QVERIFY(error.message.find("abc") == std::string::npos);
        QCOMPARE(other.requests().size(), std::size_t(0));
    }

    void otherJsonIsNotTakenForPrometheus()
    {
        TAILSPAN_SAYS(errorOf(test::httpAnswer("200 OK", kJson, R"({"hello":"world"})")), "not of Prometheus");
        TAILSPAN_SAYS(errorOf(test::httpAnswer("200 OK", kJson, "[]")), "not of Prometheus");
        TAILSPAN_SAYS(errorOf(test::httpAnswer("200 OK", kJson, "")), "empty");
        TAILSPAN_SAYS(errorOf(test::httpAnswer("200 OK", "text/plain", "hello")), "not JSON");
        TAILSPAN_SAYS(errorOf(success(R"({"resultType":"cake","result":[]})")), "no result");
        TAILSPAN_SAYS(errorOf("hello\r\n\r\n"), "Check that the port speaks HTTP");
    }

    void aDeeplyNestedAnswerDoesNoHarm()
    {
        QVERIFY(!answeredWith(success(std::string(1'000'000, '[') + std::string(1'000'000, ']'))));
        QVERIFY(!answeredWith(success(std::string(1'000'000, '['))));
    }

    void aTextThatEndsTooEarlyIsNotUsed()
    {
        const std::string whole =
            R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"2"]}]}})";
        for (std::size_t size = 1; size < whole.size(); ++size) {
            const Error error = errorOf(test::httpAnswer("200 OK", kJson, whole.substr(0, size)));
            QVERIFY2(error.code == ErrorCode::Malformed, qPrintable(QString::number(size)));
        }
    }

    void anAnswerThatIsCutOnTheWayIsNotUsed()
    {
        for (const char *framing : {"Content-Length: 1000\r\n", "Transfer-Encoding: chunked\r\n"}) {
            const bool isChunked = std::string_view(framing).starts_with("T");
            const Error error = errorOf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + std::string(framing)
                                        + "\r\n" + (isChunked ? "1f4\r\n" : "") + R"({"status":"success","data":{)");
            QVERIFY(error.code == ErrorCode::Unreachable || error.code == ErrorCode::Malformed);
            QVERIFY2(error.message.find("in the middle") != std::string::npos, error.message.c_str());
        }
    }

    void warningsOfPartialAnswersAreKept()
    {
        const auto answer = answeredWith(success(R"({"resultType":"vector","result":[]})",
                                                 R"(,"warnings":["store-2 did not answer"],"infos":["a remark"])"));
        QCOMPARE(
            answer->notes(),
            (std::vector<std::string>{"The server warns: store-2 did not answer", "The server remarks: a remark"}));
    }

    void oddPointsAreCountedAndLeftOut()
    {
        const auto answer = answeredWith(success(R"({"resultType":"matrix","result":[
            {"metric":{"a":"b"},"values":[[1,"1"],[1,"2"],[2,"NaN"],[3,"-Inf"],[4,"1e999"],[5,"x"],[6],["y","1"],
            [1e300,"1"],[2,"9"],7,{"k":[1]},[8,"3"]]}, 5, "z", {"values":3}]})"));
        QVERIFY(answer.has_value());
        QCOMPARE(answer->duplicateTimes, std::uint64_t(1));
        QCOMPARE(answer->hiddenValues, std::uint64_t(3));
        const metric::MetricSeries &series = answer->series.at(0);
        QCOMPARE(
            series.timesNs,
            (std::vector<std::int64_t>{1'000'000'000, 2'000'000'000, 3'000'000'000, 4'000'000'000, 8'000'000'000}));
        QCOMPARE(series.values.front(), 2.0);
        QCOMPARE(series.values.back(), 3.0);
        QVERIFY(answer->unreadableItems >= 7);
    }

    void nativeHistogramsAreRead()
    {
        const auto answer = answeredWith(success(R"({"resultType":"vector","result":[{"metric":{"service":"auth"},
            "histogram":[1700000000.5,{"count":"7","sum":"3.5","buckets":[[0,"0.25","0.5","3"],[1,"0.5","1","4"]]}]}]})"));
        QCOMPARE(answer->histograms.size(), std::size_t(1));
        QCOMPARE(answer->series.size(), std::size_t(0));
        const metric::HistogramPoint &point = answer->histograms[0].points.at(0);
        QCOMPARE(point.timeNs, std::int64_t(1'700'000'000'500'000'000));
        QCOMPARE(point.count, 7.0);
        QCOMPARE(point.buckets, (std::vector<metric::ValueBucket>{{0.25, 0.5, 3}, {0.5, 1, 4}}));
        const auto range = answeredWith(success(R"({"resultType":"matrix","result":[{"metric":{},
            "histograms":[[1,{"count":"1","sum":"1","buckets":[]}],[2,{"count":"2","sum":"1"}]]}]})"));
        QCOMPARE(range->histograms.at(0).points.size(), std::size_t(2));
    }

    void aMillionSeriesCostTheMemoryOfAFew()
    {
        constexpr int kSeries = 1'000'000;
        std::string data = R"({"resultType":"vector","result":[)";
        for (int i = 0; i < kSeries; ++i)
            data += std::string(i == 0 ? "" : ",") + "{\"metric\":{\"__name__\":\"up\",\"id\":\"" + std::to_string(i)
                + "\"},\"value\":[1700000000,\"1\"]}";
        const std::string bytes = success(data + "]}");
        test::FakeHttpServer server([&](const std::string &) { return bytes; });
        QElapsedTimer timer;
        timer.start();
        const auto answer = asked(*sourceAt(server.port()));
        qInfo("%d series, %zu MB: %lld ms", kSeries, bytes.size() >> 20, timer.elapsed());
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().text().c_str());
        QCOMPARE(answer->series.size(), std::size_t(10));
        QCOMPARE(answer->seriesTotal, std::uint64_t(kSeries));
        QCOMPARE(answer->rest.values.at(0), double(kSeries - 10));
    }

    void anEndlessAnswerIsStoppedAtTheLimit()
    {
        // What is inside the limit of a probe's small answer is read, what is beyond it is not.
        const std::string big = test::httpAnswer("200 OK", kJson, "[" + std::string(80ULL << 20, ' ') + "]");
        test::FakeHttpServer server([&](const std::string &) { return big; });
        Progress progress;
        const auto probed = sourceAt(server.port())->probe([](const sources::ProbeStep &) {}, {{}, progress});
        QCOMPARE(probed.error().code, ErrorCode::LimitReached);
        TAILSPAN_SAYS(probed.error(), "larger than 64");
    }

    void loginTokenAndHeadersAreSent()
    {
        test::FakeHttpServer server(
            [](const std::string &) { return success(R"({"resultType":"vector","result":[]})"); });
        QVERIFY(asked(*sourceAt(server.port(), "/deep/?headers=X-Scope-OrgID%3A%20tenant%3B%20X-Other%3A%20y"))
                    .has_value());
        QVERIFY(asked(*sourceAt(server.port(), {}, "me")).has_value());
        const auto requests = server.requests();
        QVERIFY2(
            requests.at(0).starts_with("GET /deep/api/v1/query?query=up&time=1700000000.000&timeout=20.000 HTTP/1.1"),
            requests.at(0).c_str());
        for (const char *line :
             {"Authorization: Bearer hunter2-canary\r\n", "X-Scope-OrgID: tenant\r\n", "X-Other: y\r\n"})
            QVERIFY2(requests.at(0).find(line) != std::string::npos, requests.at(0).c_str());
        QVERIFY(requests.at(1).find("Authorization: Basic bWU6aHVudGVyMi1jYW5hcnk=\r\n") != std::string::npos);
        QVERIFY(requests.at(1).find("Upgrade") == std::string::npos); // to HTTP/2
    }

    void secretsDoNotGoIntoHeadersThatAreKept()
    {
        for (const char *headers :
             {"Authorization%3A%20Bearer%20x", "cookie%3A%20x", "no%20colon", "X%3A%20a%0D%0AY%3A%20b"}) {
            const auto answer = asked(*sourceAt(1, std::string("?headers=") + headers));
            QVERIFY(answer.error().code == ErrorCode::Unsupported || answer.error().code == ErrorCode::Malformed);
            TAILSPAN_SAYS(answer.error(), "headers");
        }
        TAILSPAN_SAYS(asked(*sourceAt(1, "?timeout=never")).error(), "timeout");
    }

    void nobodyThereIsSaidAtOnce()
    {
        test::FaultProxy proxy(1);
        proxy.refuse();
        const auto answer = asked(*sourceAt(proxy.port()));
        QCOMPARE(answer.error().code, ErrorCode::Unreachable);
        TAILSPAN_SAYS(answer.error(), "nothing listens");
    }

    void faultsOfTheNetworkAreErrorsAndPassAgain()
    {
        TAILSPAN_NEED_SERVER(test::PrometheusServer::missing());
        test::PrometheusServer server;
        QCOMPARE(server.start({}), QString());
        test::FaultProxy proxy(server.port());
        const auto source = sourceAt(proxy.port(), "?timeout=1");
        QVERIFY(asked(*source).has_value());
        proxy.stall(test::FaultProxy::Direction::ToClient);
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(asked(*source).error().code, ErrorCode::Timeout);
        QVERIFY(timer.elapsed() > 5'000 && timer.elapsed() < 8'000); // 1 s for the server, 5 s for the way
        proxy.drip(20);                                              // which a limit on silence would never notice
        timer.restart();
        QCOMPARE(asked(*source).error().code, ErrorCode::Timeout);
        QVERIFY(timer.elapsed() < 8'000);
        proxy.cutAfter(150);
        const auto cutAnswer = asked(*source);
        const Error cut = cutAnswer ? Error() : cutAnswer.error();
        QVERIFY2(cut.message.find("in the middle") != std::string::npos, cut.message.c_str());
        proxy.reset();
        QCOMPARE(asked(*source).error().code, ErrorCode::Unreachable);
        proxy.garble(7);
        QVERIFY(!asked(*source).has_value());
        proxy.pass();
        const auto answer = asked(*source);
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().text().c_str());
    }

    void aStopEndsTheQuestionWithin200Ms()
    {
        TAILSPAN_NEED_SERVER(test::PrometheusServer::missing());
        test::PrometheusServer server;
        QCOMPARE(server.start({}), QString());
        test::FaultProxy proxy(server.port());
        proxy.stall(test::FaultProxy::Direction::Both);
        const auto source = sourceAt(proxy.port());
        std::stop_source stop;
        std::chrono::steady_clock::time_point stopped;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(300ms);
            stopped = std::chrono::steady_clock::now();
            stop.request_stop();
        });
        const auto answer = asked(*source, stop.get_token());
        const auto late = std::chrono::steady_clock::now() - stopped;
        QCOMPARE(answer.error().code, ErrorCode::Cancelled);
        QVERIFY(late < 200ms);
        server.process().freeze();
        proxy.pass();
    }
};

QTEST_GUILESS_MAIN(TestPrometheusFaults)
#include "tst_prometheus_faults.moc"
