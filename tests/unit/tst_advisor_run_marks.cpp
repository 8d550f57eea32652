// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/run_marks.h"
#include "models/layout/mark_bands.h"
#include "models/loadtest/alignment.h"
#include "tests/support/sample_run.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;

namespace {

TimePoint second(int s)
{
    return TimePoint(test::kSampleStartNs) + Duration::seconds(s);
}

Finding findingWith(ReferenceKind kind, std::string target, TimeRange range)
{
    Finding finding;
    finding.evidence.push_back({"load-test", "text", {{kind, std::move(target), {}, range}}});
    return finding;
}

} // namespace

class TestAdvisorRunMarks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWindowOfTheReportIsCutToTheRun();
    void aFindingWithoutAWindowIsAboutTheWholeRun();
    void metricsCountWhereTheyMeetTheRun();
    void endpointsAreKnownByEitherName();
    void aStageOfTheScenarioIsItsWindow();
    void bandsThatWouldCoverEachOtherAreOne();
};

void TestAdvisorRunMarks::aWindowOfTheReportIsCutToTheRun()
{
    const loadtest::LoadTestReport report = test::sampleRun(60);
    const auto mark = runMarkOf(findingWith(ReferenceKind::Report, report.fileName, {second(50), second(500)}), report);
    QVERIFY(mark.has_value());
    QCOMPARE(mark->windows.size(), std::size_t(1));
    QCOMPARE(mark->windows.front(), (TimeRange{second(50), loadtest::runRangeOf(report).end}));
    QVERIFY(!runMarkOf(findingWith(ReferenceKind::Report, "other.json", {second(1), second(2)}), report));
    const auto outside =
        runMarkOf(findingWith(ReferenceKind::Report, report.fileName, {second(500), second(600)}), report);
    QVERIFY(outside && outside->windows.empty());
}

void TestAdvisorRunMarks::aFindingWithoutAWindowIsAboutTheWholeRun()
{
    const loadtest::LoadTestReport report = test::sampleRun(60);
    const auto mark = runMarkOf(findingWith(ReferenceKind::Report, report.fileName, {}), report);
    QVERIFY(mark && mark->windows.empty() && mark->endpoints.empty());
    QVERIFY(!runMarkOf(Finding(), report));
    QVERIFY(!runMarkOf(Finding(), loadtest::LoadTestReport()));
}

void TestAdvisorRunMarks::metricsCountWhereTheyMeetTheRun()
{
    loadtest::LoadTestReport report = test::sampleRun(60);
    const Finding during = findingWith(ReferenceKind::Metric, "up", {second(10), second(20)});
    QCOMPARE(runMarkOf(during, report)->windows.size(), std::size_t(1));
    const auto week = runMarkOf(findingWith(ReferenceKind::Metric, "up", {second(-9999), second(9999)}), report);
    QVERIFY(week && week->windows.empty());
    QVERIFY(!runMarkOf(findingWith(ReferenceKind::Metric, "up", {second(-20), second(-10)}), report));
    report.startedAt.reset(); // its times mean nothing to a store of metrics
    QVERIFY(!runMarkOf(during, report));
}

void TestAdvisorRunMarks::endpointsAreKnownByEitherName()
{
    QVERIFY(isSameEndpoint("POST /pay", "http://shop:8080/pay?id=1"));
    QVERIFY(isSameEndpoint("GET /users/:id", "GET /users/17"));
    QVERIFY(isSameEndpoint("GET /users/{id}/", "/users/:user"));
    QVERIFY(isSameEndpoint("checkout", "checkout"));
    QVERIFY(!isSameEndpoint("POST /pay", "GET /pay"));
    QVERIFY(!isSameEndpoint("GET /users/:id", "GET /users/all"));
    QVERIFY(!isSameEndpoint("GET /users", "GET /users/17"));
    QVERIFY(!isSameEndpoint("", ""));
    QVERIFY(!isSameEndpoint("http://", "/pay"));
    loadtest::LoadTestReport report = test::sampleRun(60);
    report.endpoints[1].name = "GET http://shop/cart/4711";
    Finding finding;
    finding.subject.operation = "GET /cart/:id";
    const auto mark = runMarkOf(finding, report);
    QVERIFY(mark.has_value());
    QCOMPARE(mark->endpoints, std::vector<std::size_t>{1});
}

void TestAdvisorRunMarks::aStageOfTheScenarioIsItsWindow()
{
    const loadtest::LoadTestReport report = test::sampleRun(60);
    Finding finding = findingWith(ReferenceKind::Report, report.fileName, {});
    finding.subject.operation = report.stages[1].name;
    const auto mark = runMarkOf(finding, report);
    QVERIFY(mark.has_value());
    QCOMPARE(mark->windows.size(), std::size_t(1));
    QCOMPARE(mark->windows.front().begin, loadtest::runRangeOf(report).begin + report.stages[1].begin);
}

void TestAdvisorRunMarks::bandsThatWouldCoverEachOtherAreOne()
{
    const layout::TimeScale scale({second(0), second(100)}, 1000);
    const auto bands = layout::markBandsOf({{2, {second(50), second(60)}},
                                            {0, {second(10), second(11)}},
                                            {1, {second(11), second(12)}},
                                            {0, {second(11), second(13)}},
                                            {3, {second(99), second(200)}},
                                            {4, {second(-20), second(-10)}}},
                                           scale, 20);
    QCOMPARE(bands.size(), std::size_t(3));
    QCOMPARE(bands[0].marks, (std::vector<std::size_t>{0, 1}));
    QCOMPARE(bands[0].xPx, 100.0);
    QCOMPARE(bands[0].widthPx, 30.0);
    QCOMPARE(bands[1].marks, std::vector<std::size_t>{2});
    QCOMPARE(bands[1].widthPx, 100.0);
    QCOMPARE(bands[2].xPx, 980.0); // it keeps its width inside
    QVERIFY(layout::markBandsOf({{0, {second(0), second(1)}}}, scale.showing({second(50), second(60)}), 20).empty());
}

QTEST_APPLESS_MAIN(TestAdvisorRunMarks)
#include "tst_advisor_run_marks.moc"
