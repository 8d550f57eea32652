// SPDX-License-Identifier: GPL-3.0-or-later
// What of a run counts, and what is asked of it beside its own figures.
#include "tests/cli/report_run.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace tailspan::cli;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

class TestReportCounting : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWarmUpIsLeftOutAndSaid()
    {
        const std::string file = data("k6-v0.48-runA.ndjson.gz");
        const Json all = run({file, "--json"}).json();
        const Json warm = run({file, "--json", "--warmup", "5s"}).json();
        QVERIFY(!all.contains("warmUp"));
        QCOMPARE(warm["warmUp"]["endNs"].get<std::int64_t>() - warm["warmUp"]["beginNs"].get<std::int64_t>(),
                 std::int64_t{5'000'000'000});
        QCOMPARE(warm["timeline"].size(), all["timeline"].size());
        std::uint64_t behind = 0;
        for (const Json &step : warm["timeline"])
            behind += step["beginNs"] < warm["warmUp"]["endNs"] ? 0 : step["requests"].get<std::uint64_t>();
        QCOMPARE(warm["totals"]["requests"].get<std::uint64_t>(), behind);
        QVERIFY(behind < all["totals"]["requests"].get<std::uint64_t>());
        QVERIFY(warm["notes"].front().get<std::string>().starts_with("Left out by choice: the first 5 s (warm-up)"));
        const Outcome summary = run({data("summary-export-small.json"), "--warmup", "5s"});
        QCOMPARE(summary.code, ExitCode::InputUnreadable);
        QVERIFY(summary.err.find("no requests over time") != std::string::npos);
        QCOMPARE(run({file, "--warmup", "long"}).code, ExitCode::WrongUsage);
    }

    void theWhatIfStandsBesideWhatWasMeasured()
    {
        const std::string file = data("k6-v0.48-runA.ndjson.gz");
        const Json report = run({file, "--json", "--expected-interval", "50ms"}).json();
        QCOMPARE(report["whatIf"]["measuredLatencyNs"], report["totals"]["latencyNs"]);
        QVERIFY(report["whatIf"]["added"].get<std::uint64_t>() > 0);
        QVERIFY(run({file, "--expected-interval", "50ms"}).out.find("An estimate:") != std::string::npos);
        const Json corrected = run({data("wrk2.txt"), "--json", "--expected-interval", "50ms"}).json();
        QVERIFY(!corrected["whatIf"]["refused"].get<std::string>().empty());
    }

    void headroomAndReplicasAreAskedForByOptions()
    {
        const Json capacity = run({data("k6-v0.48-runA.ndjson.gz"), "--json", "--p95-limit", "100ms", "--peak-users",
                                   "10", "--peak-rps", "50", "--target-rps", "900", "--replicas", "2"})
                                  .json()["capacity"];
        QVERIFY(capacity["headroom"].get<double>() > 0);
        QCOMPARE(capacity["headroomRange"]["ratio"], capacity["headroom"]);
        QCOMPARE(capacity["rateHeadroom"]["peak"], Json(50.0));
        QVERIFY(capacity["replicas"]["replicas"].get<int>() > 2);
    }

    void aZoneByNameKnowsSummer()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"summer.jtl"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("timeStamp,elapsed,label,success\n2026/07/01 12:00:00.000,10,a,true\n");
        file.close();
        const std::string path = file.fileName().toStdString();
        const Json utc = run({path, "--json"}).json()["startedAtNs"];
        const Json berlin = run({path, "--json", "--zone", "Europe/Berlin"}).json();
        if (berlin.is_discarded())
            QSKIP("this machine has no table of zones");
        QCOMPARE(utc.get<std::int64_t>() - berlin["startedAtNs"].get<std::int64_t>(), std::int64_t{7'200'000'000'000});
        QCOMPARE(run({path, "--zone", "Europe/Atlantis"}).code, ExitCode::WrongUsage);
    }
};

QTEST_APPLESS_MAIN(TestReportCounting)
#include "tst_report_counting.moc"
