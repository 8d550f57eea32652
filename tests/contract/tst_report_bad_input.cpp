// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are missing, cut off, huge, wrong or hostile: one clear error or a counted entry, never a crash.
#include "app/reports/k6_ndjson.h"
#include "app/reports/report_reader.h"
#include "models/loadtest/timeline.h"

#include <QtTest>

#include <filesystem>
#include <fstream>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

constexpr const char *kData = TAILSPAN_SOURCE_DIR "/tests/data/reports/";

Result<LoadTestReportPtr> readText(std::string text)
{
    Progress progress;
    return reports::readReport(bytes::sourceFromMemory("file", std::move(text)), {}, progress);
}

std::string fileText(const std::string &name)
{
    std::ifstream in(kData + name, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
}

ErrorCode codeOf(const Result<LoadTestReportPtr> &report)
{
    return report ? ErrorCode::Internal : report.error().code;
}

std::string point(const std::string &value, const std::string &time = "2026-11-23T14:00:01Z")
{
    return R"({"metric":"http_req_duration","type":"Point","data":{"time":")" + time + R"(","value":)" + value
        + R"(,"tags":{"name":"a","expected_response":"true"}}})" + "\n";
}

constexpr const char *kJtlHead = "timeStamp,elapsed,label,responseCode,threadName,success,bytes\n";

} // namespace

class TestReportBadInput : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void missingFilesDirectoriesAndEmptyFilesAreErrors()
    {
        Progress progress;
        QCOMPARE(codeOf(reports::openReport("/no/such/file", {}, progress)), ErrorCode::NotFound);
        QCOMPARE(codeOf(reports::openReport(kData, {}, progress)), ErrorCode::Unsupported);
        QCOMPARE(codeOf(readText("")), ErrorCode::Malformed);
    }

    void junkIsRefused()
    {
        std::string junk;
        for (unsigned i = 0; i < 100'000; ++i)
            junk += static_cast<char>((i * 2654435761U) >> 24);
        QCOMPARE(codeOf(readText(junk)), ErrorCode::Unsupported);
        QCOMPARE(codeOf(readText(std::string(5000, '\0'))), ErrorCode::Unsupported);
    }

    void everyFileCutAnywhereIsReadInPartOrRefused_data()
    {
        QTest::addColumn<int>("step");
        QTest::newRow("k6-v0.48-small.ndjson") << 30011;
        QTest::newRow("handle-summary-small.json") << 97;
        QTest::newRow("summary-export-small.json") << 211;
        QTest::newRow("artillery-1.7.9-report.json") << 307;
        QTest::newRow("artillery-2.0.34-report.json") << 1009;
        QTest::newRow("concurrent-users-ok.json") << 41;
        QTest::newRow("test-report-1795444331402.json") << 103;
        QTest::newRow("locust/run_stats.csv") << 7;
        QTest::newRow("locust/run_stats_history.csv") << 311;
        QTest::newRow("locust/run_failures.csv") << 3;
        QTest::newRow("locust/run_exceptions.csv") << 5;
        QTest::newRow("locust/locust-2.12.1-stats.json") << 59;
        QTest::newRow("locust/locust-requests.csv") << 997;
        QTest::newRow("locust/locust-2.12.1-report.html") << 211;
        QTest::newRow("locust/locust-template-args.html") << 41;
        QTest::newRow("k6-v0.48-small.csv") << 9973;
        QTest::newRow("k6-dashboard-layout2.ndjson") << 769;
        QTest::newRow("k6-dashboard-export.html") << 211;
        QTest::newRow("k6-dashboard-v0.5.html") << 127;
        QTest::newRow("autocannon-cli.json") << 37;
        QTest::newRow("vegeta-results.gob") << 4001;
        QTest::newRow("vegeta-results.ndjson") << 7001;
        QTest::newRow("vegeta-results.csv") << 5003;
        QTest::newRow("vegeta-report.json") << 23;
        QTest::newRow("vegeta-hdrplot.txt") << 199;
        QTest::newRow("hey.csv") << 1499;
        QTest::newRow("hey.txt") << 53;
        QTest::newRow("wrk.txt") << 13;
        QTest::newRow("wrk2.txt") << 149;
        QTest::newRow("ab.txt") << 61;
        QTest::newRow("ab-percentiles.csv") << 41;
        QTest::newRow("ab-requests.tsv") << 997;
        QTest::newRow("hdr-v0.hlog") << 101;
        QTest::newRow("hdr-v1.hlog") << 131;
        QTest::newRow("hdr-v2-tags.hlog") << 103;
        QTest::newRow("taurus-final.csv") << 23;
        QTest::newRow("taurus-final.xml") << 71;
    }
    void everyFileCutAnywhereIsReadInPartOrRefused()
    {
        QFETCH(int, step);
        const std::string text = fileText(QTest::currentDataTag());
        QVERIFY(!text.empty());
        for (std::size_t size = 1; size + 2 < text.size(); size += static_cast<std::size_t>(step)) {
            const auto report = readText(text.substr(0, size));
            if (!report)
                QVERIFY(!report.error().text().empty());
            else if (text[size - 1] != '\n')
                QVERIFY2(!(*report)->contents.isComplete, qPrintable(QString::number(size)));
        }
    }

    void aCutK6FileKeepsItsWholeLines()
    {
        const std::string text = point("10") + point("20");
        const auto report = readText(text + point("30").substr(0, 70));
        QVERIFY(report.has_value());
        QCOMPARE(latencyOf((*report)->requests, {}).count(), std::uint64_t{2});
        QCOMPARE((*report)->quality.count(QualityIssue::Truncated), std::uint64_t{1});
        QVERIFY((*report)->notes.back().find("line 3") != std::string::npos);
        QVERIFY(!(*report)->contents.isComplete);
    }

    void aCutGzipFileKeepsWhatWasWhole()
    {
        const std::string text = fileText("k6-v0.48-runA.ndjson.gz");
        const auto path = std::filesystem::temp_directory_path() / "tailspan-cut.ndjson.gz";
        std::ofstream(path, std::ios::binary) << text.substr(0, text.size() / 2);
        Progress progress;
        const auto report = reports::openReport(path.string(), {}, progress);
        std::filesystem::remove(path);
        QVERIFY2(report.has_value(), report ? "" : report.error().text().c_str());
        QVERIFY(!(*report)->contents.isComplete);
        QVERIFY(totalsOf(**report).requests.value_or(0) > 1000);
    }

    void depthOfAMillionIsOneError()
    {
        const std::string deep(1'000'000, '[');
        QCOMPARE(codeOf(readText(R"({"root_group":{},"metrics":)" + deep)), ErrorCode::LimitReached);
        QCOMPARE(codeOf(readText(R"({"passed":true,"details":{"validations":{}},"metrics":)" + deep)),
                 ErrorCode::LimitReached);
        const auto k6 = readText(point("1") + R"({"metric":"a","type":"Point","data":)" + deep + "\n"
                                 + R"({"type":"Metric","metric":"b","data":)" + deep + std::string(1'000'000, ']')
                                 + "}\n");
        QVERIFY(k6.has_value());
        QCOMPARE((*k6)->quality.count(QualityIssue::MalformedRecord), std::uint64_t{2});
        std::string xml = "<testResults>";
        for (int i = 0; i < 1'000'000; ++i)
            xml += "<a>";
        QCOMPARE(codeOf(readText(xml)), ErrorCode::Malformed);
    }

    void numbersBeyondTheirRangeAreCounted()
    {
        const auto k6 = readText(point("1e999") + point("123456789012345678901234567890") + point("5"));
        QVERIFY(k6.has_value());
        QCOMPARE((*k6)->quality.count(QualityIssue::NumberOutOfRange), std::uint64_t{1});
        QCOMPARE(latencyOf((*k6)->requests, {}).count(), std::uint64_t{3});
        const auto summary = readText(R"({"root_group":{},"metrics":{"http_reqs":{"count":1e400,"rate":NaN}}})");
        QVERIFY(summary.has_value());
        QCOMPARE((*summary)->quality.count(QualityIssue::NumberOutOfRange), std::uint64_t{1});
        QCOMPARE((*summary)->quality.count(QualityIssue::NotANumber), std::uint64_t{1});
        const auto jtl = readText(std::string(kJtlHead)
                                  + "1700000000000,99999999999999999999,a,200,t,true,1\n"
                                    "99999999999999999999,1,a,200,t,true,1\n9000000000000000000,1,a,200,t,true,1\n");
        QVERIFY(jtl.has_value());
        QCOMPARE((*jtl)->quality.count(QualityIssue::NotANumber), std::uint64_t{1});
        QCOMPARE((*jtl)->quality.count(QualityIssue::MalformedRecord), std::uint64_t{1});
    }

    void notANumberTokensAreCounted()
    {
        const auto k6 = readText(point("NaN") + point("Infinity") + point("null") + point("7"));
        QVERIFY(k6.has_value());
        QCOMPARE((*k6)->quality.count(QualityIssue::NotANumber), std::uint64_t{3});
        QCOMPARE(latencyOf((*k6)->requests, {}).count(), std::uint64_t{1});
    }

    void invalidUtf8IsShownAsReplacementAndCounted()
    {
        const auto jtl = readText(std::string(kJtlHead) + "1700000000000,5,caf\xe9,200,t,true,1\n");
        QVERIFY(jtl.has_value());
        QCOMPARE((*jtl)->endpoints.at(0).name, std::string("caf\xEF\xBF\xBD"));
        QCOMPARE((*jtl)->quality.count(QualityIssue::InvalidUtf8), std::uint64_t{1});
        const auto xml =
            readText("<testResults version=\"1.2\">\n<httpSample t=\"5\" ts=\"1700000000000\" lb=\"caf\xe9\" "
                     "s=\"true\"/>\n</testResults>\n");
        QVERIFY(xml.has_value() && (*xml)->contents.isComplete);
        QCOMPARE((*xml)->endpoints.at(0).name, std::string("caf\xEF\xBF\xBD"));
        QCOMPARE((*xml)->quality.count(QualityIssue::InvalidUtf8), std::uint64_t{1});
        const auto latin =
            readText("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<testResults version=\"1.2\">\n"
                     "<httpSample t=\"5\" ts=\"1700000000000\" lb=\"caf\xe9\" s=\"true\"/>\n</testResults>\n");
        QVERIFY(latin.has_value());
        QCOMPARE((*latin)->endpoints.at(0).name, std::string("caf\xC3\xA9"));
        QCOMPARE((*latin)->quality.count(QualityIssue::InvalidUtf8), std::uint64_t{0});
        std::string line = point("7");
        line.insert(line.find("\"name\":\"") + 8, "caf\xe9\xff");
        const auto k6 = readText(point("7") + line);
        QVERIFY(k6.has_value());
        QCOMPARE((*k6)->quality.count(QualityIssue::InvalidUtf8), std::uint64_t{2});
        QVERIFY((*k6)->quality.lines().at(0).find("line 2") != std::string::npos);
    }

    void utf16FilesAreRead()
    {
        const auto path = std::filesystem::temp_directory_path() / "tailspan-utf16.csv";
        std::string text = "\xff\xfe";
        for (const char c : std::string(kJtlHead) + "1700000000000,5,a,200,t,true,1\n")
            text += std::string{c, '\0'};
        std::ofstream(path, std::ios::binary) << text;
        Progress progress;
        const auto report = reports::openReport(path.string(), {}, progress);
        std::filesystem::remove(path);
        QVERIFY(report.has_value());
        QCOMPARE(totalsOf(**report).requests, std::optional<std::uint64_t>(1));
    }

    void rowsOfTheWrongWidthAreCountedWithTheFirstLine()
    {
        const auto jtl = readText(std::string(kJtlHead)
                                  + "1700000000000,5,\"two\nlines\",200,t,true,1\n"
                                    "1700000000001,5,a,200,t,true\n1700000000002,5,a,200,t,true,1,2\n"
                                    "1700000000003,5,a,200,t,false,1\n1700000000004,5");
        QVERIFY(jtl.has_value());
        QCOMPARE(totalsOf(**jtl).requests, std::optional<std::uint64_t>(2));
        QCOMPARE((*jtl)->quality.count(QualityIssue::WrongWidthRow), std::uint64_t{2});
        QCOMPARE((*jtl)->quality.count(QualityIssue::Truncated), std::uint64_t{1});
        bool saysLine4 = false;
        for (const std::string &note : (*jtl)->notes)
            saysLine4 = saysLine4 || note.find("first at line 4") != std::string::npos;
        QVERIFY(saysLine4);
    }

    void entitiesThatExpandWithoutEndAreHarmless()
    {
        std::string xml = "<?xml version=\"1.0\"?><!DOCTYPE testResults [<!ENTITY a0 \"aaaaaaaaaa\">";
        for (int i = 1; i < 12; ++i)
            xml += "<!ENTITY a" + std::to_string(i) + " \"&a" + std::to_string(i - 1) + ";&a" + std::to_string(i - 1)
                + ";&a" + std::to_string(i - 1) + ";&a" + std::to_string(i - 1) + ";\">";
        xml += "]><testResults><sample t=\"1\" ts=\"1\" lb=\"&a11;\"/></testResults>";
        QCOMPARE(codeOf(readText(xml)), ErrorCode::Malformed);
    }

    void stampsFarApartMakeAShortTimeline()
    {
        std::string text;
        for (int i = 0; i < 9000; ++i)
            text += point("1", std::to_string(1970 + i % 250) + "-01-0" + std::to_string(1 + i % 9) + "T00:00:00Z");
        const auto report = readText(text);
        QVERIFY(report.has_value());
        QVERIFY((*report)->timeline.size() <= 7200);
        QCOMPARE(latencyOf((*report)->requests, {}).count(), std::uint64_t{9000});
    }

    void oneWorkerAndManyFindTheSame()
    {
        Progress progress;
        for (const char *name : {"k6-v0.48-small.ndjson", "k6-v0.48-runA.ndjson.gz"}) {
            std::vector<LoadTestReport> found;
            for (const unsigned workers : {1U, 2U, 5U}) {
                auto stream = bytes::openStream(std::string(kData) + name);
                auto report = reports::readK6Ndjson(**stream, {}, progress, workers);
                QVERIFY(report.has_value());
                found.push_back(std::move(*report));
            }
            for (const LoadTestReport &other : found)
                compareReports(found.front(), other);
        }
    }

    void cancellingStopsAnyReader()
    {
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        for (const char *name : {"k6-v0.48-small.ndjson", "concurrent-users-ok.json", "artillery-1.7.9-report.json"})
            QCOMPARE(codeOf(reports::openReport(std::string(kData) + name, stop.get_token(), progress)),
                     ErrorCode::Cancelled);
    }

private:
    static void compareReports(const LoadTestReport &a, const LoadTestReport &b)
    {
        QCOMPARE(a.startedAt, b.startedAt);
        QCOMPARE(a.duration, b.duration);
        QCOMPARE(a.notes, b.notes);
        QCOMPARE(a.failureKinds, b.failureKinds);
        QCOMPARE(a.timeline.size(), b.timeline.size());
        for (std::size_t i = 0; i < a.timeline.size(); ++i) {
            QCOMPARE(a.timeline[i].range.begin, b.timeline[i].range.begin);
            QCOMPARE(a.timeline[i].users, b.timeline[i].users);
            QCOMPARE(a.timeline[i].bytesReceived, b.timeline[i].bytesReceived);
            QVERIFY(totalsOf(a, a.timeline[i]).latency == totalsOf(b, b.timeline[i]).latency);
            QCOMPARE(totalsOf(a, a.timeline[i]).failures, totalsOf(b, b.timeline[i]).failures);
        }
        QCOMPARE(a.endpoints.size(), b.endpoints.size());
        for (std::size_t i = 0; i < a.endpoints.size(); ++i) {
            QCOMPARE(a.endpoints[i].name, b.endpoints[i].name);
            QVERIFY(totalsOf(a, a.endpoints[i]).latency == totalsOf(b, b.endpoints[i]).latency);
        }
        QCOMPARE(a.scenarios.size(), b.scenarios.size());
        for (std::size_t i = 0; i < a.scenarios.size(); ++i) {
            QCOMPARE(a.scenarios[i].requests, b.scenarios[i].requests);
            for (std::size_t j = 0; j < a.scenarios[i].verdicts.size(); ++j)
                QCOMPARE(a.scenarios[i].verdicts[j].observed, b.scenarios[i].verdicts[j].observed);
        }
    }
};

QTEST_GUILESS_MAIN(TestReportBadInput)
#include "tst_report_bad_input.moc"
