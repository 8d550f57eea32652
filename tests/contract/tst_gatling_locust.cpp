// SPDX-License-Identifier: GPL-3.0-or-later
// The layouts of Gatling and Locust over their versions, and what they look like when they are cut off or damaged.
#include "app/reports/report_reader.h"
#include "models/loadtest/timeline.h"

#include <QtTest>

#include <fstream>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

constexpr const char *kData = TAILSPAN_SOURCE_DIR "/tests/data/reports/locust/";

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

/// Writes Gatling's binary log.
class BinaryLog {
public:
    std::string bytes;

    void number(std::int64_t value, int size)
    {
        for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
            bytes += static_cast<char>(value >> shift & 0xFF);
    }
    void text(std::string_view value, char coder = 0)
    {
        number(static_cast<std::int64_t>(value.size()), 4);
        if (!value.empty())
            bytes += std::string(value) + coder;
    }
    /// New with its number, or by the number it has.
    void cached(int index, std::string_view value = {}, char coder = 0)
    {
        number(index, 4);
        if (index > 0)
            text(value, coder);
    }
    void run(std::int64_t startMs)
    {
        number(0, 1);
        text("3.13.1");
        text("Sim");
        number(startMs, 8);
        text("");
        number(1, 4);
        text("scenario");
        number(0, 4);
    }
    void user(bool isStart, int ms)
    {
        number(2, 1);
        number(0, 4);
        number(isStart ? 1 : 0, 1);
        number(ms, 4);
    }
    void times(int start, std::int64_t end, bool isOk)
    {
        number(start, 4);
        number(end, 4);
        number(isOk ? 1 : 0, 1);
    }
};

BinaryLog sampleLog()
{
    BinaryLog log;
    log.run(1'700'000'000'000);
    log.user(true, 0);
    log.user(true, 10);
    log.number(1, 1); // a request outside of groups
    log.number(0, 4);
    log.cached(1, "home");
    log.times(100, 150, true);
    log.cached(2, "");
    log.number(1, 1); // one inside "cart", failed, with a message in UTF-16
    log.number(1, 4);
    log.cached(3, "cart");
    log.cached(-1);
    log.times(200, 1200, false);
    log.cached(4, std::string("\xe9\x00 \x00\x35\x00", 6), 1);
    log.number(3, 1); // the group
    log.number(1, 4);
    log.cached(-3);
    log.number(200, 4);
    log.times(1200, 1000, false);
    log.number(4, 1); // an error of the script
    log.cached(5, "no such session key");
    log.number(1300, 4);
    log.user(false, 1400);
    return log;
}

std::uint64_t requestsOf(const LoadTestReport &report)
{
    return totalsOf(report).requests.value_or(0);
}

bool hasNote(const LoadTestReport &report, std::string_view words)
{
    return std::any_of(report.notes.begin(), report.notes.end(),
                       [words](const std::string &note) { return note.find(words) != std::string::npos; });
}

} // namespace

class TestGatlingLocust : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The same run in the four layouts; the version named is a wrong one on purpose.
    void everyLayoutOfTheTextLogIsTheSameRun_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("2.0") << QByteArray("Sim\tid\tRUN\t1700000000000\t \t3.5.1\n"
                                           "s\t1\tUSER\tSTART\t1700000000000\t0\n"
                                           "s\t1\tREQUEST\tcart\tadd\t1700000000100\t1700000000110\t1700000000140\t"
                                           "1700000000150\tOK\t \n"
                                           "s\t1\tREQUEST\t\tpay 2\t1700000000200\t1700000000210\t1700000001190\t"
                                           "1700000001200\tKO\tstatus 503\n"
                                           "s\t1\tUSER\tEND\t1700000000000\t1700000001400\n");
        QTest::newRow("2.2") << QByteArray("RUN\tSim\tuid\tid\t1700000000000\t \t3.5.1\n"
                                           "USER\ts\t1\tSTART\t1700000000000\t0\n"
                                           "REQUEST\ts\t1\tcart\tadd\t1700000000100\t1700000000150\tOK\t \n"
                                           "REQUEST\ts\t1\t\tpay 2\t1700000000200\t1700000001200\tKO\tstatus 503\n"
                                           "USER\ts\t1\tEND\t1700000000000\t1700000001400\n");
        QTest::newRow("3.0") << QByteArray("RUN\tSim\tid\t1700000000000\t \t2.0\n"
                                           "USER\ts\t1\tSTART\t1700000000000\t1700000000000\n"
                                           "REQUEST\t1\tcart\tadd\t1700000000100\t1700000000150\tOK\t \n"
                                           "REQUEST\t1\t\tpay 2\t1700000000200\t1700000001200\tKO\tstatus 503\n"
                                           "USER\ts\t1\tEND\t1700000000000\t1700000001400\n");
        QTest::newRow("3.4") << QByteArray("ASSERTION\tAAMDAAMD\nRUN\tSim\tid\t1700000000000\t \t2.0\n"
                                           "USER\ts\tSTART\t1700000000000\n"
                                           "REQUEST\tcart\tadd\t1700000000100\t1700000000150\tOK\t \n"
                                           "REQUEST\t\tpay 2\t1700000000200\t1700000001200\tKO\tstatus 503\n"
                                           "GROUP\tcart\t1700000000100\t1700000000150\t50\tOK\n"
                                           "USER\ts\tEND\t1700000001400\n");
    }
    void everyLayoutOfTheTextLogIsTheSameRun()
    {
        QFETCH(QByteArray, text);
        const auto report = readText(text.toStdString());
        QVERIFY2(report.has_value(), report ? "" : report.error().text().c_str());
        const LoadTestReport &r = **report;
        QCOMPARE(r.format, std::string("gatling-text"));
        QVERIFY(r.quality.isClean() && r.contents.isComplete);
        QCOMPARE(requestsOf(r), std::uint64_t{2});
        QCOMPARE(r.endpoints.at(0).name, std::string("cart / add"));
        QCOMPARE(r.endpoints.at(1).name, std::string("pay 2"));
        QCOMPARE(r.endpoints.at(1).requests.of(RequestClass::Failed).latency.max(), std::int64_t{1'000'000'000});
        QCOMPARE(r.failureKinds, std::vector<std::string>{"status N"});
        QCOMPARE(r.peakUsers, std::optional(1.0));
        QCOMPARE(r.startedAt, std::optional(TimePoint(1'700'000'000'000'000'000)));
        QCOMPARE(r.duration, std::optional(Duration::milliseconds(1400)));
    }

    void usersWhoseEndWasNeverWrittenStayToTheEndOfTheRun()
    {
        const auto report = readText("RUN\tSim\tid\t1700000000000\t \t3.10.0\nUSER\ts\tSTART\t1700000000000\n"
                                     "REQUEST\t\ta\t1700000000100\t1700000000150\tOK\t \n"
                                     "REQUEST\t\ta\t1700000005100\t1700000005150\tOK\t \n");
        QVERIFY(report.has_value());
        QCOMPARE((*report)->timeline.size(), std::size_t{6});
        for (const Bucket &bucket : (*report)->timeline)
            QCOMPARE(bucket.users, std::optional(1.0));
    }

    void theBinaryLogIsReadWithItsTextsAndUsers()
    {
        const auto report = readText(sampleLog().bytes);
        QVERIFY2(report.has_value(), report ? "" : report.error().text().c_str());
        const LoadTestReport &r = **report;
        QCOMPARE(r.format, std::string("gatling-binary"));
        QCOMPARE(r.tool, std::string("Gatling 3.13.1"));
        QVERIFY(r.quality.isClean());
        QCOMPARE(requestsOf(r), std::uint64_t{2});
        QCOMPARE(r.endpoints.at(0).name, std::string("cart / home"));
        QCOMPARE(r.endpoints.at(1).name, std::string("home"));
        QCOMPARE(r.failureKinds, std::vector<std::string>{"\xC3\xA9 N"});
        QCOMPARE(r.peakUsers, std::optional(2.0));
        QCOMPARE(r.timeline.back().users, std::optional(2.0));
        QVERIFY(hasNote(r, "no such session key"));
    }

    void aBinaryLogCutAnywhereKeepsItsWholeRecords()
    {
        const std::string whole = sampleLog().bytes;
        for (std::size_t size = 30; size < whole.size(); ++size) {
            const auto report = readText(whole.substr(0, size));
            if (!report) {
                QVERIFY(!report.error().text().empty());
                continue;
            }
            QVERIFY(requestsOf(**report) <= 2);
            QCOMPARE((*report)->contents.isComplete, (*report)->quality.count(QualityIssue::Truncated) == 0);
        }
    }

    void impossibleLengthsAndNumbersEndABinaryLog()
    {
        BinaryLog unknownText = sampleLog();
        unknownText.number(4, 1);
        unknownText.cached(-9);
        BinaryLog hugeText = sampleLog();
        hugeText.number(4, 1);
        hugeText.number(6, 4);
        hugeText.number(2'000'000'000, 4);
        BinaryLog unknownKind = sampleLog();
        unknownKind.number(77, 1);
        BinaryLog manyGroups = sampleLog();
        manyGroups.number(1, 1);
        manyGroups.number(2'000'000'000, 4);
        for (const BinaryLog &log : {unknownText, hugeText, unknownKind, manyGroups}) {
            const auto report = readText(log.bytes);
            QVERIFY(report.has_value());
            QCOMPARE(requestsOf(**report), std::uint64_t{2});
            QCOMPARE((*report)->quality.count(QualityIssue::MalformedRecord), std::uint64_t{1});
            QVERIFY(!(*report)->contents.isComplete);
            QVERIFY(hasNote(**report, "stops being readable at byte"));
        }
    }

    void aRequestThatNeverEndedIsCountedAsSuch()
    {
        BinaryLog log = sampleLog();
        log.number(1, 1);
        log.number(0, 4);
        log.cached(-1);
        log.times(300, -2'147'483'648LL, true);
        log.cached(-2);
        const auto report = readText(log.bytes);
        QVERIFY(report.has_value());
        QCOMPARE(requestsOf(**report), std::uint64_t{2});
        QCOMPARE((*report)->quality.count(QualityIssue::MissingField), std::uint64_t{1});
    }

    /// With --csv-full-history percentiles are those of ten seconds; without it they cover the whole run.
    void percentilesOfAHistoryAreShownOverTimeOnlyWhereTheyAreOfTheMoment()
    {
        const auto full = readText(fileText("run_stats_history.csv"));
        QVERIFY(full.has_value());
        QCOMPARE((*full)->contents.latencyDetail, LatencyDetail::Steps);
        // awk -F, '$4=="Aggregated" && $1==1795443953 {print $11, $12, $14}': 47 51 65
        QCOMPARE((*full)->timeline.back().reportedLatency->p95Ns, std::optional<std::int64_t>(51'000'000));
        QCOMPARE((*full)->timeline.back().users, std::optional(12.0));
        QCOMPARE((*full)->endpoints.size(), std::size_t{3});
        const auto brief = readText(fileText("nofull_stats_history.csv"));
        QVERIFY(brief.has_value());
        QCOMPARE((*brief)->contents.latencyDetail, LatencyDetail::Totals);
        QVERIFY(!(*brief)->timeline.back().reportedLatency->p95Ns);
        // (365 * 21.299585816 - 322 * 21.546529562) / 43 = 19.45 ms
        QVERIFY(std::abs(*(*brief)->timeline.back().reportedLatency->meanNs - 19'450'379) < 1000);
        QCOMPARE((*brief)->timeline.back().requests.of(RequestClass::Failed).count, std::uint64_t{5});
    }

    void blankLinesThatWindowsPutsBetweenRowsAreNoRows()
    {
        std::string text;
        for (const char c : fileText("run_stats.csv"))
            text += c == '\r' ? std::string("\r\r") : std::string{c};
        const auto report = readText(text);
        QVERIFY(report.has_value());
        QCOMPARE(requestsOf(**report), std::uint64_t{465});
        QVERIFY((*report)->quality.isClean());
    }

    void countsThatLocustSetBackAreAddedUp()
    {
        const std::string head = "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,Total Request Count,"
                                 "Total Failure Count\n";
        const auto report = readText(head + "100,1,,Aggregated,1,0,5,10,1\n101,2,,Aggregated,1,0,5,4,0\n"
                                     + "102,2,,Aggregated,1,0,5,9,2\n");
        QVERIFY(report.has_value());
        QCOMPARE(requestsOf(**report), std::uint64_t{19});
        QCOMPARE(totalsOf(**report).failures, std::optional<std::uint64_t>(3));
        QVERIFY(hasNote(**report, "--reset-stats"));
    }

    void aHistoryWhoseClockGoesBackSaysSo()
    {
        const std::string head = "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,Total Request Count,"
                                 "Total Failure Count\n";
        const auto report = readText(head + "1000,1,,Aggregated,1,0,5,10,0\n990,2,,Aggregated,1,0,5,14,0\n"
                                     + "1001,2,,Aggregated,1,0,5,20,0\n");
        QVERIFY(report.has_value());
        QCOMPARE((*report)->clockStepsBack, std::uint64_t{1});
        QCOMPARE((*report)->farthestStepBack, Duration::seconds(10));
        QCOMPARE(requestsOf(**report), std::uint64_t{20});
        QVERIFY(hasNote(**report, "goes back 1 time"));
    }

    /// Rates of the page are shown as rates; nothing is counted from them.
    void aPageHasRatesOverTimeAndCountsForTheRun()
    {
        for (const char *name : {"locust-2.12.1-report.html", "locust-template-args.html"}) {
            const auto report = readText(fileText(name));
            QVERIFY2(report.has_value(), name);
            const LoadTestReport &r = **report;
            QVERIFY(r.timeline.size() >= 3);
            QVERIFY(r.startedAt && r.timeline.front().range.begin == *r.startedAt);
            const Totals second = totalsOf(r, r.timeline[2]);
            QVERIFY(!second.requests && second.throughputRps && second.errorRatio);
            QVERIFY(r.timeline[2].reportedLatency->p50Ns && r.timeline[2].reportedLatency->p95Ns);
            QCOMPARE(r.failureKinds, std::vector<std::string>{"status 503"});
            QVERIFY(r.contents.hasUsers);
        }
    }
};

QTEST_GUILESS_MAIN(TestGatlingLocust)
#include "tst_gatling_locust.moc"
