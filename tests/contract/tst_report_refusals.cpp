// SPDX-License-Identifier: GPL-3.0-or-later
// Formats that are recognised but not read, trace files, and unknown bytes: each refused with a word that helps.
#include "app/reports/report_reader.h"

#include <QtTest>

#include <filesystem>

using namespace tailspan;

namespace {

struct Refusal {
    const char *file;
    const char *words;
};

const Refusal kFiles[] = {
    {"own/ab/ab-percentiles.csv", "ab percentiles (CSV): not supported yet"},
    {"own/ab/ab.txt", "ab output: not supported yet"},
    {"own/autocannon/autocannon-api.json", "autocannon result: not supported yet"},
    {"own/autocannon/autocannon-cli.json", "autocannon result: not supported yet"},
    {"own/hey/hey-errors.txt", "hey output: not supported yet"},
    {"own/hey/hey.csv", "hey requests (CSV): not supported yet"},
    {"own/hey/hey.txt", "hey output: not supported yet"},
    {"own/k6-csv/k6-v0.48-runA.csv.gz", "k6 CSV output: not supported yet"},
    {"own/k6-csv/k6-v0.48-small.csv", "k6 CSV output: not supported yet"},
    {"own/k6-web-dashboard/k6-v0.49-record.ndjson", "k6 web dashboard (recorded events): not supported yet"},
    {"own/vegeta/hdrplot.txt", "HdrHistogram percentiles: not supported yet"},
    {"own/vegeta/report.json", "vegeta report (JSON): not supported yet"},
    {"own/vegeta/report.txt", "vegeta report (text): not supported yet"},
    {"own/vegeta/results.gob", "vegeta results (gob): not supported yet"},
    {"own/vegeta/results.ndjson", "vegeta results (JSON): not supported yet"},
    {"own/wrk/wrk.txt", "wrk output: not supported yet"},
    {"own/wrk/wrk2.txt", "wrk2 output: not supported yet"},
    {"public/hdrhistogram/jHiccup-2.0.1.logV0.hlog", "HdrHistogram log: not supported yet"},
    {"public/hdrhistogram/jHiccup-2.0.7S.logV2.hlog", "HdrHistogram log: not supported yet"},
    {"public/hdrhistogram/ycsb.logV1.hlog", "HdrHistogram log: not supported yet"},
    {"public/jmeter/jenkins-summary.log", "JMeter log: not supported yet"},
    {"public/k6-csv/taurus-k6_kpi.csv", "k6 CSV output: not supported yet"},
    {"public/locust/taurus-locust-workers.ldjson", "Locust workers (Taurus): not supported yet"},
    {"public/taurus-other/jenkins-IagoResults.log", "Iago log: not supported yet"},
    {"public/taurus-other/jenkins-TaurusXMLReport.xml", "Taurus final statistics (XML): not supported yet"},
    {"public/taurus-other/jenkins-TaurusXmlWithDuration.xml", "Taurus final statistics (XML): not supported yet"},
    {"public/taurus-other/siege.out", "siege output: not supported yet"},
    {"public/taurus-other/tsung.dump", "Tsung dump: not supported yet"},
    {"public/taurus-other/tsung.log", "Tsung statistics: not supported yet"},
    {"public/wrk/jenkins-WrkResultsLong.wrk", "wrk output: not supported yet"},
    {"public/wrk/jenkins-WrkResultsQuick.wrk", "wrk output: not supported yet"},
    {"public/wrk/jenkins-WrkResultsWithLatencyFlag.wrk", "wrk output: not supported yet"},
    {"own/azora-traces/sequential/redis-lists.tsv", "use tailspan trace"},
    {"own/azora-traces/sequential/distributed_traces.csv", "use tailspan trace"},
    {"own/azora-traces/parallel/redis-lists.tsv", "use tailspan trace"},
};

std::string refusalOf(const std::string &text)
{
    Progress progress;
    const auto report = reports::readReport(bytes::sourceFromMemory("file", text), {}, progress);
    if (report)
        return "read";
    return report.error().code == ErrorCode::Unsupported ? report.error().text() : "another error";
}

} // namespace

class TestReportRefusals : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knownFormatsAreRefusedByName_data()
    {
        QTest::addColumn<QString>("words");
        for (const Refusal &refusal : kFiles)
            QTest::newRow(refusal.file) << QString::fromUtf8(refusal.words);
    }
    void knownFormatsAreRefusedByName()
    {
        QFETCH(QString, words);
        const std::string path = TAILSPAN_SHARED_SAMPLES "/" + std::string(QTest::currentDataTag());
        if (!std::filesystem::exists(path))
            QSKIP("the shared samples are not here");
        Progress progress;
        const auto report = reports::openReport(path, {}, progress);
        QVERIFY(!report.has_value());
        QCOMPARE(report.error().code, ErrorCode::Unsupported);
        QVERIFY2(report.error().text().find(words.toStdString()) != std::string::npos, report.error().text().c_str());
    }

    void traceFilesAreSentToTheOtherCommand()
    {
        QVERIFY(refusalOf(R"({"data":[{"traceID":"a","spans":[]}]})").find("Jaeger JSON") != std::string::npos);
        QVERIFY(refusalOf(R"({"resourceSpans":[]})").find("OTLP JSON") != std::string::npos);
        QVERIFY(refusalOf(R"([{"traceId":"a","id":"b"}])").find("Zipkin JSON") != std::string::npos);
    }

    void unknownContentGetsTheListOfFormats()
    {
        const std::string text = refusalOf("once upon a time\n");
        for (const auto &reader : reports::allReportReaders())
            QVERIFY(text.find(reader->info().title) != std::string::npos);
    }

    void namesDoNotDecide()
    {
        Progress progress;
        const std::string k6 =
            R"({"metric":"vus","type":"Point","data":{"time":"2026-11-23T14:00:00Z","value":1,"tags":{}}})";
        for (const char *name : {"results.json", "a.csv", "b.jtl", "c.xml"}) {
            const auto report = reports::readReport(bytes::sourceFromMemory(name, k6 + "\n"), {}, progress);
            QVERIFY(report.has_value());
            QCOMPARE((*report)->format, std::string("k6-ndjson"));
        }
    }
};

QTEST_GUILESS_MAIN(TestReportRefusals)
#include "tst_report_refusals.moc"
