// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/number_text.h"

#include <QTest>

#include <limits>

using namespace tailspan;

namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

QString text(const std::string &s)
{
    return QString::fromStdString(s);
}

} // namespace

class TestNumberText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void durationsTakeTheUnitThatFits_data()
    {
        QTest::addColumn<qlonglong>("ns");
        QTest::addColumn<QString>("expected");
        const auto row = [](qlonglong ns, const char *expected) {
            QTest::addRow("%lld", ns) << ns << QString::fromUtf8(expected);
        };
        row(0, "0 ns");
        row(1, "1 ns");
        row(999, "999 ns");
        row(1'000, "1 µs");
        row(1'234, "1.23 µs");
        row(9'994, "9.99 µs");
        row(9'996, "10.0 µs");
        row(99'940, "99.9 µs");
        row(99'960, "100 µs");
        row(842'000, "842 µs");
        row(999'499, "999 µs");
        row(999'500, "1.00 ms"); // not "1000 µs"
        row(1'000'000, "1 ms");
        row(999'499'999, "999 ms");
        row(999'500'000, "1.00 s");
        row(1'920'000'000, "1.92 s");
        row(59'949'000'000, "59.9 s");
        row(59'950'000'000, "1 m 00 s"); // not "60.0 s"
        row(125'000'000'000, "2 m 05 s");
        row(3'599'499'999'999, "59 m 59 s");
        row(3'599'500'000'000, "1 h 00 m"); // not "60 m 00 s"
        row(11'220'000'000'000, "3 h 07 m");
        row(86'369'999'999'999, "23 h 59 m");
        row(86'370'000'000'000, "1 d 00 h");
        row(-1, "-1 ns");
        row(-1'500'000, "-1.50 ms");
        row(kHighest, "106752 d 00 h");
        row(kLowest, "-106752 d 00 h");
    }
    void durationsTakeTheUnitThatFits()
    {
        QFETCH(qlonglong, ns);
        QFETCH(QString, expected);
        QCOMPARE(text(durationText(Duration(ns))), expected);
    }

    void countsHaveSeparators()
    {
        QCOMPARE(text(countText(0)), QStringLiteral("0"));
        QCOMPARE(text(countText(999)), QStringLiteral("999"));
        QCOMPARE(text(countText(1'000)), QStringLiteral("1,000"));
        QCOMPARE(text(countText(48'213)), QStringLiteral("48,213"));
        QCOMPARE(text(countText(UINT64_MAX)), QStringLiteral("18,446,744,073,709,551,615"));
        QCOMPARE(text(pluralText(1, "span", "spans")), QStringLiteral("1 span"));
        QCOMPARE(text(pluralText(0, "span", "spans")), QStringLiteral("0 spans"));
    }

    void ratesRoundUpIntoTheNextUnit_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](double value, const char *expected) {
            QTest::addRow("%g", value) << value << QString::fromUtf8(expected);
        };
        row(0, "0/s");
        row(0.42, "0.42/s");
        row(0.01, "0.01/s");
        row(0.000389, "1.4/h");
        row(0.00001, "0.036/h");
        row(9.996, "10/s");
        row(340, "340/s");
        row(999.4, "999/s");
        row(999.5, "1.0k/s");
        row(1'200, "1.2k/s");
        row(99'949, "99.9k/s");
        row(99'951, "100k/s");
        row(999'499, "999k/s");
        row(999'500, "1.00M/s");
        row(-1'200, "-1.2k/s");
        row(5e9, "5,000M/s");
        row(1e300, "1.00e+300/s");
        row(std::numeric_limits<double>::infinity(), "no data");
        row(std::numeric_limits<double>::quiet_NaN(), "no data");
    }
    void ratesRoundUpIntoTheNextUnit()
    {
        QFETCH(double, value);
        QFETCH(QString, expected);
        QCOMPARE(text(rateText(value)), expected);
    }

    void percentsHaveOneDecimalBelowTen_data()
    {
        QTest::addColumn<double>("ratio");
        QTest::addColumn<QString>("expected");
        const auto row = [](double ratio, const char *expected) {
            QTest::addRow("%g", ratio) << ratio << QString::fromUtf8(expected);
        };
        row(0, "0 %");
        row(0.0001, "< 0.1 %");
        row(-0.0001, "> -0.1 %");
        row(0.004, "0.4 %");
        row(0.085, "8.5 %");
        row(0.0996, "10 %");
        row(0.42, "42 %");
        row(1, "100 %");
        row(-0.5, "-50 %");
        row(1e300, "1.00e+302 %");
        row(std::numeric_limits<double>::quiet_NaN(), "no data");
    }
    void percentsHaveOneDecimalBelowTen()
    {
        QFETCH(double, ratio);
        QFETCH(QString, expected);
        QCOMPARE(text(percentText(ratio)), expected);
    }

    void bytesAreInBinaryUnits()
    {
        QCOMPARE(text(bytesText(0)), QStringLiteral("0 B"));
        QCOMPARE(text(bytesText(1'023)), QStringLiteral("1023 B"));
        QCOMPARE(text(bytesText(1'024)), QStringLiteral("1.0 KiB"));
        QCOMPARE(text(bytesText(1'048'575)), QStringLiteral("1.0 MiB")); // not "1024 KiB"
        QCOMPARE(text(bytesText(3'565'158)), QStringLiteral("3.4 MiB"));
        QCOMPARE(text(bytesText(UINT64_MAX)), QStringLiteral("16384 PiB"));
    }

    void decimalsAreReadableAtEverySize_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](double value, const char *expected) {
            QTest::addRow("%g", value) << value << QString::fromUtf8(expected);
        };
        row(0, "0");
        row(0.00412, "0.00412");
        row(0.0000412, "0.0000412"); // no exponent
        row(-0.000001, "-0.000001");
        row(3e-10, "3.00e-10");
        row(1, "1");
        row(1.5, "1.5");
        row(99.96, "100");
        row(999.4, "999");
        row(999.6, "1,000");
        row(1'140.2, "1,140");
        row(-1'140.2, "-1,140");
        row(1e17, "100,000,000,000,000,000");
        row(1e18, "1.00e+18");
        row(1.7e308, "1.70e+308");
    }
    void decimalsAreReadableAtEverySize()
    {
        QFETCH(double, value);
        QFETCH(QString, expected);
        QCOMPARE(text(decimalText(value)), expected);
    }

    void momentsCarryAsManyDigitsAsTheyNeed()
    {
        constexpr std::int64_t kMoment = 1'795'442'530'250'000'000; // 2026-11-23T14:02:10.250Z
        QCOMPARE(text(isoText(TimePoint(kMoment))), QStringLiteral("2026-11-23T14:02:10.250Z"));
        QCOMPARE(text(isoText(TimePoint(kMoment + 1'000))), QStringLiteral("2026-11-23T14:02:10.250001Z"));
        QCOMPARE(text(isoText(TimePoint(kMoment + 1))), QStringLiteral("2026-11-23T14:02:10.250000001Z"));
        QCOMPARE(text(isoText(TimePoint(0))), QStringLiteral("1970-01-01T00:00:00Z"));
        QCOMPARE(text(isoText(TimePoint(-1))), QStringLiteral("1969-12-31T23:59:59.999999999Z"));
        QCOMPARE(text(isoText(TimePoint(kHighest))), QStringLiteral("2262-04-11T23:47:16.854775807Z"));
        QCOMPARE(text(clockText(TimePoint(kMoment))), QStringLiteral("14:02:10"));
        QCOMPARE(text(clockText(TimePoint(kMoment), true)), QStringLiteral("14:02:10.250"));
        QCOMPARE(text(clockText(TimePoint(-1), true)), QStringLiteral("23:59:59.999"));
    }

    void momentsAtTheLowestEndOf64BitsAreNumbers()
    {
        QCOMPARE(text(isoText(TimePoint(kLowest))), QStringLiteral("-9223372036854775808 ns (out of range)"));
        QVERIFY(!clockText(TimePoint(kLowest), true).empty());
        QCOMPARE(text(isoText(TimePoint(kLowest + 86'400'000'000'000))),
                 QStringLiteral("1677-09-22T00:12:43.145224192Z"));
    }
};

QTEST_GUILESS_MAIN(TestNumberText)
#include "tst_number_text.moc"
