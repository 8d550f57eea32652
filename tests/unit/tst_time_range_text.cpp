// SPDX-License-Identifier: GPL-3.0-or-later
// What people type as a range of time.
#include "models/base/number_text.h"
#include "models/base/time_range_text.h"

#include <QTest>

using namespace tailspan;

namespace {

constexpr std::int64_t kS = 1'000'000'000;
constexpr std::int64_t kNowS = 1'795'530'600; // date -u -d @1795530600: 2026-11-24 14:30:00

std::string read(const char *text, Duration offset = {})
{
    const auto typed = parseTypedRange(text, TimePoint(kNowS * kS), offset);
    if (!typed)
        return "no range";
    if (typed->isAll)
        return "all";
    if (typed->last)
        return "last " + durationText(*typed->last);
    return isoText(typed->range->begin) + " " + isoText(typed->range->end);
}

} // namespace

class TestTimeRangeText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rangesAreRead_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *typed, const char *expected) {
            QTest::newRow(typed) << QString::fromUtf8(typed) << QString::fromUtf8(expected);
        };
        row("14:02 - 14:17", "2026-11-24T14:02:00Z 2026-11-24T14:17:00Z");
        row("14:02-14:17", "2026-11-24T14:02:00Z 2026-11-24T14:17:00Z");
        row("14:02 \u2013 14:17", "2026-11-24T14:02:00Z 2026-11-24T14:17:00Z");
        row("  9:00 to 9:05:30.5 ", "2026-11-24T09:00:00Z 2026-11-24T09:05:30.500Z");
        row("15:00 - 15:10", "2026-11-23T15:00:00Z 2026-11-23T15:10:00Z"); // today it lies ahead
        row("23:50 - 00:10", "2026-11-23T23:50:00Z 2026-11-24T00:10:00Z");
        row("13:00 - 24:00", "2026-11-24T13:00:00Z 2026-11-25T00:00:00Z");
        row("yesterday 14:00-15:00", "2026-11-23T14:00:00Z 2026-11-23T15:00:00Z");
        row("Yesterday 14:00 - today 9:00", "2026-11-23T14:00:00Z 2026-11-24T09:00:00Z");
        row("yesterday", "2026-11-23T00:00:00Z 2026-11-24T00:00:00Z");
        row("today", "2026-11-24T00:00:00Z 2026-11-24T14:30:00Z");
        row("2026-11-20", "2026-11-20T00:00:00Z 2026-11-21T00:00:00Z");
        row("2026-11-20 - 2026-11-21", "2026-11-20T00:00:00Z 2026-11-22T00:00:00Z");
        row("2026-11-20 14:02 - 14:17", "2026-11-20T14:02:00Z 2026-11-20T14:17:00Z");
        row("2026-11-20 14:02-14:17 UTC", "2026-11-20T14:02:00Z 2026-11-20T14:17:00Z");
        row("2026-11-20T14:02:10Z/2026-11-20T14:03:00Z", "2026-11-20T14:02:10Z 2026-11-20T14:03:00Z");
        row("2026-11-20T14:02:10.250Z - 2026-11-20T16:03:00+02:00", "2026-11-20T14:02:10.250Z 2026-11-20T14:03:00Z");
        row("now-2h - now-1h", "2026-11-24T12:30:00Z 2026-11-24T13:30:00Z");
        row("14:00 - now", "2026-11-24T14:00:00Z 2026-11-24T14:30:00Z");
        row("last 20m", "last 20 m 00 s");
        row("20 min", "last 20 m 00 s");
        row("1h30m", "last 1 h 30 m");
        row("last hour", "last 1 h 00 m");
        row("Last 15 min", "last 15 m 00 s");
        row("last 2 days", "last 2 d 00 h");
        row("all", "all");
    }

    void rangesAreRead()
    {
        QFETCH(QString, typed);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(read(typed.toUtf8().constData())), expected);
    }

    void clocksAreInTheZoneThatIsShown()
    {
        const Duration offset = Duration::seconds(3'600);
        QCOMPARE(read("15:02 - 15:17", offset), std::string("2026-11-24T14:02:00Z 2026-11-24T14:17:00Z"));
        QCOMPARE(read("14:02 - 14:17 UTC", offset), std::string("2026-11-24T14:02:00Z 2026-11-24T14:17:00Z"));
        QCOMPARE(read("yesterday", offset), std::string("2026-11-22T23:00:00Z 2026-11-23T23:00:00Z"));
    }

    void whatIsNoRangeIsRefused()
    {
        for (const char *text :
             {"", "-", "14", "14:02", "25:00 - 26:00", "14:61 - 14:62", "last", "last 0m", "last -5m", "2026-13-01",
              "2026-02-30", "yesterday 15:00 - yesterday 14:00", "now - now", "tomorrow", "14:02 - ",
              "99999999999999999999h", ":::: - ::", "- - - -", "\xff\xfe"})
            QCOMPARE(read(text), std::string("no range"));
        const auto error = parseTypedRange("soon", TimePoint(kNowS * kS));
        QVERIFY(error.error().message.find("last 20m") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestTimeRangeText)
#include "tst_time_range_text.moc"
