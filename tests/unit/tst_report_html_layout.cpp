// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/report_html.h"
#include "models/loadtest/alignment.h"
#include "models/loadtest/counting.h"
#include "tests/support/sample_run.h"
#include "tests/support/text_count.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::layout;
using test::countOf;

namespace {

const HtmlColors kColors{"black", "gray", "silver", "white", "blue", "teal", "black", "orange", "red", "red", "green"};

std::string htmlOf(const loadtest::LoadTestReport &report, const HtmlExtras &extras = {})
{
    ReplayPicture picture;
    if (!report.timeline.empty())
        picture = makeReplayPicture(report, std::make_shared<const ReplayOverview>(makeReplayOverview(report)),
                                    loadtest::runRangeOf(report), 900, {});
    return reportHtml(report, picture, kColors, extras);
}

} // namespace

class TestReportHtmlLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFileHoldsLanesAndTablesAndNothingFromOutside();
    void textOfTheReportIsEscapedEverywhere();
    void aReportOfTotalsHasAScheduleAndNoPictures();
    void metricsOfTheRunAndHowItWasAlignedAreInIt();
    void whatIsLeftOutIsMarkedInEveryPicture();
};

void TestReportHtmlLayout::theFileHoldsLanesAndTablesAndNothingFromOutside()
{
    const std::string html = htmlOf(test::sampleRun(60));
    QCOMPARE(countOf(html, "<svg"), std::size_t(4)); // users, requests, latency, failures
    QCOMPARE(countOf(html, "<path"), std::size_t(6));
    for (const char *part : {"<script", "http://", "https://", "src=\"", "url(", "nan", "inf\""})
        QVERIFY2(countOf(html, part) == 0, part);
    QVERIFY(html.find("<td>600</td>") != std::string::npos); // 10 requests a second
    QVERIFY(html.find("14:00:00 UTC") != std::string::npos);
    QVERIFY(html.find("default-src 'none'") != std::string::npos);
}

void TestReportHtmlLayout::textOfTheReportIsEscapedEverywhere()
{
    const std::string evil = "<img src=x onerror=\"a('b')\">&\x01";
    loadtest::LoadTestReport report = test::sampleRun(10);
    report.fileName = report.tool = evil;
    report.notes = {evil};
    for (std::string &kind : report.failureKinds)
        kind = evil;
    for (loadtest::Endpoint &endpoint : report.endpoints)
        endpoint.name = evil;
    for (loadtest::Scenario &scenario : report.scenarios) {
        scenario.name = evil;
        for (loadtest::Verdict &verdict : scenario.verdicts)
            verdict.criterion = verdict.unit = verdict.comparison = verdict.note = evil;
    }
    const std::string html = htmlOf(report);
    QCOMPARE(countOf(html, "<img"), std::size_t(0));
    QCOMPARE(countOf(html, "onerror=\""), std::size_t(0));
    QVERIFY(countOf(html, "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp; ") >= 6);
}

void TestReportHtmlLayout::aReportOfTotalsHasAScheduleAndNoPictures()
{
    loadtest::LoadTestReport report = test::sampleSuite();
    report.scenarios[0].duration = Duration::seconds(60);
    QCOMPARE(countOf(htmlOf(report), "Schedule"), std::size_t(0)); // nobody said when it was
    const std::string html =
        htmlOf(loadtest::aligned(report, {TimePoint(test::kSampleStartNs), loadtest::RunAlignment::How::Typed}));
    QCOMPARE(countOf(html, "<svg"), std::size_t(0));
    QCOMPARE(countOf(html, "Schedule: declared, not measured"), std::size_t(1));
    QCOMPARE(countOf(html, "Aligned by hand"), std::size_t(1));
}

void TestReportHtmlLayout::metricsOfTheRunAndHowItWasAlignedAreInIt()
{
    const loadtest::LoadTestReport report = test::sampleRun(60);
    const TimeRange run = loadtest::runRangeOf(report);
    HtmlExtras extras;
    extras.alignment = "Aligned by hand: began at 14:00 <UTC>.";
    extras.run = run;
    HtmlMetricLane &lane = extras.metrics.emplace_back();
    lane.title = "CPU";
    lane.unit = metric::MetricUnit::Ratio;
    lane.lines.push_back({"auth & co", "#123456", {}});
    metric::MetricSeries &series = lane.lines.back().series;
    for (int i = -5; i < 70; i += 5) {
        if (i == 30)
            continue; // nothing was scraped then
        series.timesNs.push_back((run.begin + Duration::seconds(i)).ns());
        series.values.push_back(i == 45 ? std::numeric_limits<double>::quiet_NaN() : 0.5);
    }
    const std::string html = htmlOf(report, extras);
    QCOMPARE(countOf(html, "<svg"), std::size_t(5));
    QVERIFY(html.find("Aligned by hand: began at 14:00 &lt;UTC&gt;.") != std::string::npos);
    QVERIFY(html.find("auth &amp; co") != std::string::npos);
    const std::size_t at = html.find("stroke=\"#123456\"");
    const std::string path = html.substr(html.rfind("<path", at), at - html.rfind("<path", at));
    QCOMPARE(countOf(path, "M"), std::size_t(3)); // two gaps
    QVERIFY(path.find("nan") == std::string::npos);
    // A run whose file has no steps shows what was measured meanwhile all the same.
    loadtest::LoadTestReport bare;
    bare.startedAt = run.begin;
    bare.duration = run.length();
    QCOMPARE(countOf(htmlOf(bare, extras), "<svg"), std::size_t(1));
}

void TestReportHtmlLayout::whatIsLeftOutIsMarkedInEveryPicture()
{
    const auto report = loadtest::counted(test::sampleRun(60), {true, true, Duration::seconds(20)});
    QVERIFY(report.has_value());
    const std::string html = htmlOf(*report);
    QCOMPARE(countOf(html, "warm-up, left out"), std::size_t(4));
    QVERIFY(html.find("<strong>warm-up of 20 s left out</strong>") != std::string::npos);
    QVERIFY(html.find("<td>400</td>") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestReportHtmlLayout)
#include "tst_report_html_layout.moc"
