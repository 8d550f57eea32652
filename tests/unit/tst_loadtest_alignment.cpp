// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/alignment.h"
#include "models/loadtest/traces_then.h"
#include "models/metric/largest_changes.h"
#include "tests/support/sample_run.h"
#include "tests/support/spans_from_text.h"

#include <QtTest>

#include <limits>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
const TimePoint kNow(1'795'446'000 * kSecond);                 // 2026-11-23 15:00:00 UTC
constexpr std::int64_t kTracesBegin = 1'767'225'600 * kSecond; // 2026-01-01, where drawn spans count from

TracesWanted between(std::int64_t beginMs, std::int64_t endMs)
{
    return {{TimePoint(kTracesBegin + beginMs * 1'000'000), TimePoint(kTracesBegin + endMs * 1'000'000)}};
}

metric::MetricSeries line(const char *name, std::vector<double> values)
{
    metric::MetricSeries series;
    series.labels = {{"line", name}};
    for (std::size_t i = 0; i < values.size(); ++i)
        series.timesNs.push_back(static_cast<std::int64_t>(i));
    series.values = std::move(values);
    return series;
}

} // namespace

class TestLoadtestAlignment : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void allTimesOfATimelineAreMovedAndNothingElse();
    void aReportOfTotalsGetsItsStretchOfTime();
    void theLengthComesFromTheMostTellingPlace();
    void scenariosAreDueOneAfterTheOther();
    void momentsAreTypedAsInTheTimeBar();
    void waysOfSayingItHaveStableNames();
    void tracesAreFoundByTimeAndByDuration();
    void theLargestChangesComeFirst();
};

void TestLoadtestAlignment::allTimesOfATimelineAreMovedAndNothingElse()
{
    LoadTestReport report = test::sampleRun(10);
    const TimePoint before = report.timeline.front().range.begin;
    report.startedAt.reset();
    report.stalls.push_back({{before + Duration::seconds(2), before + Duration::seconds(3)}, 7});
    const LoadTestReport moved = aligned(report, {kNow, RunAlignment::How::Typed});
    QCOMPARE(moved.startedAt, std::optional(kNow));
    QCOMPARE(moved.timeline.size(), report.timeline.size());
    QCOMPARE(moved.timeline.front().range.begin, kNow);
    QCOMPARE(moved.timeline.back().range.end, kNow + Duration::seconds(10));
    QCOMPARE(moved.stalls.front().range.begin, kNow + Duration::seconds(2));
    QCOMPARE(moved.timeline[3].requests.of(RequestClass::Ok).count,
             report.timeline[3].requests.of(RequestClass::Ok).count);
    QCOMPARE(moved.notes.size(), report.notes.size() + 1);
    QCOMPARE(moved.notes.front(), std::string("Aligned by hand: began at 2026-11-23 15:00:00 UTC, as typed."));
}

void TestLoadtestAlignment::aReportOfTotalsGetsItsStretchOfTime()
{
    LoadTestReport report;
    report.duration = Duration::seconds(30);
    QVERIFY(runRangeOf(report).isEmpty());
    QVERIFY(scheduleOf(report).empty());
    const LoadTestReport moved = aligned(report, {kNow, RunAlignment::How::FileTime});
    QCOMPARE(runRangeOf(moved).begin, kNow);
    QCOMPARE(runRangeOf(moved).end, kNow + Duration::seconds(30));
    const std::vector<ScheduledPart> parts = scheduleOf(moved);
    QCOMPARE(parts.size(), std::size_t(1));
    QCOMPARE(parts.front().name, std::string(kWholeRun));
}

void TestLoadtestAlignment::theLengthComesFromTheMostTellingPlace()
{
    LoadTestReport report;
    QCOMPARE(runLengthOf(report).ns(), 0);
    report.scenarios.push_back({kWholeRun, Duration::seconds(1000), {}, {}});
    report.scenarios.push_back({"spike", Duration::seconds(60), {}, {}});
    report.scenarios.push_back({"soak", Duration::seconds(90), {}, {}});
    QCOMPARE(runLengthOf(report), Duration::seconds(150));
    report.duration = Duration::seconds(160);
    QCOMPARE(runLengthOf(report), Duration::seconds(160));
    report.timeline = test::sampleRun(10).timeline;
    QCOMPARE(runLengthOf(report), Duration::seconds(10));
}

void TestLoadtestAlignment::scenariosAreDueOneAfterTheOther()
{
    LoadTestReport report;
    report.scenarios.push_back({"spike", Duration::seconds(60), {}, {}});
    report.scenarios.push_back({"unknown", {}, {}, {}});
    report.scenarios.push_back({"soak", Duration::seconds(90), {}, {}});
    const std::vector<ScheduledPart> parts = scheduleOf(aligned(report, {kNow, RunAlignment::How::Typed}));
    QCOMPARE(parts.size(), std::size_t(2));
    QCOMPARE(parts[1].name, std::string("soak"));
    QCOMPARE(parts[1].range.begin, kNow + Duration::seconds(60));
    QCOMPARE(parts[1].range.end, kNow + Duration::seconds(150));
}

void TestLoadtestAlignment::momentsAreTypedAsInTheTimeBar()
{
    const auto at = [](const char *text, Duration offset = {}) { return parseBegin(text, kNow, offset); };
    QCOMPARE(at("14:02:10").value(), kNow - Duration::seconds(3600 - 130));
    QCOMPARE(at("2026-11-23 14:00").value(), kNow - Duration::seconds(3600));
    QCOMPARE(at("2026-11-23T14:00:00Z").value(), kNow - Duration::seconds(3600));
    QCOMPARE(at("15:00", Duration::seconds(3600)).value(), kNow - Duration::seconds(3600)); // an hour ahead of UTC
    QCOMPARE(at("14:00 - 14:10").value(), kNow - Duration::seconds(3600));
    const Result<TimePoint> wrong = at("soon");
    QVERIFY(!wrong.has_value());
    QVERIFY(wrong.error().message.find("14:02:10") != std::string::npos);
}

void TestLoadtestAlignment::waysOfSayingItHaveStableNames()
{
    for (const auto how : {RunAlignment::How::Typed, RunAlignment::How::FileTime, RunAlignment::How::Dragged})
        QVERIFY(alignmentOf(alignmentId(how)) == how);
    QVERIFY(!alignmentOf("guessed"));
}

void TestLoadtestAlignment::tracesAreFoundByTimeAndByDuration()
{
    const trace::TraceSnapshotPtr snapshot = test::spansFromText("trace a1\nweb GET @0ms +100ms\n"
                                                                 "trace a2\nweb GET @50ms +300ms\n"
                                                                 "trace a3\nweb GET @400ms +20ms\n");
    const TraceTimes times(snapshot);
    QCOMPARE(tracesThen(times, between(90, 120)).size(), std::size_t(2)); // both ran then
    QVERIFY(tracesThen(times, between(500, 900)).empty());
    TracesWanted slow = between(300, 500); // a2 and a3 ended there
    QCOMPARE(tracesThen(times, slow).size(), std::size_t(2));
    slow.lowNs = 200'000'000;
    slow.highNs = 400'000'000;
    const std::vector<TraceRow> found = tracesThen(times, slow);
    QCOMPARE(found.size(), std::size_t(1));
    QCOMPARE(snapshot->traceIdText(snapshot->traces()[found.front().value()]), std::string("a2"));
}

void TestLoadtestAlignment::theLargestChangesComeFirst()
{
    const double gap = std::numeric_limits<double>::quiet_NaN();
    const auto cpu =
        metric::changesOf({line("auth", {0.1, 0.9}), line("pay", {0.5, 0.6, gap}), line("once", {0.3})}, "line");
    const auto memory = metric::changesOf({line("auth", {1e9, 1e9}), line("pay", {1e9, 2e9})}, "line");
    QCOMPARE(cpu.size(), std::size_t(2));
    QVERIFY(std::abs(cpu.at("auth") - 0.8 / 0.9) < 1e-9);
    QCOMPARE(metric::largestChanges({cpu, memory}, 5), (std::vector<std::string>{"auth", "pay"}));
    QCOMPARE(metric::largestChanges({memory}, 1), (std::vector<std::string>{"pay"}));
    QVERIFY(metric::largestChanges({}, 3).empty());
}

QTEST_GUILESS_MAIN(TestLoadtestAlignment)
#include "tst_loadtest_alignment.moc"
