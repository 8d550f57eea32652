// SPDX-License-Identifier: GPL-3.0-or-later
// What lies behind the lanes of metrics: questions, bands, marks, places of lines.
#include "app/sources/mark_file.h"
#include "models/layout/metric_lane.h"
#include "models/metric/promql_completion.h"
#include "models/metric/signal_lanes.h"
#include "models/metric/value_text.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace tailspan;
using namespace tailspan::metric;

namespace {

constexpr std::int64_t kS = 1'000'000'000;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

SignalQuery queryOf(Signal signal, const char *service, const char *expression, MetricUnit unit = MetricUnit::None)
{
    SignalQuery query;
    query.signal = signal;
    query.service = service;
    query.expression = expression;
    query.unit = unit;
    return query;
}

MetricSeries seriesOf(Labels labels, std::vector<double> values, std::int64_t stepS = 10)
{
    MetricSeries series;
    series.labels = std::move(labels);
    series.values = std::move(values);
    for (std::size_t i = 0; i < series.values.size(); ++i)
        series.timesNs.push_back(static_cast<std::int64_t>(i) * stepS * kS);
    return series;
}

TimePoint at(std::int64_t seconds)
{
    return TimePoint(seconds * kS);
}

} // namespace

class TestMetricLanes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneQuestionFillsALane()
    {
        const std::vector<SignalQuery> queries{
            queryOf(Signal::Latency, "auth", "q($quantile, a[$window])", MetricUnit::Milliseconds),
            queryOf(Signal::Latency, "pay$\"1", "q($quantile, b[$window])", MetricUnit::Seconds),
            queryOf(Signal::PoolLimit, "auth", "limit"), queryOf(Signal::PoolUsed, "auth", "used")};
        const auto lanes = overviewLanes(queries);
        QCOMPARE(lanes.size(), std::size_t(3));
        QCOMPARE(lanes[0].title, std::string("Latency p95"));
        QCOMPARE(lanes[0].unit, MetricUnit::Seconds);
        QCOMPARE(lanes[0].expression,
                 std::string("label_replace((q(0.95, a[$window])) / 1000, \"line\", \"auth\", \"\", \"\") or "
                             "label_replace(q(0.95, b[$window]), \"line\", \"pay$$\\\"1\", \"\", \"\")"));
        const auto own = serviceLanes(queries, "auth");
        QCOMPARE(own.size(), std::size_t(2));
        QCOMPARE(own[0].lines, (std::vector<std::string>{"p99", "p95", "p50"}));
        QCOMPARE(own[1].lines, (std::vector<std::string>{"used", "limit"}));
        QVERIFY(overviewLanes({}).empty());
    }

    void underLoadAPoolIsAShareOfItsLimitAndComesFirst()
    {
        std::vector<SignalQuery> queries{queryOf(Signal::Cpu, "auth", "cpu"), queryOf(Signal::PoolUsed, "auth", "used"),
                                         queryOf(Signal::PoolWaiting, "auth", "waiting"),
                                         queryOf(Signal::PoolLimit, "auth", "limit")};
        const auto lanes = loadLanes(queries);
        QCOMPARE(lanes.size(), std::size_t(3));
        QCOMPARE(lanes[0].title, std::string("Pool use"));
        QCOMPARE(lanes[0].unit, MetricUnit::Ratio);
        QCOMPARE(lanes[0].expression, std::string("label_replace((used / limit), \"line\", \"auth\", \"\", \"\")"));
        QCOMPARE(lanes[1].signal, Signal::PoolWaiting);
        QCOMPARE(lanes[2].signal, Signal::Cpu);
        queries.push_back(queryOf(Signal::PoolUsed, "payment", "used2")); // nobody knows of how many
        const auto counts = loadLanes(queries);
        QCOMPARE(counts[0].title, std::string("Pool used"));
        QCOMPARE(counts[0].lines, (std::vector<std::string>{"auth", "payment"}));
    }

    void manyServicesAreCounted()
    {
        std::vector<SignalQuery> queries;
        for (int i = 0; i < 50; ++i)
            queries.push_back(queryOf(Signal::Cpu, ("s" + std::to_string(i)).c_str(), "cpu"));
        QCOMPARE(overviewLanes(queries)[0].lines.size(), kMostServicesOfLane);
        QCOMPARE(overviewLanes(queries)[0].leftOut, std::size_t(10));
    }

    void theSummaryAddsServicesUp()
    {
        const SummaryQuestions none = summaryQuestions({queryOf(Signal::ErrorRate, "a", "e")});
        QVERIFY(none.rate.empty() && none.errors.empty());
        const SummaryQuestions all =
            summaryQuestions({queryOf(Signal::RequestRate, "a", "r"), queryOf(Signal::ErrorRate, "a", "e")});
        QVERIFY(all.rate.starts_with("sum(label_replace(r"));
        QVERIFY(all.errors.find(") / sum(") != std::string::npos);
    }

    void firingSamplesBecomeBands()
    {
        const Labels labels{
            {"__name__", "ALERTS"}, {"alertname", "Slow"}, {"alertstate", "firing"}, {"service", "auth"}};
        const auto bands = alertBands({seriesOf(labels, {1, 1, kNaN, kNaN, kNaN, 1})}, 10 * kS, at(60));
        QCOMPARE(bands.size(), std::size_t(2));
        QCOMPARE(bands[0].range, (TimeRange{at(0), at(20)}));
        QCOMPARE(bands[0].service, std::string("auth"));
        QVERIFY(bands[0].isOver);
        QCOMPARE(bands[1].range, (TimeRange{at(50), at(60)}));
        QVERIFY(!bands[1].isOver);
        QCOMPARE(alertBands({seriesOf(labels, {1, kNaN, 1})}, 10 * kS, at(60)).size(),
                 std::size_t(1)); // one scrape lost
        QVERIFY(alertBands(std::vector<MetricSeries>{}, 10 * kS, at(60)).empty());
    }

    void whatAlertmanagerTellsIsAddedOnce()
    {
        MetricAlert alert;
        alert.labels = {{"alertname", "Slow"}, {"job", "node"}, {"service", "auth"}};
        alert.sinceNs = 10 * kS;
        auto bands = alertBands(std::vector<MetricAlert>{alert}, at(60));
        QCOMPARE(bands.size(), std::size_t(1));
        addBands(bands, alertBands(std::vector<MetricAlert>{alert}, at(60)));
        QCOMPARE(bands.size(), std::size_t(1));
        alert.state = MetricAlert::State::Resolved;
        QVERIFY(alertBands(std::vector<MetricAlert>{alert}, at(60)).empty());
        QCOMPARE(serviceOf({{"job", "node"}}, true), std::string());
        QCOMPARE(serviceOf({{"job", "node"}}), std::string("node"));
    }

    void changesBecomeMarks()
    {
        const auto marks = marksOf({seriesOf({{"__name__", "build_info"}, {"version", "1.0"}}, {1, 1, kNaN, kNaN}),
                                    seriesOf({{"__name__", "build_info"}, {"version", "2.0"}}, {kNaN, kNaN, 1, 1}),
                                    seriesOf({{"__name__", "replicas"}}, {3, 3, 3, 5})});
        QCOMPARE(marks.size(), std::size_t(2));
        QCOMPARE(marks[0], (TimeMark{at(20), "2.0"}));
        QCOMPARE(marks[1], (TimeMark{at(30), "replicas: 3 to 5"}));
        QVERIFY(marksOf({}).empty());
    }

    void marksAreReadFromLines()
    {
        std::uint64_t leftOut = 0;
        const auto marks =
            sources::readMarks("time,text\n# deployments\n\n2026-11-23T14:02:10Z,auth 2.14.1, both zones\r\n"
                               "1795442530;epoch\n1795442530500\tmilliseconds\nsoon,nothing\n"
                               "{\"text\": \"as JSON\", \"time\": \"2026-11-23T14:00:00Z\", \"x\": [1]}\n"
                               "{\"time\": 1795442531}\n{broken\n",
                               leftOut);
        QVERIFY(marks.has_value());
        QCOMPARE(leftOut, std::uint64_t(2));
        QCOMPARE(marks->size(), std::size_t(5));
        QCOMPARE(marks->at(0).text, std::string("as JSON"));
        QCOMPARE(marks->at(1).text, std::string("auth 2.14.1, both zones"));
        QCOMPARE(marks->at(1).time, at(1'795'442'530)); // date -u -d 2026-11-23T14:02:10Z +%s
        QCOMPARE(marks->at(3).time, TimePoint(1'795'442'530'500'000'000));
        QCOMPARE(marks->at(4).time, at(1'795'442'531));
        QCOMPARE(sources::readMarks("nothing\nhere\n", leftOut).error().code, ErrorCode::Malformed);
        QCOMPARE(sources::readMarks("", leftOut).error().code, ErrorCode::Malformed);
    }

    void linesKeepTheirPeaksAndGaps()
    {
        std::vector<double> values(10'000, 1);
        values[5'000] = 100;
        values[7'000] = kNaN;
        const MetricSeries series = seriesOf({}, values, 1);
        const layout::TimeScale scale({at(0), at(10'000)}, 100);
        const auto picture = layout::layMetricLane({{"a", &series, false}}, MetricUnit::None, scale, 50);
        QCOMPARE(picture.lines.size(), std::size_t(1));
        QCOMPARE(picture.lines[0].runs.size(), std::size_t(2));
        std::size_t points = 0;
        double highest = 50;
        for (const auto &run : picture.lines[0].runs) {
            points += run.size();
            for (const layout::LanePoint &point : run)
                highest = std::min(highest, point.yPx);
        }
        QVERIFY(points <= 410);
        QVERIFY(highest < 10); // 100 of 120
        QCOMPARE(picture.ticks.back().label, std::string("120"));
        const MetricSeries empty = seriesOf({}, {kNaN, kNaN});
        QVERIFY(layout::layMetricLane({{"a", &empty, false}}, MetricUnit::None, scale, 50).isEmpty);
        QVERIFY(layout::layMetricLane({}, MetricUnit::None, scale, 50).isEmpty);
        QCOMPARE(layout::valueAt(series, at(5'000), kS), 100.0);
        QVERIFY(std::isnan(layout::valueAt(series, at(20'000), kS)));
    }

    void bandsThatTouchStandInRows()
    {
        std::vector<AlertBand> bands;
        for (int i = 0; i < 6; ++i)
            bands.push_back({"A" + std::to_string(i), {}, {}, {at(10), at(20)}, true});
        bands.push_back({"late", {}, {}, {at(80), at(90)}, true});
        bands.push_back({"elsewhere", {}, {}, {at(200), at(300)}, true});
        const layout::TimeScale scale({at(0), at(100)}, 100);
        const std::vector<TimeMark> marks{{at(50), "m"}, {at(150), "n"}};
        const auto picture = layout::layOverlay(bands, marks, scale, 4, 10);
        QCOMPARE(picture.rows, 4);
        QCOMPARE(picture.bands.size(), std::size_t(5));
        QCOMPARE(picture.hiddenBands, std::size_t(2));
        QCOMPARE(picture.bands.back().row, 0);
        QCOMPARE(picture.marks.size(), std::size_t(1));
    }

    void valuesAreWrittenInTheirUnits()
    {
        QCOMPARE(valueText(1.92, MetricUnit::Seconds), std::string("1.92 s"));
        QCOMPARE(valueText(42, MetricUnit::Milliseconds), std::string("42 ms"));
        QCOMPARE(valueText(3.4 * 1024 * 1024, MetricUnit::Bytes), std::string("3.4 MiB"));
        QCOMPARE(valueText(0.42, MetricUnit::Ratio), std::string("42 %"));
        QCOMPARE(valueText(340, MetricUnit::PerSecond), std::string("340/s"));
        QCOMPARE(valueText(kNaN, MetricUnit::Count), std::string("no data"));
        QVERIFY(!valueText(1e300, MetricUnit::Seconds).empty() && !valueText(-1e300, MetricUnit::Bytes).empty());
        QCOMPARE(valueScale(0, 95, MetricUnit::None).high, 100.0);
        QCOMPARE(valueScale(-3, 0, MetricUnit::None).low, -4.0);
        QCOMPARE(valueScale(0, 90.0 * 1024 * 1024, MetricUnit::Bytes).high, 100.0 * 1024 * 1024);
        QVERIFY(valueScale(5, 5, MetricUnit::None).high > valueScale(5, 5, MetricUnit::None).low);
    }

    void completionKnowsWhereTheCursorIs()
    {
        using Kind = PromqlPlace::Kind;
        const auto placeOf = [](std::string_view text) { return promqlPlace(text, text.size()); };
        QCOMPARE(placeOf("rate(http_re").kind, Kind::Expression);
        QCOMPARE(placeOf("rate(http_re").prefix, std::string("http_re"));
        QCOMPARE(placeOf("a{ser").kind, Kind::LabelName);
        QCOMPARE(placeOf("a{ser").metric, std::string("a"));
        QCOMPARE(placeOf("a{x=\"1\", ser").kind, Kind::LabelName);
        QCOMPARE(placeOf("a{service=\"pa").kind, Kind::LabelValue);
        QCOMPARE(placeOf("a{service=~\"pa").label, std::string("service"));
        QCOMPARE(placeOf("sum by (ser").kind, Kind::LabelName);
        QCOMPARE(placeOf("a[5").kind, Kind::Nothing);
        QCOMPARE(placeOf("a + 4").kind, Kind::Nothing);
        QCOMPARE(placeOf("\"text").kind, Kind::Nothing);
        QCOMPARE(placeOf("").prefix, std::string());
        QCOMPARE(promqlFunctions("HIST").size(), std::size_t(5));
        for (const char *odd : {"{", "}{)(", "a{b=", "\\", "a{\"", "]]]]", "\xff{"})
            (void)placeOf(odd);
    }
};

QTEST_GUILESS_MAIN(TestMetricLanes)
#include "tst_metric_lanes.moc"
