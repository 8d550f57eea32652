// SPDX-License-Identifier: GPL-3.0-or-later
// What single formats of load-test reports hide: units, clocks, rows that are missing, corrections nobody asked for.
#include "app/reports/hdr_log.h"
#include "app/reports/k6_csv.h"
#include "app/reports/report_reader.h"
#include "models/loadtest/timeline.h"

#include <QtTest>

#include <algorithm>
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

LoadTestReportPtr opened(const std::string &name)
{
    Progress progress;
    auto report = reports::openReport(kData + name, {}, progress);
    return report ? *report : nullptr;
}

std::string fileText(const std::string &name)
{
    std::ifstream in(kData + name, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
}

bool saysSo(const LoadTestReport &report, const char *words)
{
    return std::any_of(report.notes.begin(), report.notes.end(),
                       [words](const std::string &note) { return note.find(words) != std::string::npos; });
}

std::string k6Rows(const std::string &stamp)
{
    return "metric_name,timestamp,metric_value,error,group,status,name,extra_tags\n"
           "http_reqs,"
        + stamp + ",1.000000,,::a,200,One,\nhttp_req_duration," + stamp + ",250.500000,,::a,200,One,\n";
}

const Verdict *verdictOn(const LoadTestReport &report, const std::string &criterion)
{
    for (const Scenario &scenario : report.scenarios) {
        for (const Verdict &verdict : scenario.verdicts) {
            if (verdict.criterion == criterion)
                return &verdict;
        }
    }
    return nullptr;
}

} // namespace

class TestReportFormats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTimeFormatOfK6CsvIsTheSameMoment_data()
    {
        QTest::addColumn<qint64>("ns");
        // date -u -d @1795443674 --iso-8601=seconds
        QTest::newRow("1795443674") << qint64{1795443674000000000};
        QTest::newRow("1795443674230") << qint64{1795443674230000000};
        QTest::newRow("1795443674230814") << qint64{1795443674230814000};
        QTest::newRow("1795443674230814170") << qint64{1795443674230814170};
        QTest::newRow("2026-11-23T14:21:14Z") << qint64{1795443674000000000};
        QTest::newRow("2026-11-23T14:21:14.230814170Z") << qint64{1795443674230814170};
        QTest::newRow("2026-11-23T15:21:14.23+01:00") << qint64{1795443674230000000};
    }
    void everyTimeFormatOfK6CsvIsTheSameMoment()
    {
        QFETCH(qint64, ns);
        const auto report = readText(k6Rows(QTest::currentDataTag()));
        QVERIFY(report.has_value());
        QCOMPARE(((*report)->startedAt.value() + (*report)->duration.value()).ns(), ns);
        QCOMPARE((*report)->duration->ns(), qint64{250500000});
        QCOMPARE((*report)->endpoints.at(0).name, std::string("One"));
        QCOMPARE(saysSo(**report, "whole seconds"), QByteArray(QTest::currentDataTag()).size() == 10);
    }

    void k6CsvAndJsonOfOneRunAreOneReport()
    {
        const auto csv = opened("k6-v0.48-small.csv");
        const auto json = opened("k6-v0.48-small.ndjson");
        QVERIFY(csv && json);
        QCOMPARE(csv->endpoints.size(), json->endpoints.size());
        for (std::size_t i = 0; i < csv->endpoints.size(); ++i) {
            QCOMPARE(csv->endpoints[i].name, json->endpoints[i].name);
            QVERIFY(totalsOf(*csv, csv->endpoints[i]).latency == totalsOf(*json, json->endpoints[i]).latency);
        }
        QCOMPARE(csv->failureKinds, json->failureKinds);
        QCOMPARE(csv->timeline.size(), json->timeline.size());
        QCOMPARE(csv->peakUsers, json->peakUsers);
        QCOMPARE(csv->checks.size(), json->checks.size());
        for (std::size_t i = 0; i < csv->checks.size(); ++i) {
            QCOMPARE(csv->checks[i].name, json->checks[i].name);
            QCOMPARE(csv->checks[i].passes, json->checks[i].passes);
        }
        QVERIFY(csv->thresholds.empty());
        QVERIFY(saysSo(*csv, "neither the limits"));
    }

    void k6CsvQuotesMayHoldAnything()
    {
        const auto report = readText("metric_name,timestamp,metric_value,error,name,status\n"
                                     "http_reqs,1795443674,1,\"dial, \"\"x\"\"\nrefused\",\"a \"\"b\"\", c\",0\n"
                                     "http_reqs,1795443674,1,,d,200\nhttp_reqs,1795443675,1,,d\n");
        QVERIFY(report.has_value());
        QCOMPARE(totalsOf(**report).requests, std::optional<std::uint64_t>(2));
        QCOMPARE((*report)->failureKinds, std::vector<std::string>{"dial, \"x\""});
        QCOMPARE((*report)->endpoints.at(0).name, std::string("a \"b\", c"));
        QCOMPARE((*report)->quality.count(QualityIssue::WrongWidthRow), std::uint64_t{1});
        QVERIFY(saysSo(**report, "at line 5"));
    }

    void aStrayQuoteInK6CsvCostsItsRowOnly()
    {
        std::string text = k6Rows("1795443674") + "http_reqs,1795443674,1,\"no end,::a,200,One,\n";
        for (int i = 0; i < 100'000; ++i)
            text += "http_reqs,1795443675,1,,::a,200,One,\n";
        const auto report = readText(text);
        QVERIFY(report.has_value());
        QCOMPARE(totalsOf(**report).requests, std::optional<std::uint64_t>(100'001));
        QCOMPARE((*report)->quality.count(QualityIssue::WrongWidthRow), std::uint64_t{1});
    }

    void oneWorkerAndManyReadK6CsvTheSame()
    {
        Progress progress;
        const std::string text = fileText("k6-v0.48-small.csv");
        const std::size_t head = text.find('\n') + 1;
        std::string many = text;
        for (int i = 0; i < 8; ++i)
            many += text.substr(head);
        std::vector<LoadTestReport> found;
        for (const unsigned workers : {1U, 2U, 5U}) {
            auto stream = bytes::streamOf(bytes::sourceFromMemory("file", many));
            auto report = reports::readK6Csv(*stream, {}, progress, workers);
            QVERIFY(report.has_value());
            found.push_back(std::move(*report));
        }
        QCOMPARE(totalsOf(found[0]).requests, std::optional<std::uint64_t>(9 * 172));
        for (const LoadTestReport &other : found) {
            QCOMPARE(other.notes, found[0].notes);
            QVERIFY(totalsOf(other).latency == totalsOf(found[0]).latency);
            QCOMPARE(other.timeline.size(), found[0].timeline.size());
            QCOMPARE(other.failureKinds, found[0].failureKinds);
        }
    }

    void dashboardsKnowLimitsStepsAndParts()
    {
        for (const char *name :
             {"k6-v0.49-dashboard.ndjson.gz", "k6-dashboard-layout2.ndjson", "k6-dashboard-export.html"}) {
            const auto report = opened(name);
            QVERIFY(report);
            // jq 'select(.event=="snapshot")' | jq -s length: 16, and what is left over
            QCOMPARE(report->timeline.size(), std::size_t{17});
            QCOMPARE(report->contents.latencyDetail, LatencyDetail::Steps);
            QCOMPARE(report->timeline[3].users, std::optional(8.0));
            QCOMPARE(totalsOf(*report, report->timeline[3]).requests, std::optional<std::uint64_t>(90));
            QCOMPARE(totalsOf(*report, report->timeline[3]).failures, std::optional<std::uint64_t>(3));
            QCOMPARE(totalsOf(*report, report->timeline[16]).requests, std::optional<std::uint64_t>(6));
            QCOMPARE(report->endpoints.size(), std::size_t{4}); // jq '.data | keys' of the last totals
            const Verdict *p95 = verdictOn(*report, "http_req_duration p(95)");
            QVERIFY(p95 != nullptr);
            QCOMPARE(p95->passed, std::optional(true));
            QCOMPARE(p95->observed, std::optional(44.094));
            QCOMPARE(p95->unit, std::string("ms"));
            const Verdict *failed = verdictOn(*report, "http_req_failed rate"); // 0.01829 < 0.01
            QVERIFY(failed != nullptr);
            QCOMPARE(failed->passed, std::optional(false));
            const Verdict *part = verdictOn(*report, "http_req_duration{name:GetJobs} p(95)");
            QVERIFY(part != nullptr);
            QVERIFY(!part->passed);
        }
    }

    void theDataOfADashboardPageMayStandFarBehind()
    {
        std::string html = fileText("k6-dashboard-export.html");
        html.insert(html.find("<body>"), "<script>" + std::string(200'000, 'x') + "</script>");
        const auto report = readText(html);
        QVERIFY(report.has_value());
        QCOMPARE(totalsOf(**report).requests, std::optional<std::uint64_t>(4044));
    }

    void autocannonsCorrectionIsSaid()
    {
        const auto report = opened("autocannon-cli.json");
        QVERIFY(report);
        QVERIFY(saysSo(*report, "histogram holds 35,112 values"));
        QVERIFY(saysSo(*report, "200 of 1,292 requests that were sent"));
        QCOMPARE(report->contents.latencyDetail, LatencyDetail::Totals);
        std::string text = fileText("autocannon-cli.json");
        text.replace(text.find("35112"), 5, "1092");
        const auto honest = readText(text);
        QVERIFY(honest.has_value());
        QVERIFY(!saysSo(**honest, "histogram holds"));
    }

    void whatHeyLeavesOutIsSaid()
    {
        const auto report = opened("hey.csv");
        QVERIFY(report);
        QVERIFY(!report->startedAt);
        QVERIFY(!report->timeline.empty());
        QVERIFY(saysSo(*report, "writes no row for a request without a response"));
        QVERIFY(saysSo(*report, "does not say when the run began"));
        const auto errors = readText("\nSummary:\n  Total:\t1.0000 secs\n  Requests/sec:\t12.0000\n\n"
                                     "Status code distribution:\n  [200]\t2 responses\n\n"
                                     "Error distribution:\n  [10]\tGet \"http://127.0.0.1:1\": refused\n");
        QVERIFY(errors.has_value());
        QCOMPARE(totalsOf(**errors).requests, std::optional<std::uint64_t>(12));
        QCOMPARE(totalsOf(**errors).failures, std::optional<std::uint64_t>(10));
        QVERIFY((*errors)->contents.isComplete);
    }

    void wrkOutagesAreFailures()
    {
        const auto report = readText("Running 4s test @ http://127.0.0.1:1/\n  1 threads and 4 connections\n"
                                     "  Thread Stats   Avg      Stdev     Max   +/- Stdev\n"
                                     "    Latency     0.00us    0.00us   0.00us    -nan%\n"
                                     "  0 requests in 4.00s, 0.00B read\n"
                                     "  Socket errors: connect 4, read 10, write 0, timeout 1\n"
                                     "Requests/sec:      0.00\nTransfer/sec:       0.00B\n");
        QVERIFY(report.has_value());
        QCOMPARE(totalsOf(**report).requests, std::optional<std::uint64_t>(15));
        QCOMPARE(totalsOf(**report).errorRatio, std::optional(1.0));
        const auto wrk2 = opened("wrk2.txt");
        QVERIFY(wrk2);
        QCOMPARE(wrk2->tool, std::string("wrk2"));
        QCOMPARE(wrk2->contents.latencyDetail, LatencyDetail::Buckets);
        QVERIFY(saysSo(*wrk2, "of the last 237 of 1,441 responses"));
    }

    void theUnitOfAHistogramLogIsFoundOrGivenAndSaid()
    {
        Progress progress;
        const auto found = opened("hdr-v2-tags.hlog");
        QVERIFY(found);
        QVERIFY(saysSo(*found, "taken as microseconds"));
        QCOMPARE(found->endpoints.size(), std::size_t{2});
        QCOMPARE(found->timeline.size(), std::size_t{6});
        auto stream = bytes::openStream(std::string(kData) + "hdr-v1.hlog");
        const auto given = reports::readHdrLog(**stream, Duration::milliseconds(1), {}, progress);
        QVERIFY(given.has_value());
        QVERIFY(saysSo(*given, "as asked"));
        QVERIFY(std::abs(static_cast<double>(*totalsOf(*given).latency.p50Ns) / 30.6e9 - 1) < 0.01);
    }

    void histogramsThatLieAreCounted()
    {
        const std::string head = "#[Histogram log format version 1.3]\n#[StartTime: 1795444000.250 (seconds)]\n";
        QCOMPARE(codeOf(readText(head + "0.0,1.0,1.0,HISTFAAAAA==\n")), ErrorCode::Malformed);
        const std::string good = fileText("hdr-v0.hlog");
        const auto report = readText(good + "7.0,1.0,1.0,HISTFAAAAEJ42pNp\n8.0,1.0,1.0,????\n9.0,x,1,HISTFAAAAEJ4\n");
        QVERIFY(report.has_value());
        QCOMPARE((*report)->quality.count(QualityIssue::MalformedRecord), std::uint64_t{3});
        QCOMPARE(totalsOf(**report).requests, std::optional<std::uint64_t>(600));
    }

    void hostileNumbersDoNoHarm()
    {
        for (const char *text :
             {"1795444362228330257,200,99999999999999999999,0,0,,,a\n9223372036854775807,200,9223372036854775807,1,1,,,"
              "a\n",
              R"({"attack":"a","seq":1,"code":200,"timestamp":"9999-12-31T23:59:59Z","latency":9223372036854775807})"
              "\n",
              R"({"latency":{"p97_5":1e999,"mean":-1},"requests":{"total":18446744073709551615,"sent":-1},)"
              R"("throughput":{},"errors":18446744073709551615})",
              "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n"
              "1e300,0,0,0,0,0,200,1e300\n-1,0,0,0,0,0,200,0\n",
              "Running 1s test @ x\n  99999999999999999999 requests in 1e300s, 1B read\nTransfer/sec: 1B\n",
              "starttime\tseconds\tctime\tdtime\tttime\twait\nx\t9223372036854775807\t0\t0\t9223372036854775807\t0\n",
              "Value(ms)  Percentile  TotalCount  1/(1-Percentile)\n1e300 0.5 18446744073709551615 2\n",
              "label,avg_rt,throughput,fail\n,1e300,18446744073709551615,-5\n",
              R"({"event":"param","data":{"period":1e300}})"
              "\n"
              R"({"event":"snapshot","data":{"time":{"value":1e300},"http_reqs":{"count":18446744073709551615}}})"
              "\n"}) {
            const auto report = readText(text);
            QVERIFY2(report.has_value(), report ? "" : report.error().text().c_str());
            (void)totalsOf(**report);
            (void)regrouped((*report)->timeline, Duration::seconds(5));
        }
    }

    void everyReportSaysHowWellItKnowsItsLatencies()
    {
        const std::pair<const char *, LatencyDetail> kCases[] = {
            {"k6-v0.48-small.ndjson", LatencyDetail::Requests},
            {"k6-v0.48-small.csv", LatencyDetail::Requests},
            {"handle-summary-a.json", LatencyDetail::Totals},
            {"artillery-1.7.9-report.json", LatencyDetail::Requests},
            {"artillery-2.0.34-report.json", LatencyDetail::Steps},
            {"concurrent-users-ok.json", LatencyDetail::None},
            {"vegeta-results.gob", LatencyDetail::Requests},
            {"vegeta-report.json", LatencyDetail::Totals},
            {"hdr-v1.hlog", LatencyDetail::Buckets},
            {"ab.txt", LatencyDetail::Totals},
            {"hey.csv", LatencyDetail::Requests},
            {"taurus-final.xml", LatencyDetail::Totals}};
        for (const auto &[name, detail] : kCases) {
            const auto report = opened(name);
            QVERIFY(report);
            QCOMPARE(report->contents.latencyDetail, detail);
            QVERIFY(saysSo(*report, latencyDetailNote(detail)));
        }
    }

    void cancellingStopsTheNewReaders()
    {
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        for (const char *name : {"k6-v0.48-small.csv", "k6-dashboard-layout2.ndjson", "vegeta-results.gob",
                                 "vegeta-results.ndjson", "vegeta-results.csv", "hey.csv", "hdr-v1.hlog", "wrk.txt"})
            QCOMPARE(codeOf(reports::openReport(std::string(kData) + name, stop.get_token(), progress)),
                     ErrorCode::Cancelled);
    }

private:
    static ErrorCode codeOf(const Result<LoadTestReportPtr> &report)
    {
        return report ? ErrorCode::Internal : report.error().code;
    }
};

QTEST_GUILESS_MAIN(TestReportFormats)
#include "tst_report_formats.moc"
