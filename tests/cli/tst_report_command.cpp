// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/report_run.h"

#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include <filesystem>
#include <fstream>

using namespace tailspan::cli;
using namespace tailspan::test;

namespace {

/// The keys of an object, sorted, separated by blanks.
std::string keysOf(const Json &object)
{
    std::string keys;
    for (const auto &item : object.items())
        keys += (keys.empty() ? "" : " ") + item.key();
    return keys;
}

class TemporaryFile {
public:
    TemporaryFile(const std::string &name, const std::string &text)
        : m_path((std::filesystem::temp_directory_path() / name).string())
    {
        std::ofstream(m_path, std::ios::binary) << text;
    }
    ~TemporaryFile() { std::filesystem::remove(m_path); }
    [[nodiscard]] const std::string &path() const { return m_path; }

private:
    std::string m_path;
};

} // namespace

class TestReportCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jsonHoldsTheContractsFields()
    {
        const Outcome outcome = run({data("k6-v0.48-small.ndjson"), "--json"});
        QCOMPARE(outcome.code, ExitCode::VerdictFailed); // http_req_failed rate<0.01 does not hold
        QVERIFY(outcome.err.empty());
        const Json report = outcome.json();
        QCOMPARE(
            keysOf(report),
            std::string("durationNs endpoints format latencyDetail notes scenarios startedAtNs timeline tool totals"));
        const Json totals = report["totals"];
        QCOMPARE(keysOf(totals), std::string("errorRatio failures latencyNs requests throughputRps"));
        QCOMPARE(keysOf(totals["latencyNs"]), std::string("max mean p50 p90 p95 p99"));
        QCOMPARE(totals["requests"], Json(172));
        const Json step = report["timeline"].front();
        QCOMPARE(keysOf(step), std::string("beginNs endNs failures latencyNs requests users"));
        const Json scenario = report["scenarios"].front();
        QCOMPARE(keysOf(scenario), std::string("durationNs name verdicts"));
        QCOMPARE(keysOf(scenario["verdicts"].front()),
                 std::string("comparison criterion limit observed origin passed unit"));
        QCOMPARE(keysOf(report["endpoints"].front()), std::string("failures latencyNs name requests"));
    }

    void aFolderIsOneReportForEachRunInIt()
    {
        const Outcome one = run({data("locust/run_failures.csv"), "--json"});
        QCOMPARE(one.code, ExitCode::Fine);
        QCOMPARE(one.json()["format"], Json("locust-history"));
        QCOMPARE(one.json()["totals"]["requests"], Json(465));
        const Outcome folder = run({data("locust"), "--json"});
        QCOMPARE(folder.code, ExitCode::Fine);
        QCOMPARE(folder.json()["reports"].size(), std::size_t{6});
        QCOMPARE(run({data("locust"), data("no such file")}).code, ExitCode::InputUnreadable);
    }

    void filesAreJoinedOnlyWhenAsked()
    {
        const std::string head = "timeStamp,elapsed,label,responseCode,threadName,success,allThreads\n";
        const TemporaryFile a("tailspan-a.jtl",
                              head + "1700000000000,50,a,200,t,true,3\n1700000002000,50,a,200,t,true,3\n");
        const TemporaryFile b("tailspan-b.jtl",
                              head + "1700000000500,70,a,200,t,true,2\n1700000002100,70,a,200,t,true,2\n");
        QCOMPARE(run({a.path(), b.path(), "--json"}).json()["reports"].size(), std::size_t{2});
        const Json joined = run({a.path(), b.path(), "--json", "--together"}).json();
        QCOMPARE(joined["totals"]["requests"], Json(4));
        QCOMPARE(joined["timeline"].front()["users"], Json(5.0));
    }

    void theZoneOfTimesWithoutOneIsTaken()
    {
        const TemporaryFile file("tailspan-zone.jtl",
                                 "timeStamp,elapsed,label,success\n2014/02/24 07:42:21.256,10,a,true\n");
        const std::int64_t utc = run({file.path(), "--json"}).json()["startedAtNs"].get<std::int64_t>();
        const std::int64_t east =
            run({file.path(), "--json", "--zone", "+02:00"}).json()["startedAtNs"].get<std::int64_t>();
        QCOMPARE(utc - east, std::int64_t{7'200'000'000'000});
        QCOMPARE(run({file.path(), "--zone", "CET"}).code, ExitCode::WrongUsage);
        QCOMPARE(run({file.path(), "--zone"}).code, ExitCode::WrongUsage);
    }

    void latenciesWithoutAUnitTakeTheOneThatIsGiven()
    {
        const auto p50 = [](const std::vector<std::string> &arguments) {
            return run(arguments).json()["totals"]["latencyNs"]["p50"].get<std::int64_t>();
        };
        const std::int64_t found = p50({data("hdr-v1.hlog"), "--json"});
        QCOMPARE(p50({data("hdr-v1.hlog"), "--json", "--unit", "us"}), found);
        QVERIFY(std::abs(static_cast<double>(p50({data("hdr-v1.hlog"), "--json", "--unit", "ms"})) / 1e3
                             / static_cast<double>(found)
                         - 1)
                < 0.01);
        QCOMPARE(run({data("hdr-v1.hlog"), "--unit", "h"}).code, ExitCode::WrongUsage);
    }

    void wholeNanosecondsSurvive()
    {
        QVERIFY(run({data("k6-v0.48-small.ndjson"), "--json"}).out.find("\"startedAtNs\": 1795443674230814170,")
                != std::string::npos);
    }

    void whatTheFileDoesNotHoldIsNull()
    {
        const Outcome outcome = run({data("concurrent-users-ok.json"), "--json"});
        QCOMPARE(outcome.code, ExitCode::Fine);
        const Json report = outcome.json();
        QVERIFY(report["startedAtNs"].is_null());
        QVERIFY(report["durationNs"].is_null());
        for (const char *field : {"requests", "failures", "errorRatio", "throughputRps"})
            QVERIFY(report["totals"][field].is_null());
        for (const Json &value : report["totals"]["latencyNs"])
            QVERIFY(value.is_null());
        QVERIFY(report["timeline"].empty());
        QCOMPARE(report["scenarios"].size(), std::size_t{6});
    }

    void aNullMetricNeverPasses()
    {
        const Outcome outcome = run({data("database-throughput-ok.json"), "--json"});
        QCOMPARE(outcome.code, ExitCode::VerdictFailed);
        for (const Json &scenario : outcome.json()["scenarios"]) {
            for (const Json &verdict : scenario["verdicts"])
                QVERIFY(!verdict["observed"].is_null() || verdict["passed"] != Json(true));
        }
    }

    void disputedScenariosComeFirstInJson()
    {
        const Json scenarios = run({data("test-report-1795444331402.json"), "--json"}).json()["scenarios"];
        QCOMPARE(scenarios[0]["name"], Json("sustainedConcurrentLoad"));
        QCOMPARE(scenarios[1]["name"], Json("peakConcurrentUsers"));
    }

    void severalFilesBecomeAList()
    {
        const Outcome outcome = run({data("handle-summary-a.json"), data("artillery-2.0.34-report.json"), "--json"});
        const Json reports = outcome.json()["reports"];
        QCOMPARE(reports.size(), std::size_t{2});
        QCOMPARE(reports[1]["format"], Json("artillery"));
    }

    void excludingFailuresLowersTheCounts()
    {
        const Json report = run({data("k6-v0.48-small.ndjson"), "--json", "--exclude-failures"}).json();
        QCOMPARE(report["totals"]["requests"], Json(168));
        QVERIFY(report["notes"].front().get<std::string>().find("left out") != std::string::npos);
    }

    void summariesLoseTheirLatenciesWhenFailuresAreLeftOut()
    {
        const Json report = run({data("handle-summary-a.json"), "--json", "--exclude-failures"}).json();
        QVERIFY(report["totals"]["latencyNs"]["p95"].is_null());
    }

    void wrongUsageIsOneLineAndExitCodeTwo()
    {
        for (const std::vector<std::string> &arguments :
             std::vector<std::vector<std::string>>{{},
                                                   {"--json"},
                                                   {"a", "--what"},
                                                   {"a", "--json", "--junit"},
                                                   {"a", "--compare"},
                                                   {"--compare", "a"},
                                                   {"a", "--replicas", "none"},
                                                   {"a", "--p95-limit", "200"}}) {
            const Outcome outcome = run(arguments);
            QCOMPARE(outcome.code, ExitCode::WrongUsage);
            QVERIFY(outcome.out.empty());
            QCOMPARE(std::count(outcome.err.begin(), outcome.err.end(), '\n'), std::ptrdiff_t{1});
            QVERIFY(outcome.err.find("usage:") != std::string::npos);
        }
    }

    void unreadableFilesAreOneLineAndExitCodeThree()
    {
        const TemporaryFile unknown("tailspan-unknown.txt", "once upon a time\n");
        const QTemporaryDir emptyFolder;
        for (const std::string &path :
             {std::string("/no/such/file"), emptyFolder.path().toStdString(), unknown.path()}) {
            const Outcome outcome = run({path});
            QCOMPARE(outcome.code, ExitCode::InputUnreadable);
            QVERIFY(outcome.out.empty());
            QCOMPARE(std::count(outcome.err.begin(), outcome.err.end(), '\n'), std::ptrdiff_t{1});
        }
    }

    void textTellsTheEssentials()
    {
        const std::string out = run({data("k6-v0.48-runA.ndjson.gz")}).out;
        for (const char *words : {"5,572", "1.6 %", "Verdicts: 1 failed, 0 open, 3 passed", "GetCourses", "status 503",
                                  "Timeline, steps of 2 s", "Notes"})
            QVERIFY2(out.find(words) != std::string::npos, words);
    }

    void namesFromTheFileCannotBreakOut()
    {
        const TemporaryFile hostile("tailspan-hostile.jtl",
                                    "timeStamp,elapsed,label,responseCode,threadName,success\n"
                                    "1700000000000,5,\"\x1b[2J|<b>&\"\"x\"\"]](`\",200,t,true\n");
        const std::string text = run({hostile.path()}).out;
        QVERIFY(text.find('\x1b') == std::string::npos);
        const std::string markdown = run({hostile.path(), "--markdown"}).out;
        QVERIFY(markdown.find("\\|&lt;b&gt;&amp;") != std::string::npos);
        QVERIFY(markdown.find('\x1b') == std::string::npos);
    }

    void aSlowerRunIsARegression()
    {
        const Outcome outcome =
            run({data("k6-v0.48-runB-slower.ndjson.gz"), "--compare", data("k6-v0.48-runA.ndjson.gz"), "--json"});
        QCOMPARE(outcome.code, ExitCode::VerdictFailed);
        const Json comparison = outcome.json()["comparison"];
        QCOMPARE(comparison["verdict"], Json("regression"));
        const Json p50 = comparison["metrics"].front();
        QCOMPARE(keysOf(p50), std::string("after before endpoint high low name ratio verdict"));
        QCOMPARE(p50["name"], Json("p50"));
        QVERIFY(p50["endpoint"].is_null());
        QCOMPARE(p50["verdict"], Json("regression"));
        // research of both runs: p50 36 % to 46 % higher
        QVERIFY(p50["low"].get<double>() > 1.30 && p50["low"].get<double>() < 1.41);
        QVERIFY(p50["high"].get<double>() > 1.41 && p50["high"].get<double>() < 1.52);
        QVERIFY(outcome.out.find("excludes run-to-run variance") != std::string::npos);
    }

    void aRunAgainstItselfIsNoChange()
    {
        const std::string file = data("k6-v0.48-runA.ndjson.gz");
        const Json comparison = run({file, "--json", "--compare", file}).json()["comparison"];
        QCOMPARE(comparison["verdict"], Json("no-change"));
        QCOMPARE(comparison["metrics"].size(), std::size_t{30}); // six figures of all requests and of four endpoints
    }

    void aggregatesGiveDifferencesOnly()
    {
        const std::string file = data("handle-summary-a.json");
        const Json comparison = run({file, "--json", "--compare", file}).json()["comparison"];
        QCOMPARE(comparison["verdict"], Json("inconclusive"));
        QVERIFY(comparison["metrics"].front()["low"].is_null());
    }

    void comparisonsAreWrittenInEveryForm()
    {
        const std::string a = data("k6-v0.48-runA.ndjson.gz");
        const std::string b = data("k6-v0.48-runB-slower.ndjson.gz");
        QVERIFY(run({b, "--compare", a}).out.find("Comparison with the baseline: regression") != std::string::npos);
        QVERIFY(run({b, "--markdown", "--compare", a}).out.find("| all requests | p50 |") != std::string::npos);
        const Outcome junit = run({b, "--junit", "--compare", a});
        QXmlStreamReader xml(QByteArray::fromStdString(junit.out));
        while (!xml.atEnd())
            xml.readNext();
        QVERIFY(!xml.hasError());
        QVERIFY(junit.out.find("comparison with the baseline") != std::string::npos);
    }

    void limitsOfOnesOwnDecideTheExitCode()
    {
        const std::string report = data("artillery-2.0.34-report.json");
        QCOMPARE(run({report}).code, ExitCode::Fine);
        const TemporaryFile kept("tailspan-kept.yaml", "limits:\n  - p95: < 1 h\n");
        QCOMPARE(run({report, "--thresholds", kept.path()}).code, ExitCode::Fine);
        const TemporaryFile broken("tailspan-broken.yaml", "limits:\n  - p95: < 1 us\n");
        const Outcome outcome = run({report, "--thresholds", broken.path(), "--json"});
        QCOMPARE(outcome.code, ExitCode::VerdictFailed);
        const Json verdict = outcome.json()["scenarios"].front()["verdicts"].back();
        QCOMPARE(keysOf(verdict),
                 std::string("breachBeginNs breachEndNs comparison criterion high limit low note "
                             "observed origin own passed unit"));
        QCOMPARE(verdict["passed"], Json(false));
        const TemporaryFile odd("tailspan-odd.yaml", "limits:\n  - speed: 9\n");
        const Outcome refused = run({report, "--thresholds", odd.path()});
        QCOMPARE(refused.code, ExitCode::InputUnreadable);
        QVERIFY(refused.err.find("speed") != std::string::npos);
    }

    void aRampHasACapacity()
    {
        const Json report = run({data("k6-v0.48-runA.ndjson.gz"), "--json"}).json();
        const Json capacity = report["capacity"];
        QCOMPARE(capacity["model"], Json("asymptotic-bounds"));
        // awk over the points: 8 users wait 94 to 98 ms from request to request, the highest rate is 285/s: 27 users.
        QVERIFY(capacity["low"].get<double>() < 27 && 27 < capacity["high"].get<double>());
        QVERIFY(capacity["littlesLawError"].get<double>() < 0.05);
        QCOMPARE(capacity["largestLoad"]["reached"], Json(false)); // the file's own limit of 200 ms
    }

    void junitIsWellFormedAndCountsItsCases()
    {
        const Outcome outcome = run({data("test-report-1795444331402.json"), "--junit"});
        QCOMPARE(outcome.code, ExitCode::VerdictFailed);
        QXmlStreamReader xml(QByteArray::fromStdString(outcome.out));
        int cases = 0;
        int failures = 0;
        QString tests;
        while (!xml.atEnd()) {
            xml.readNext();
            if (!xml.isStartElement())
                continue;
            if (xml.name() == QLatin1String("testsuite"))
                tests = xml.attributes().value(QLatin1String("tests")).toString();
            cases += xml.name() == QLatin1String("testcase") ? 1 : 0;
            failures += xml.name() == QLatin1String("failure") ? 1 : 0;
        }
        QVERIFY(!xml.hasError());
        QCOMPARE(QString::number(cases), tests);
        // jq '[.performance[].details | objects | .validations[] | select(. == false)] | length' gives 5; one suite
        // has no file, and Tailspan adds two for sessions and operations.
        QCOMPARE(failures, 8);
    }
};

QTEST_GUILESS_MAIN(TestReportCommand)
#include "tst_report_command.moc"
