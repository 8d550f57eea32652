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
    {"own/vegeta/report.txt", "vegeta report (text): not supported yet"},
    {"public/jmeter/jenkins-summary.log", "JMeter log: not supported yet"},
    {"public/locust/taurus-locust-workers.ldjson", "Locust workers (Taurus): not supported yet"},
    {"public/taurus-other/jenkins-IagoResults.log", "Iago log: not supported yet"},
    {"public/taurus-other/siege.out", "siege output: not supported yet"},
    {"public/taurus-other/tsung.dump", "Tsung dump: not supported yet"},
    {"public/taurus-other/tsung.log", "Tsung statistics: not supported yet"},
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
