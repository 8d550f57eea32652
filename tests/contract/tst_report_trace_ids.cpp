// SPDX-License-Identifier: GPL-3.0-or-later
// Trace ids that a load-test script writes beside its samples, as each tool writes them.
#include "app/reports/report_reader.h"
#include "models/loadtest/request_traces.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

constexpr const char *kId = "4bf92f3577b34da6a3ce929d0e0e4736";

LoadTestReportPtr readText(std::string text)
{
    Progress progress;
    auto report = reports::readReport(bytes::sourceFromMemory("file", std::move(text)), {}, progress);
    if (!report)
        qWarning("%s", report.error().text().c_str());
    return report ? *report : nullptr;
}

std::string k6Line(const std::string &value, const std::string &rest)
{
    return R"({"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-23T14:00:01.5Z","value":)" + value
        + R"(,"tags":{"name":"GET /a","expected_response":"true")" + rest + "}}\n";
}

} // namespace

class TestReportTraceIds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyToolsWayIsRead_data();
    void everyToolsWayIsRead();
    void eachRequestHasItsOwn();
    void aUrlThatLooksLikeMetadataIsNone();
};

void TestReportTraceIds::everyToolsWayIsRead_data()
{
    QTest::addColumn<QByteArray>("text");
    const std::string id = kId;
    const std::string context = "00-" + id + "-00f067aa0ba902b7-01";
    const auto row = [](const char *name, const std::string &text) {
        QTest::newRow(name) << QByteArray::fromStdString(text);
    };
    row("k6 JSON, a tag", k6Line("120.5", R"(,"trace_id":")" + id + R"("})"));
    row("k6 JSON, metadata", k6Line("120.5", R"(},"metadata":{"trace_id":")" + id + R"("})"));
    row("k6 JSON, a context in metadata, blanks",
        R"({"metric": "http_req_duration", "type": "Point", "data": {"time": "2026-11-23T14:00:01.5Z", "value": 120.5,)"
        R"("tags":{"name":"GET /a"},"metadata":{"x":"y","traceparent":")"
            + context + "\"}}}\n");
    row("k6 CSV, metadata",
        "metric_name,timestamp,metric_value,name,status,extra_tags,metadata\n"
        "http_req_duration,1795442401500,120.500000,GET /a,200,a=b,x=y&trace_id="
            + id + "\n");
    row("k6 CSV, an extra tag",
        "metric_name,timestamp,metric_value,name,status,extra_tags,metadata\n"
        "http_req_duration,1795442401500,120.500000,GET /a,200,traceparent="
            + context + ",\n");
    row("k6 CSV, a column of its own",
        "metric_name,timestamp,metric_value,name,status,trace_id\n"
        "http_req_duration,1795442401500,120.500000,GET /a,200,"
            + id + "\n");
    row("JMeter CSV",
        "timeStamp,elapsed,label,responseCode,threadName,success,bytes,\"traceId\"\n"
        "1795442401380,120,GET /a,200,t 1-1,true,100,"
            + id + "\n");
    row("JMeter XML",
        "<?xml version=\"1.0\"?>\n<testResults version=\"1.2\">\n"
        "<httpSample t=\"120\" ts=\"1795442401380\" s=\"true\" lb=\"GET /a\" rc=\"200\" tn=\"t 1-1\" traceparent=\""
            + context + "\"/>\n</testResults>\n");
}

void TestReportTraceIds::everyToolsWayIsRead()
{
    QFETCH(QByteArray, text);
    const LoadTestReportPtr report = readText(text.toStdString());
    QVERIFY(report != nullptr && report->requestTraces != nullptr);
    QCOMPARE(report->requestTraces->requests.size(), std::size_t(1));
    const TracedRequest &request = report->requestTraces->requests.front();
    QCOMPARE(report->requestTraces->textOf(request), std::string(kId));
    QCOMPARE(report->endpoints[request.endpoint].name, std::string("GET /a"));
    QCOMPARE(request.endNs, std::int64_t(1'795'442'401'500'000'000));
    QVERIFY(std::abs(request.latencyNs - 120'000'000) <= 500'000);
    QVERIFY(std::ranges::any_of(report->notes, [](const std::string &note) {
        return note.find("1 request names its trace") != std::string::npos;
    }));
}

void TestReportTraceIds::eachRequestHasItsOwn()
{
    const LoadTestReportPtr report = readText(k6Line("1", R"(,"trace_id":"odd one"})")
                                              + k6Line("2", R"(,"trace_id":"00000000000000000000000000000000"})")
                                              + k6Line("3", "}") + k6Line("4", R"(,"trace_id":"odd two"})"));
    QVERIFY(report != nullptr && report->requestTraces != nullptr);
    QCOMPARE(report->requestTraces->requests.size(), std::size_t(2)); // zeros are no id
    QCOMPARE(report->requestTraces->textOf(report->requestTraces->requests[1]), std::string("odd two"));
}

void TestReportTraceIds::aUrlThatLooksLikeMetadataIsNone()
{
    const LoadTestReportPtr report =
        readText(k6Line("1", R"(,"url":"http://h/?q=},\"metadata\":{\"trace_id\":\"x\"}"})"));
    QVERIFY(report != nullptr && report->requestTraces == nullptr);
}

QTEST_APPLESS_MAIN(TestReportTraceIds)
#include "tst_report_trace_ids.moc"
