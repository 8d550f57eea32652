// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/time_ruler.h"
#include "models/layout/time_scale.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace tailspan;
using namespace tailspan::layout;
using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kHour = 3'600'000'000'000;
constexpr std::int64_t kStart = 1'767'225'600'000'000'000;
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

TimeRange range(std::int64_t begin, std::int64_t end)
{
    return {TimePoint(begin), TimePoint(end)};
}

QString labels(const TimeRuler &ruler)
{
    QString text = QString::fromStdString(ruler.baseLabel);
    for (const RulerTick &tick : ruler.ticks)
        text += (text.isEmpty() ? u""_s : u" | "_s) + QString::fromStdString(tick.label);
    return text;
}

} // namespace

class TestTimeScaleLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anHourMapsToPixelsAndBackExactlyAtTheDeepestZoom();
    void zoomingInAndOutComesBackWithinOneNanosecond();
    void theTimeUnderThePivotStays();
    void panningThereAndBackComesBack();
    void theWindowNeverLeavesTheBounds();
    void anEmptyTraceStillHasAWidth();
    void extremeTimesNeitherOverflowNorHang_data();
    void extremeTimesNeitherOverflowNorHang();
    void stepsAreRound_data();
    void stepsAreRound();
    void ticksReadWell_data();
    void ticksReadWell();
    void deepInALongTraceTheCommonPartIsSaidOnce();
    void everyLabelIsDifferentAndEveryTickIsOnScreen();
};

void TestTimeScaleLayout::anHourMapsToPixelsAndBackExactlyAtTheDeepestZoom()
{
    const TimeScale whole(range(kStart, kStart + kHour), 900);
    const TimePoint at(kStart + 2'159'123'456'789);
    TimeScale deep = whole.showing({at, at + Duration(10)});
    QCOMPARE(deep.lengthNs(), 10.0);
    for (std::int64_t ns = 0; ns <= 10; ++ns) {
        const TimePoint time = at + Duration(ns);
        QCOMPARE(deep.xOf(time), static_cast<double>(ns) * 90);
        QCOMPARE(deep.timeAt(deep.xOf(time)).ns(), time.ns());
    }
}

void TestTimeScaleLayout::zoomingInAndOutComesBackWithinOneNanosecond()
{
    std::mt19937_64 random(7);
    const TimeScale whole(range(kStart, kStart + kHour), 1400);
    for (int round = 0; round < 200; ++round) {
        const TimePoint from(kStart + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(kHour / 2)));
        TimeScale scale = whole.showing({from, from + Duration(kHour / 4)});
        const TimeScale before = scale;
        const double pivot = static_cast<double>(random() % 1400);
        for (int i = 0; i < 60; ++i)
            scale = scale.zoomed(1.25, pivot);
        for (int i = 0; i < 60; ++i)
            scale = scale.zoomed(1 / 1.25, pivot);
        QVERIFY(std::llabs((scale.visible().begin - before.visible().begin).ns()) <= 1);
        QVERIFY(std::llabs((scale.visible().end - before.visible().end).ns()) <= 1);
    }
}

void TestTimeScaleLayout::theTimeUnderThePivotStays()
{
    TimeScale scale(range(kStart, kStart + kHour), 1000);
    for (int i = 0; i < 120; ++i) {
        const TimePoint before = scale.timeAt(617);
        scale = scale.zoomed(1.3, 617);
        QVERIFY(std::llabs((scale.timeAt(617) - before).ns()) <= 1);
    }
    QCOMPARE(scale.lengthNs(), TimeScale::kMinVisibleNs);
}

void TestTimeScaleLayout::panningThereAndBackComesBack()
{
    const TimeScale whole(range(kStart, kStart + kHour), 1000);
    const TimeScale scale = whole.showing(range(kStart + kHour / 2, kStart + kHour / 2 + 40));
    TimeScale moved = scale;
    for (int i = 0; i < 333; ++i)
        moved = moved.panned(0.7);
    QVERIFY(moved.visible().begin > scale.visible().begin);
    for (int i = 0; i < 333; ++i)
        moved = moved.panned(-0.7);
    QVERIFY(std::fabs(moved.xOf(scale.visible().begin)) < 0.01);
}

void TestTimeScaleLayout::theWindowNeverLeavesTheBounds()
{
    std::mt19937_64 random(3);
    const TimeRange bounds = range(kStart, kStart + kHour);
    TimeScale scale(bounds, 800);
    for (int i = 0; i < 5000; ++i) {
        const double x = static_cast<double>(random() % 800);
        switch (random() % 4) {
        case 0: scale = scale.zoomed(1.0 + x / 100, x); break;
        case 1: scale = scale.zoomed(1 / (1.0 + x / 150), x); break;
        case 2: scale = scale.panned(x * 10 - 4000); break;
        default: scale = scale.withWidth(100 + x);
        }
        QVERIFY(scale.visible().begin >= bounds.begin);
        QVERIFY(scale.visible().end <= bounds.end);
        QVERIFY(scale.lengthNs() >= TimeScale::kMinVisibleNs);
    }
}

void TestTimeScaleLayout::anEmptyTraceStillHasAWidth()
{
    const TimeScale scale(range(kStart, kStart), 100);
    QCOMPARE(scale.lengthNs(), TimeScale::kMinVisibleNs);
    QCOMPARE(scale.xOf(TimePoint(kStart)), 0.0);
    QVERIFY(scale.showsAll());
}

void TestTimeScaleLayout::extremeTimesNeitherOverflowNorHang_data()
{
    QTest::addColumn<qint64>("begin");
    QTest::addColumn<qint64>("end");
    QTest::newRow("all of int64") << qint64{kMin} << qint64{kMax};
    QTest::newRow("from 0 to the end") << qint64{0} << qint64{kMax};
    QTest::newRow("at the end") << qint64{kMax - 5} << qint64{kMax};
    QTest::newRow("at the beginning") << qint64{kMin} << qint64{kMin + 1};
    QTest::newRow("backwards") << qint64{100} << qint64{-100};
}

void TestTimeScaleLayout::extremeTimesNeitherOverflowNorHang()
{
    QFETCH(qint64, begin);
    QFETCH(qint64, end);
    TimeScale scale(range(begin, end), 1000);
    for (const std::int64_t time : {kMin, std::int64_t{-1}, std::int64_t{0}, kStart, kMax})
        QVERIFY(std::isfinite(scale.xOf(TimePoint(time))));
    for (int i = 0; i < 200; ++i)
        scale = scale.zoomed(1.5, 400).panned(13);
    QVERIFY(makeTimeRuler(scale, scale.bounds().begin, 100).ticks.size() <= 2000);
    for (int i = 0; i < 200; ++i)
        scale = scale.zoomed(1 / 1.5, 100).panned(-13);
    QVERIFY(scale.showsAll());
    QVERIFY(makeTimeRuler(scale, TimePoint(kMin), 100).ticks.size() <= 2000);
}

void TestTimeScaleLayout::stepsAreRound_data()
{
    QTest::addColumn<double>("minimum");
    QTest::addColumn<qint64>("step");
    QTest::newRow("below a nanosecond") << 0.01 << qint64{1};
    QTest::newRow("3 ns") << 3.0 << qint64{5};
    QTest::newRow("60 ms") << 60e6 << qint64{100'000'000};
    QTest::newRow("6 s") << 6e9 << qint64{10'000'000'000};
    QTest::newRow("11 s") << 11e9 << qint64{15'000'000'000};
    QTest::newRow("40 s") << 40e9 << qint64{60'000'000'000};
    QTest::newRow("50 min") << 3e12 << qint64{kHour};
    QTest::newRow("7 h") << 25.2e12 << qint64{12 * kHour};
    QTest::newRow("30 h") << 108e12 << qint64{48 * kHour};
    QTest::newRow("a century") << 3.15e18 << qint64{50'000LL * 24 * kHour};
}

void TestTimeScaleLayout::stepsAreRound()
{
    QFETCH(double, minimum);
    QTEST(qint64{roundTimeStep(minimum)}, "step");
}

void TestTimeScaleLayout::ticksReadWell_data()
{
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("to");
    QTest::addColumn<QString>("text");
    QTest::newRow("868 ms") << qint64{0} << qint64{868} * kMs << u"0 ms | 200 ms | 400 ms | 600 ms | 800 ms"_s;
    QTest::newRow("10 ns") << qint64{0} << qint64{10} << u"0 ns | 2 ns | 4 ns | 6 ns | 8 ns | 10 ns"_s;
    QTest::newRow("2.5 s") << qint64{0} << qint64{2500} * kMs << u"0.0 s | 0.5 s | 1.0 s | 1.5 s | 2.0 s | 2.5 s"_s;
    QTest::newRow("5 min") << qint64{0} << qint64{300'000} * kMs << u"0 m | 1 m | 2 m | 3 m | 4 m | 5 m"_s;
    QTest::newRow("90 s") << qint64{0} << qint64{90'000} * kMs << u"0 m 00 s | 0 m 30 s | 1 m 00 s | 1 m 30 s"_s;
    QTest::newRow("3 h") << qint64{0} << 3 * qint64{kHour} << u"0 h | 1 h | 2 h | 3 h"_s;
    QTest::newRow("in the third hour") << 2 * qint64{kHour} + 65'000 * kMs << 2 * qint64{kHour} + 67'000 * kMs
                                       << u"2 h 01 m 05.0 s | 2 h 01 m 05.5 s | 2 h 01 m 06.0 s | "_s
            + u"2 h 01 m 06.5 s | 2 h 01 m 07.0 s"_s;
}

void TestTimeScaleLayout::ticksReadWell()
{
    QFETCH(qint64, from);
    QFETCH(qint64, to);
    const TimeScale whole(range(kStart, kStart + std::max<qint64>(to, 10)), 600);
    const TimeScale scale = whole.showing(range(kStart + from, kStart + to));
    QTEST(labels(makeTimeRuler(scale, TimePoint(kStart), 110)), "text");
}

void TestTimeScaleLayout::deepInALongTraceTheCommonPartIsSaidOnce()
{
    const TimeScale whole(range(kStart, kStart + kHour), 600);
    const std::int64_t at = 2'159'123'456'700; // 35 m 59.123 s and some
    const TimeScale scale = whole.showing(range(kStart + at, kStart + at + 100));
    QCOMPARE(labels(makeTimeRuler(scale, TimePoint(kStart), 110)),
             u"35 m 59.123 s | +456.70 \u00b5s | +456.72 \u00b5s | +456.74 \u00b5s | +456.76 \u00b5s | "_s
                 + u"+456.78 \u00b5s | +456.80 \u00b5s"_s);
}

void TestTimeScaleLayout::everyLabelIsDifferentAndEveryTickIsOnScreen()
{
    std::mt19937_64 random(11);
    for (int round = 0; round < 2000; ++round) {
        const auto length = static_cast<std::int64_t>(random() >> (1 + random() % 60)) + 10;
        const TimeScale whole(range(kStart, saturatingAdd(kStart, length)), 1000);
        const TimeScale scale =
            whole.zoomed(std::pow(1.5, static_cast<double>(random() % 60)), static_cast<double>(random() % 1000));
        const TimeRuler ruler = makeTimeRuler(scale, TimePoint(kStart), 100);
        QVERIFY(ruler.ticks.size() <= 12);
        for (std::size_t i = 0; i < ruler.ticks.size(); ++i) {
            QVERIFY(ruler.ticks[i].xPx >= 0 && ruler.ticks[i].xPx <= 1000);
            if (i > 0) {
                QVERIFY(ruler.ticks[i].xPx - ruler.ticks[i - 1].xPx >= 99);
                QVERIFY2(ruler.ticks[i].label != ruler.ticks[i - 1].label, ruler.ticks[i].label.c_str());
            }
        }
    }
}

QTEST_GUILESS_MAIN(TestTimeScaleLayout)
#include "tst_time_scale_layout.moc"
