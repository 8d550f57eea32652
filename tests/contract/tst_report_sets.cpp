// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are one report between them, what a file leaves open, rows that must not be counted twice, and reports
// that are shown while they are read.
#include "app/reports/report_reader.h"
#include "app/reports/report_set.h"
#include "models/loadtest/time_zone.h"
#include "models/loadtest/timeline.h"

#include <QtTest>

#include <filesystem>
#include <fstream>
#include <thread>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

const std::string kData = TAILSPAN_SOURCE_DIR "/tests/data/reports/";

std::string fileText(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
}

Result<LoadTestReportPtr> readText(std::string text, const reports::ReadOptions &options = {})
{
    Progress progress;
    return reports::readReport(bytes::sourceFromMemory("file", std::move(text)), options, {}, progress);
}

reports::OpenedReports open(const std::vector<std::string> &paths, bool joinsParts = true)
{
    Progress progress;
    return reports::openReports(paths, joinsParts, {}, {}, progress);
}

bool hasNote(const LoadTestReport &report, std::string_view words)
{
    return std::any_of(report.notes.begin(), report.notes.end(),
                       [words](const std::string &note) { return note.find(words) != std::string::npos; });
}

/// A stream that takes its time.
class SlowStream final : public bytes::ByteStream {
public:
    explicit SlowStream(std::string text) : m_text(std::move(text)) {}
    const std::string &name() const override { return m_name; }
    Result<std::size_t> read(std::span<char> target) override
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(25));
        const std::size_t count = std::min({target.size(), m_text.size() - m_at, std::size_t{64 * 1024}});
        std::copy_n(m_text.data() + m_at, count, target.data());
        m_at += count;
        return count;
    }
    std::uint64_t fileBytes() const override { return m_text.size(); }
    std::uint64_t fileBytesRead() const override { return m_at; }

private:
    std::string m_name = "slow";
    std::string m_text;
    std::size_t m_at = 0;
};

constexpr const char *kJtlHead = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success\n";

} // namespace

class TestReportSets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void theTablesOfALocustRunAreOneReportFromAnyOfThem()
    {
        for (const char *name : {"_stats.csv", "_stats_history.csv", "_failures.csv", "_exceptions.csv"}) {
            const auto opened = open({kData + "locust/run" + name});
            QVERIFY(opened.errors.empty());
            QCOMPARE(opened.reports.size(), std::size_t{1});
            const LoadTestReport &report = *opened.reports[0].report;
            QCOMPARE(report.format, std::string("locust-history"));
            QCOMPARE(report.parts.size(), std::size_t{4});
            QCOMPARE(opened.reports[0].paths.size(), std::size_t{4});
            // The statistics count more than the history, which Locust wrote less often.
            QCOMPARE(totalsOf(report).requests, std::optional<std::uint64_t>(465));
            QCOMPARE(totalsOf(report).latency.p99Ns, std::optional<std::int64_t>(68'000'000));
            QCOMPARE(report.failureKinds, std::vector<std::string>{"status 503"});
            QCOMPARE(report.endpoints.size(), std::size_t{3});
            QCOMPARE(report.peakUsers, std::optional(12.0));
            QVERIFY(hasNote(report, "360 of the 465 requests"));
            // Requests/s of the row Aggregated of run_stats.csv
            QVERIFY(std::abs(*totalsOf(report).throughputRps - 19.361817046) < 1e-6);
            QVERIFY(hasNote(report, "failed 74 times"));
            QVERIFY(!hasNote(report, "beside it has them"));
        }
    }

    void aFolderHasOneReportForEachRunInIt()
    {
        const auto files = reports::filesIn(kData + "locust");
        QVERIFY(files.has_value());
        const std::vector<reports::ReportSet> sets = reports::reportSetsOf(*files);
        std::size_t locust = 0;
        for (const reports::ReportSet &set : sets)
            locust += set.kind == reports::ReportSet::Kind::Locust ? 1 : 0;
        QCOMPARE(locust, std::size_t{2});
        QCOMPARE(reports::reportSetsOf({kData + "locust/run_failures.csv", kData + "locust/run_stats.csv"}).size(),
                 std::size_t{1});
        QVERIFY(!reports::filesIn(kData + "no such folder").has_value());
    }

    void partsOfAK6RunAreJoinedAndCopiesAreNot()
    {
        const std::string text = fileText(kData + "k6-v0.48-small.ndjson");
        std::array<std::string, 2> parts;
        std::size_t number = 0;
        for (std::size_t at = 0; at < text.size(); ++number) {
            const std::size_t end = text.find('\n', at) + 1;
            const std::string line = text.substr(at, end - at);
            const bool isDeclaration = line.starts_with(R"({"type":"Metric")");
            for (std::size_t part = 0; part < 2; ++part) {
                if (isDeclaration || number / 40 % 2 == part)
                    parts[part] += line;
            }
            at = end;
        }
        write("part1.json", parts[0]);
        write("part2.json", parts[1]);
        write("part2-copy.json", parts[1]);
        const auto apart = open({path("part1.json"), path("part2.json")}, false);
        QCOMPARE(apart.reports.size(), std::size_t{2});
        const auto joined = open({path("part1.json"), path("part2.json"), path("part2-copy.json")});
        QCOMPARE(joined.reports.size(), std::size_t{1});
        QCOMPARE(joined.notes.size(), std::size_t{1});
        const LoadTestReport &report = *joined.reports[0].report;
        const auto whole = readText(text);
        QVERIFY(whole.has_value());
        QCOMPARE(totalsOf(report).requests, totalsOf(**whole).requests);
        QCOMPARE(totalsOf(report).failures, totalsOf(**whole).failures);
        QVERIFY(totalsOf(report).latency == totalsOf(**whole).latency);
        QCOMPARE(report.startedAt, (*whole)->startedAt);
        QCOMPARE(report.timeline.size(), (*whole)->timeline.size());
        QVERIFY(hasNote(report, "Joined from 2 files of one run: part1.json, part2.json"));
    }

    void runsOneAfterTheOtherStayApart()
    {
        const auto opened = open({kData + "k6-v0.48-runA.ndjson.gz", kData + "k6-v0.48-runB-slower.ndjson.gz"});
        QCOMPARE(opened.reports.size(), std::size_t{2});
        QVERIFY(opened.notes.empty());
    }

    void theErrorsOfTaurusNameFailuresAndAreNotCountedAgain()
    {
        write("kpi.jtl",
              std::string(kJtlHead)
                  + "1700000000000,50,a,200,OK,t 1,,true\n1700000000100,60,a,500,bad,t 1,,false\n"
                    "1700000001000,70,a,200,OK,t 1,,false\n");
        write("error.jtl",
              "<?xml version=\"1.0\"?>\n<testResults version=\"1.2\">\n"
              "<httpSample t=\"60\" ts=\"1700000000100\" s=\"false\" lb=\"a\" rc=\"500\" rm=\"bad\" tn=\"t 1\"/>\n"
              "<httpSample t=\"70\" ts=\"1700000001000\" s=\"false\" lb=\"a\" rc=\"200\" rm=\"OK\" tn=\"t 1\">"
              "<assertionResult><failureMessage>no token in the answer</failureMessage></assertionResult>"
              "</httpSample>\n</testResults>\n");
        const auto opened = open({path("kpi.jtl")});
        QCOMPARE(opened.reports.size(), std::size_t{1});
        const LoadTestReport &report = *opened.reports[0].report;
        QCOMPARE(totalsOf(report).requests, std::optional<std::uint64_t>(3));
        QCOMPARE(totalsOf(report).failures, std::optional<std::uint64_t>(2));
        QVERIFY(std::find(report.failureKinds.begin(), report.failureKinds.end(), "no token in the answer")
                != report.failureKinds.end());
        QCOMPARE(report.timeline.back().failures.size(), std::size_t{1});
        QVERIFY(hasNote(report, "2 of the 2 failed requests"));
    }

    void aFileThatCannotBeReadDoesNotKeepTheOthersBack()
    {
        write("junk.json", "once upon a time");
        const auto opened = open({path("junk.json"), kData + "k6-v0.48-small.ndjson", "/no/such/file"});
        QCOMPARE(opened.reports.size(), std::size_t{1});
        QCOMPARE(opened.errors.size(), std::size_t{2});
    }

    /// date -u -d '2014-02-24 07:42:21' +%s: 1393227741
    void theZoneOfAFileIsAskedOnceAndTakenWhenGiven()
    {
        const std::string text = std::string(kJtlHead) + "2014/02/24 07:42:21.256,10,a,200,OK,t,text,true\n";
        const auto open = readText(text);
        QVERIFY(open.has_value());
        QVERIFY((*open)->assumed.zone && !(*open)->answered.zone);
        QCOMPARE((*open)->startedAt, std::optional(TimePoint(1'393'227'741'256'000'000)));
        reports::ReadOptions options;
        options.zone = ZoneRule(*parseZone("+02:00"));
        const auto answered = readText(text, options);
        QVERIFY(answered.has_value());
        QVERIFY(!(*answered)->assumed.zone && (*answered)->answered.zone);
        QCOMPARE((*answered)->startedAt, std::optional(TimePoint(1'393'220'541'256'000'000)));
        const auto named =
            readText(std::string(kJtlHead) + "2014-02-24T07:42:21.256Z,10,a,200,OK,t,text,true\n", options);
        QVERIFY(named.has_value());
        QVERIFY(!(*named)->assumed.zone && !(*named)->answered.zone);
        QCOMPARE((*named)->startedAt, (*open)->startedAt);
    }

    void zonesAreWrittenInManyWays()
    {
        QCOMPARE(parseZone("UTC").value(), Duration());
        QCOMPARE(parseZone("Z").value(), Duration());
        QCOMPARE(parseZone("UTC-03:30").value(), Duration::seconds(-12600));
        QCOMPARE(parseZone("-0330").value(), Duration::seconds(-12600));
        QCOMPARE(parseZone("+2").value(), Duration::seconds(7200));
        QCOMPARE(zoneText(Duration::seconds(-12600)), std::string("UTC-03:30"));
        for (const char *text : {"", "+", "2", "CET", "+15:00", "+02:60", "+2:3", "+123456", "+0x", "--2"})
            QVERIFY2(!parseZone(text).has_value(), text);
    }

    void transactionsWhoseRequestsAreThereAreLeftOutAndOthersCount()
    {
        const std::string transaction = "Number of samples in transaction : 2; number of failing samples : 0";
        const auto report = readText(std::string(kJtlHead) + "1700000000000,50,a,200,OK,t 1,text,true\n"
                                     + "1700000000060,50,b,200,OK,t 1,text,true\n" + "1700000000000,110,pay,,"
                                     + transaction + ",t 1,,true\n" + "1700000001000,130,search,," + transaction
                                     + ",t 2,,true\n" + "1700000002000,90,pay,," + transaction + ",t 1,,true\n");
        QVERIFY(report.has_value());
        QCOMPARE(totalsOf(**report).requests, std::optional<std::uint64_t>(4));
        QVERIFY(hasNote(**report, "1 transaction is left out"));
        QVERIFY(hasNote(**report, "2 transactions count as one request each"));
        QCOMPARE(latencyOf((*report)->requests, {}).max(), std::int64_t{130'000'000});
    }

    void theSameHoldsForXml()
    {
        const std::string rm = "rm=\"Number of samples in transaction : 1, number of failing samples : 0\"";
        const auto report = readText(
            "<testResults version=\"1.2\">\n<sample t=\"80\" ts=\"1700000000000\" s=\"true\" lb=\"pay\" " + rm
            + " tn=\"t 1\"><httpSample t=\"70\" ts=\"1700000000000\" s=\"true\" lb=\"a\" tn=\"t 1\">"
            + "<httpSample t=\"60\" ts=\"1700000000000\" s=\"true\" lb=\"a redirect\" tn=\"t 1\"/></httpSample>"
            + "</sample>\n<sample t=\"95\" ts=\"1700000001000\" s=\"true\" lb=\"search\" " + rm
            + " tn=\"t 1\"/>\n</testResults>\n");
        QVERIFY(report.has_value());
        QCOMPARE(totalsOf(**report).requests, std::optional<std::uint64_t>(2));
        QVERIFY(hasNote(**report, "1 transaction is left out"));
        QVERIFY(hasNote(**report, "1 transaction counts as one request each"));
    }

    void aClockThatGoesBackIsSaid()
    {
        std::string jtl = kJtlHead;
        for (int i = 0; i < 20; ++i)
            jtl += std::to_string(1'700'000'000'000 + i * 100 - (i >= 10 ? 5'000 : 0)) + ",10,a,200,OK,t,text,true\n";
        const auto report = readText(jtl);
        QVERIFY(report.has_value());
        QCOMPARE((*report)->clockStepsBack, std::uint64_t{1});
        QCOMPARE((*report)->farthestStepBack, Duration::milliseconds(4900));
        QVERIFY(hasNote(**report, "goes back 1 time, by up to 4.90 s"));
        const auto fine = readText(fileText(kData + "k6-v0.48-small.ndjson"));
        QVERIFY(fine.has_value());
        QCOMPARE((*fine)->clockStepsBack, std::uint64_t{0});
    }

    void aReportIsShownWhileItIsRead()
    {
        const std::string k6 = fileText(kData + "k6-v0.48-small.ndjson");
        std::string jtl = kJtlHead;
        for (int i = 0; i < 60'000; ++i)
            jtl += std::to_string(1'700'000'000'000 + i * 10) + ",10,a,200,OK,t " + std::to_string(i % 7)
                + ",text,true\n";
        for (const std::string &text : {k6 + k6 + k6 + k6, jtl}) {
            SlowStream stream(text);
            const auto reader = reports::readerFor({text.substr(0, bytes::kHeadBytes), false}, "slow");
            QVERIFY(reader.has_value());
            std::vector<LoadTestReport> parts;
            reports::ReadOptions options;
            options.partial = [&parts](LoadTestReport part) { parts.push_back(std::move(part)); };
            Progress progress;
            const auto report = (*reader)->readWith(stream, options, {}, progress);
            QVERIFY(report.has_value());
            QVERIFY2(parts.size() >= 1, (*reader)->info().id);
            std::uint64_t before = 0;
            for (const LoadTestReport &part : parts) {
                const std::uint64_t requests = requestCount(part.requests, {});
                QVERIFY(requests >= before && requests <= requestCount(report->requests, {}));
                before = requests;
            }
            QVERIFY(before > 0 && parts.back().contents.hasLatency);
        }
    }

private:
    std::string path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)).toStdString(); }
    void write(const char *name, const std::string &text) const { std::ofstream(path(name), std::ios::binary) << text; }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestReportSets)
#include "tst_report_sets.moc"
