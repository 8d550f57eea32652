// SPDX-License-Identifier: GPL-3.0-or-later
// Heatmaps of spans, load tests and histograms of metrics.
#include "app/workspace/heat_correlation.h"
#include "app/workspace/heat_explain.h"
#include "app/workspace/heat_metrics.h"
#include "app/workspace/heat_source.h"
#include "app/workspace/heat_text.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <sstream>

using namespace tailspan;
using namespace tailspan::workspace;

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

trace::TraceSnapshotPtr threeTraces()
{
    return test::spansFromText("trace a\n"
                               "web GET /pay @0ms +120ms\n"
                               "  db SELECT @10ms +80ms error region=eu\n"
                               "trace b\n"
                               "web GET /pay @1s +50ms region=us\n"
                               "trace c\n"
                               "web GET /cart @2s +30ms\n"
                               "  db SELECT @2005ms +10ms region=us\n");
}

items::TraceListFilter narrowed(std::vector<std::string> terms)
{
    items::TraceListFilter filter;
    filter.terms = std::move(terms);
    return filter;
}

std::uint64_t totalOf(const HeatSubject &subject, const items::TraceListFilter &filter = {})
{
    const trace::TraceSnapshotPtr snapshot = threeTraces();
    HeatQuestion question;
    question.subject = subject;
    question.narrowed = filter;
    HeatSpansCache cache;
    Progress progress;
    const Result<HeatMapPtr> map = heatOfSpans(snapshot, question, cache, {}, progress);
    return map.has_value() ? (*map)->grid.total : 0;
}

HeatSubject allSpans()
{
    HeatSubject subject;
    subject.what = HeatSubject::What::AllSpans;
    return subject;
}

loadtest::LoadTestReportPtr report(std::int64_t latencyNs, std::size_t seconds)
{
    auto made = std::make_shared<loadtest::LoadTestReport>();
    made->fileName = "run.json";
    made->startedAt = TimePoint(1000 * kSecond);
    made->contents.hasFailures = true;
    made->bucketWidth = Duration(kSecond);
    for (std::size_t i = 0; i < seconds; ++i) {
        loadtest::Bucket bucket;
        const TimePoint begin = TimePoint(1000 * kSecond) + Duration(kSecond * static_cast<std::int64_t>(i));
        bucket.range = {begin, begin + Duration(kSecond)};
        bucket.requests.of(loadtest::RequestClass::Ok).latency.record(latencyNs, 10);
        bucket.requests.of(loadtest::RequestClass::Failed).latency.record(4 * latencyNs, 1);
        made->timeline.push_back(std::move(bucket));
    }
    return made;
}

HistogramResult classicHistogram()
{
    HistogramResult result;
    metric::BucketTable table;
    table.bounds = {0.1, 0.5, std::numeric_limits<double>::infinity()};
    table.timesNs = {100 * kSecond, 110 * kSecond};
    table.counts = {2, 3, 3, 0, 0.4, 1.4}; // at most that: cumulative
    result.classic.tables.push_back(std::move(table));
    result.stepNs = 10 * kSecond;
    result.source = "prom";
    return result;
}

} // namespace

class TestHeatSources : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void requestsAreEntrySpans()
    {
        QCOMPARE(totalOf({}), std::uint64_t{3});
        QCOMPARE(totalOf(allSpans()), std::uint64_t{5});
        HeatSubject database = allSpans();
        database.service = "db";
        QCOMPARE(totalOf(database), std::uint64_t{2});
        database.onlyFailed = true;
        QCOMPARE(totalOf(database), std::uint64_t{1});
        HeatSubject cart;
        cart.operation = "GET /cart";
        QCOMPARE(totalOf(cart), std::uint64_t{1});
        cart.operation = "nowhere";
        QCOMPARE(totalOf(cart), std::uint64_t{0});
    }

    void columnsAndSearchDecideAlike()
    {
        const trace::TraceSnapshotPtr snapshot = threeTraces();
        const std::vector<std::pair<std::string, std::string>> pairs{
            {"service=db", "service=db duration>0ns"}, // the second one is searched for
            {"service=db status=error", "service=db status=error duration>0ns"},
            {"operation=\"GET /pay\"", "operation=\"GET /pay\" duration>0ns"},
            {"service=web service=db", "(service=web OR service=db) duration>0ns"},
            {"service=web AND service=db", "service=web AND service=db AND duration>0ns"},
        };
        for (const auto &[plain, searched] : pairs) {
            Progress progress;
            const auto fast = heatSpansOf(*snapshot, HeatSubject::What::AllSpans, narrowed({plain}), {}, progress);
            const auto slow = heatSpansOf(*snapshot, HeatSubject::What::AllSpans, narrowed({searched}), {}, progress);
            QVERIFY(fast.has_value() && slow.has_value());
            QVERIFY2(fast->isLeftOut == slow->isLeftOut, plain.c_str());
            QVERIFY2(fast->isFailed == slow->isFailed, plain.c_str());
        }
    }

    void termsAreAskedOfTheSpanItself()
    {
        QCOMPARE(totalOf(allSpans(), narrowed({"duration>40ms"})), std::uint64_t{3});
        QCOMPARE(totalOf(allSpans(), narrowed({"duration>40ms", "service=db"})), std::uint64_t{1});
        QCOMPARE(totalOf(allSpans(), narrowed({"service=db OR service=web", "status=error"})), std::uint64_t{1});
        items::TraceListFilter picked;
        picked.pickTitle = "some";
        picked.pickedTraces = {"c"};
        QCOMPARE(totalOf(allSpans(), picked), std::uint64_t{2});
    }

    void theServiceOfAFilterIsKnown()
    {
        QCOMPARE(onlyServiceOf({"service=payment", "status=error"}), std::string("payment"));
        QCOMPARE(onlyServiceOf({"service=a", "service=b"}), std::string());
        QCOMPARE(onlyServiceOf({"service=~pay"}), std::string());
        QCOMPARE(onlyServiceOf({"NOT service=a"}), std::string());
        QCOMPARE(onlyServiceOf({"word"}), std::string());
    }

    void aBoxFindsItsSpansAndTraces()
    {
        HeatSelection selection;
        selection.snapshot = threeTraces();
        selection.subject = allSpans();
        selection.shown = selection.snapshot->range();
        selection.box = {selection.shown, {60 * kMs, 200 * kMs}};
        HeatSpansCache cache;
        Progress progress;
        const auto traces = tracesInBox(selection, cache, {}, progress);
        QVERIFY(traces.has_value());
        QCOMPARE(traces->size(), std::size_t{1});
        QCOMPARE(selection.snapshot->traceIdText(selection.snapshot->traces()[traces->front().value()]),
                 std::string("a"));
        selection.box.band = {500 * kMs, 900 * kMs};
        QCOMPARE(tracesInBox(selection, cache, {}, progress)->size(), std::size_t{0});
        const auto nothing = explainHeat(selection, cache, {}, progress);
        QVERIFY(!nothing.has_value());
        QCOMPARE(nothing.error().code, ErrorCode::NotFound);
    }

    void namesComeWithTheMostFrequentFirst()
    {
        const HeatNames names = heatNamesOf(*threeTraces(), "", 1, {});
        QCOMPARE(names.services, std::vector<std::string>{"web"});
        QCOMPARE(names.moreServices, std::uint64_t{1});
        const HeatNames ofDb = heatNamesOf(*threeTraces(), "db", 10, {});
        QCOMPARE(ofDb.operations, std::vector<std::string>{"SELECT"});
    }

    void rowsKeepTheirBounds()
    {
        HeatSpans spans;
        spans.shortestNs = 3 * kMs;
        spans.longestNs = 900 * kMs;
        const std::vector<std::int64_t> bounds = spans.rows(4).boundsNs();
        spans.shortestNs = 5 * kMs; // renewed: other spans
        const metric::LatencyRows renewed = spans.rows(4);
        for (const std::int64_t bound : renewed.boundsNs())
            QVERIFY(std::ranges::find(bounds, bound) != bounds.end());
        QCOMPARE(spans.fittingRows(4000), 4); // whole milliseconds
        spans.isWholeMilliseconds = false;
        QCOMPARE(spans.fittingRows(4000), 16);
        QCOMPARE(spans.fittingRows(60), 1);
    }

    void aLoadTestIsCountedBySecond()
    {
        HeatQuestion question;
        question.origin.kind = HeatOrigin::Kind::Report;
        question.columns = 100;
        const HeatMapPtr map = heatOfReport(*report(20 * kMs, 30), question).value();
        QCOMPARE(map->grid.columns, 30U);
        QCOMPARE(map->grid.total, std::uint64_t{330});
        QCOMPARE(map->failed->total, std::uint64_t{30});
        QCOMPARE(map->grid.begin, TimePoint(1000 * kSecond));
        question.columns = 7; // seconds are joined, never cut
        const HeatMapPtr joined = heatOfReport(*report(20 * kMs, 30), question).value();
        QCOMPARE(joined->grid.columns, 6U);
        QCOMPARE(joined->grid.column, Duration(5 * kSecond));
        QCOMPARE(joined->grid.total, std::uint64_t{330});
        question.subject.onlyFailed = true;
        QCOMPARE(heatOfReport(*report(20 * kMs, 30), question).value()->grid.total, std::uint64_t{30});
        question.range = {TimePoint(0), TimePoint(kSecond)};
        QCOMPARE(heatOfReport(*report(20 * kMs, 30), question).error().code, ErrorCode::NotFound);
    }

    void twoLoadTestsHaveTheSameShape()
    {
        HeatQuestion question;
        question.origin.kind = HeatOrigin::Kind::Report;
        question.columns = 10;
        const HeatMapPtr now = heatOfReport(*report(20 * kMs, 60), question).value();
        question.columns = now->grid.columns;
        question.column = now->grid.column;
        question.rows = now->grid.rows;
        const HeatMapPtr before = heatOfReport(*report(80 * kMs, 55), question).value();
        const auto difference = latencyGridDifferenceOf(now->grid, before->grid, {});
        QVERIFY(difference.has_value());
        QVERIFY(difference->significantTiles > 0);
        const HeatMapPtr same = heatOfReport(*report(20 * kMs, 60), question).value();
        QCOMPARE(latencyGridDifferenceOf(now->grid, same->grid, {})->significantTiles, 0U);
    }

    void classicBucketsAreRowsAndStepsAreColumns()
    {
        const HistogramShape shape{{TimePoint(100 * kSecond), TimePoint(120 * kSecond)}, std::nullopt, 0};
        const metric::LatencyGrid grid = heatOfHistogram(classicHistogram(), shape).value();
        QCOMPARE(grid.rows.boundsNs(), (std::vector<std::int64_t>{100 * kMs, 500 * kMs}));
        QCOMPARE(grid.begin, TimePoint(90 * kSecond)); // a point tells of the step before it
        QCOMPARE(grid.columns, 3U);
        QCOMPARE(grid.count(0, 0), 2U);
        QCOMPARE(grid.count(0, 1), 1U);
        QCOMPARE(grid.count(0, 2), 0U);
        QCOMPARE(grid.count(1, 1), 1U); // a part of one is seen
        QCOMPARE(grid.count(1, 2), 1U);
        QCOMPARE(grid.total, std::uint64_t{4});
    }

    void nativeHistogramsGetRowsOfTheirOwn()
    {
        HistogramResult result;
        result.stepNs = 10 * kSecond;
        metric::HistogramSeries series;
        series.points.push_back({100 * kSecond, 30, 0, {{0.016, 0.0174, 10}, {0.125, 0.136, 20}}});
        result.native.push_back(std::move(series));
        const metric::LatencyGrid grid =
            heatOfHistogram(result, {{TimePoint(100 * kSecond), TimePoint(100 * kSecond)}, std::nullopt, 0}).value();
        QCOMPARE(grid.total, std::uint64_t{30});
        QCOMPARE(grid.count(0, grid.rows.rowOf(16'700'000)), 10U);
        QCOMPARE(grid.count(0, grid.rows.rowOf(130'000'000)), 20U);
        QCOMPARE(heatOfHistogram({}, {}).error().code, ErrorCode::NotFound);
    }

    void theTableHasALineForEachFilledCell()
    {
        const HistogramShape shape{{TimePoint(100 * kSecond), TimePoint(120 * kSecond)}, std::nullopt, 0};
        std::ostringstream out;
        writeHeatTable(out, heatOfHistogram(classicHistogram(), shape).value(), ',');
        const std::string text = out.str();
        QVERIFY2(text.starts_with("begin,end,above_ns,at_most_ns,count\n"
                                  "1970-01-01T00:01:30Z,1970-01-01T00:01:40Z,0,100000000,2\n"),
                 text.c_str());
        QVERIFY2(text.ends_with(",500000000,,1\n"), text.c_str());
    }

    void latencySeriesHaveGapsWhereTooFewAre()
    {
        const metric::LatencyRows rows({kMs, 2 * kMs});
        const metric::LatencyGrid grid{TimePoint(0), Duration(kSecond), 2, rows, {20, 0, 0, 3, 0, 0}, 23};
        const metric::MetricSeries series = latencySeriesOf(grid, 0.95);
        QCOMPARE(series.timesNs, (std::vector<std::int64_t>{kSecond, 2 * kSecond}));
        QVERIFY(series.values[0] > 0.5 && series.values[0] <= 1);
        QVERIFY(std::isnan(series.values[1]));
        QCOMPARE(loadSeriesOf(grid).values, (std::vector<double>{20, 3}));
    }

    void columnsAreJoinedUntilTheyHoldEnough()
    {
        const metric::LatencyRows rows({kMs, 2 * kMs});
        // Ten columns of eight spans each: three together hold the 20 that a p95 takes.
        metric::LatencyGrid grid{TimePoint(0), Duration(kSecond), 10, rows, {}, 80};
        for (int column = 0; column < 10; ++column)
            grid.counts.insert(grid.counts.end(), {5, 2, 1});
        const metric::LatencyGrid wide = joinedFor(grid, 0.95, 2);
        QCOMPARE(wide.columns, 3U);
        QCOMPARE(wide.column.ns(), 3 * kSecond);
        QCOMPARE(wide.count(2, 1), 6U);
        QCOMPARE(wide.total, std::uint64_t{72});        // the tenth column is a rest
        QCOMPARE(joinedFor(grid, 0.95, 5).columns, 5U); // as far as so many are left
        QCOMPARE(joinedFor(grid, 0.5, 5).columns, 10U);
    }
};

QTEST_GUILESS_MAIN(TestHeatSources)
#include "tst_heat_sources.moc"
