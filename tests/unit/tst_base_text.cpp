// SPDX-License-Identifier: GPL-3.0-or-later
// Texts, ids and small algorithms of models/base.
#include "models/base/data_quality.h"
#include "models/base/hash.h"
#include "models/base/iso_time.h"
#include "models/base/radix_sort.h"
#include "models/base/string_pool.h"
#include "models/base/time.h"
#include "models/base/utf8.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <random>
#include <unordered_map>
#include <unordered_set>

using namespace tailspan;
using namespace std::string_literals;

namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSecond = 1'000'000'000;

std::string repaired(const std::string &text, std::uint64_t expectedCount)
{
    std::uint64_t count = 0;
    std::string result = validUtf8(text, count);
    return count == expectedCount ? result : "count " + std::to_string(count);
}

const std::string kBad = "\xEF\xBF\xBD";

} // namespace

class TestBaseText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPoolGivesEachTextOneIdForEver()
    {
        StringPool pool;
        QCOMPARE(pool.intern({}).value(), 0U);
        std::mt19937 random(1);
        std::unordered_map<std::string, StringId> known;
        std::vector<std::string_view> views;
        for (int i = 0; i < 100'000; ++i) {
            std::string text = std::to_string(random() % 30'000);
            text.append(random() % 40, static_cast<char>(random() % 256));
            const StringId id = pool.intern(text);
            const auto [entry, isNew] = known.try_emplace(text, id);
            QCOMPARE(id, entry->second);
            if (isNew)
                views.push_back(pool.view(id));
        }
        QCOMPARE(pool.size(), known.size() + 1);
        for (const auto &[text, id] : known) {
            QVERIFY(pool.view(id) == text);
            QCOMPARE(pool.find(text), id);
        }
        for (const std::string_view view : views)
            QVERIFY(known.contains(std::string(view))); // the views of early days still stand
    }

    void aPoolTakesTextsOfAnySize()
    {
        StringPool pool;
        const std::string large(3'000'000, 'x');
        const StringId id = pool.intern(large);
        const StringId small = pool.intern("small");
        QVERIFY(pool.view(id) == large);
        QVERIFY(pool.view(small) == "small");
        QVERIFY(pool.intern("a\0b"s) != pool.intern("a"));
        QVERIFY(!pool.find("never seen").isValid());
        QVERIFY(pool.view(StringId(12'345)).empty());
        QVERIFY(pool.view(StringId()).empty());
        StringPool moved = std::move(pool);
        QVERIFY(moved.view(id) == large);
    }

    void hashesDifferForTextsThatDifferInOneBit()
    {
        std::unordered_set<std::uint64_t> seen;
        for (std::size_t length = 0; length < 40; ++length) {
            std::string text(length, '\0');
            QVERIFY(seen.insert(hashBytes(text)).second);
            for (std::size_t bit = 0; bit < length * 8; ++bit) {
                text[bit / 8] = static_cast<char>(1U << (bit % 8));
                QVERIFY(seen.insert(hashBytes(text)).second);
                text[bit / 8] = 0;
            }
        }
        QVERIFY(hashBytes("a", 1) != hashBytes("a", 2));
    }

    void sumsStopAtTheEndsOf64Bits()
    {
        QCOMPARE(saturatingAdd(kHighest, 1), kHighest);
        QCOMPARE(saturatingAdd(kLowest, -1), kLowest);
        QCOMPARE(saturatingAdd(kHighest, kLowest), -1);
        QCOMPARE(saturatingSubtract(kLowest, 1), kLowest);
        QCOMPARE(saturatingSubtract(0, kLowest), kHighest);
        QCOMPARE(saturatingMultiply(kHighest, 1000), kHighest);
        QCOMPARE(saturatingMultiply(kLowest, 1000), kLowest);
        QCOMPARE(saturatingMultiply(kLowest, -1), kHighest);
        QCOMPARE(Duration::seconds(kHighest).ns(), kHighest);
        QCOMPARE((TimePoint(kHighest) + Duration(5)).ns(), kHighest);
        QCOMPARE((TimePoint(kLowest) - TimePoint(kHighest)).ns(), kLowest);
    }

    void rangesAreHalfOpen()
    {
        const TimeRange range{TimePoint(10), TimePoint(20)};
        QVERIFY(range.contains(TimePoint(10)));
        QVERIFY(!range.contains(TimePoint(20)));
        QVERIFY(TimeRange().isEmpty());
        QCOMPARE(TimeRange().united(range), range);
        QCOMPARE(range.united({}), range);
        QCOMPARE(range.united({TimePoint(5), TimePoint(12)}), (TimeRange{TimePoint(5), TimePoint(20)}));
    }

    void isoTimesAreReadAsWritten_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qlonglong>("ns");
        const auto row = [](const char *text, qlonglong ns) { QTest::newRow(text) << QByteArray(text) << ns; };
        row("1970-01-01T00:00:00Z", 0);
        row("2026-11-23T15:52:02.877Z", 1'795'449'122'877'000'000);
        row("2026-11-23 15:52:02.877", 1'795'449'122'877'000'000);    // PostgreSQL lost the Z
        row("2026-11-23 15:52:02.877+00", 1'795'449'122'877'000'000); // PostgreSQL, with a zone
        row("2026-11-23T17:52:02.877+02:00", 1'795'449'122'877'000'000);
        row("2026-11-23T10:22:02.877-0530", 1'795'449'122'877'000'000);
        row("1969-12-31T23:59:59.999999999Z", -1);
        row("1970-01-01T00:00:00.1234567891Z", 123'456'789);
        row("1970-01-01T00:00:60Z", 60 * kSecond);
        row("2024-02-29T00:00:00Z", 1'709'164'800 * kSecond);
        row("9999-12-31T23:59:59Z", kHighest); // beyond 64 bits: the nearest
        row("0001-01-01T00:00:00Z", kLowest);
    }
    void isoTimesAreReadAsWritten()
    {
        QFETCH(QByteArray, text);
        QFETCH(qlonglong, ns);
        const auto read = parseIsoTimeNs(text.toStdString());
        QVERIFY(read.has_value());
        QCOMPARE(qlonglong{*read}, ns);
    }

    void whatIsNoIsoTimeIsRefused()
    {
        for (const char *text :
             {"", "2026", "2026-11-23", "2026-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2026-11-23T24:00:00Z",
              "2026-11-23T00:60:00Z", "2026-11-23T00:00:61Z", "2026-11-23T00:00:00.Z", "2026-11-23T00:00:00ZZ",
              "2026-11-23T00:00:00+2", "2026-11-23T00:00:00+02:", "2026-11-23T00:00:00+25:00", "x2026-11-23T00:00:00Z",
              "2026-11-23T00:00:00 UTC", "-2026-11-23T00:00:00Z"})
            QVERIFY2(!parseIsoTimeNs(text).has_value(), text);
    }

    void aTextInBlocksIsMendedAsInOnePiece()
    {
        const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xFF\xE2\x82z\xF0\x9F";
        std::uint64_t expectedCount = 0;
        const std::string expected = validUtf8(text, expectedCount);
        for (std::size_t size = 1; size <= text.size(); ++size) {
            Utf8Blocks blocks;
            std::string result;
            for (std::size_t at = 0; at < text.size(); at += size)
                result += blocks.take(std::string_view(text).substr(at, size));
            result += blocks.take({});
            QCOMPARE(result, expected);
            QCOMPARE(blocks.replaced(), expectedCount);
        }
    }

    void illFormedUtf8IsReplacedPartByPart()
    {
        QCOMPARE(repaired("plain", 0), "plain"s);
        QCOMPARE(repaired("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 0), "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"s);
        QCOMPARE(repaired("a\xFFz", 1), "a" + kBad + "z");
        QCOMPARE(repaired("\xC0\x80", 2), kBad + kBad);                       // overlong
        QCOMPARE(repaired("\xE0\x80\x80", 3), kBad + kBad + kBad);            // overlong
        QCOMPARE(repaired("\xED\xA0\x80", 3), kBad + kBad + kBad);            // a surrogate
        QCOMPARE(repaired("\xF4\x90\x80\x80", 4), kBad + kBad + kBad + kBad); // beyond U+10FFFF
        QCOMPARE(repaired("\xF0\x9F\x98", 1), kBad);                          // cut off: one maximal part
        QCOMPARE(repaired("\xE2\x82(", 1), kBad + "(");
        QCOMPARE(repaired("\x80\xBF", 2), kBad + kBad);
        // The example of table 3-11 of the Unicode standard.
        QCOMPARE(repaired("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 4), kBad + kBad + kBad + kBad + "A");
        QVERIFY(isValidUtf8("\xF4\x8F\xBF\xBF"));
        QVERIFY(!isValidUtf8("\xF5\x80\x80\x80"));
    }

    void repairedTextIsAlwaysValid()
    {
        std::mt19937 random(3);
        for (int i = 0; i < 20'000; ++i) {
            std::string text(random() % 12, '\0');
            for (char &c : text)
                c = static_cast<char>(random() % 3 == 0 ? random() % 128 : 0x80 + random() % 128);
            std::uint64_t count = 0;
            const std::string valid = validUtf8(text, count);
            QVERIFY(isValidUtf8(valid));
            QCOMPARE(count == 0, isValidUtf8(text));
            std::uint64_t none = 0;
            QCOMPARE(validUtf8(valid, none), valid);
            QVERIFY(utf8Prefix(valid, 5).size() <= 5);
            QVERIFY(isValidUtf8(utf8Prefix(valid, 5)));
        }
    }

    void codePointsThatAreNoneBecomeTheReplacement()
    {
        std::string text;
        for (const char32_t point : {U'a', U'\x7FF', U'\xFFFF', U'\x10FFFF'})
            appendUtf8(text, point);
        QVERIFY(isValidUtf8(text));
        QCOMPARE(text.size(), std::size_t{1 + 2 + 3 + 4});
        text.clear();
        appendUtf8(text, 0xD800);
        appendUtf8(text, 0x110000);
        QCOMPARE(text, kBad + kBad);
    }

    void qualitySaysWhatHowOftenAndWhereFirst()
    {
        DataQuality quality;
        QVERIFY(quality.isClean());
        quality.add(QualityIssue::WrongWidthRow, 0, "line 1");
        QVERIFY(quality.isClean());
        quality.add(QualityIssue::WrongWidthRow, 1, "line 17");
        QCOMPARE(quality.lines(), std::vector<std::string>{"1 row of the wrong width was skipped, at line 17"});
        DataQuality later;
        later.add(QualityIssue::WrongWidthRow, 2, "line 30");
        later.add(QualityIssue::Truncated);
        quality.merge(later);
        QCOMPARE(
            quality.lines(),
            (std::vector<std::string>{"incomplete: the input ends in the middle of a record; what was whole is kept",
                                      "3 rows of the wrong width were skipped, first at line 17"}));
        for (std::size_t i = 0; i < kQualityIssueCount; ++i) {
            DataQuality one;
            one.add(static_cast<QualityIssue>(i), 1'234);
            QCOMPARE(one.lines().size(), std::size_t{1});
            QVERIFY(one.lines().front().find("1,234") == 0);
        }
    }

    void radixSortAgreesWithAStableSort()
    {
        std::mt19937_64 random(4);
        for (const std::size_t count :
             {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{1'000}, std::size_t{50'000}}) {
            for (const unsigned shift : {0U, 20U, 45U, 60U, 63U}) {
                std::vector<KeyedRow> rows(count);
                for (std::uint32_t i = 0; i < count; ++i)
                    rows[i] = {sortKeyOf(static_cast<std::int64_t>(random()) >> shift), i};
                std::vector<KeyedRow> expected = rows;
                std::stable_sort(expected.begin(), expected.end(),
                                 [](const KeyedRow &a, const KeyedRow &b) { return a.key < b.key; });
                radixSort(rows);
                QVERIFY(
                    std::equal(rows.begin(), rows.end(), expected.begin(), expected.end(),
                               [](const KeyedRow &a, const KeyedRow &b) { return a.key == b.key && a.row == b.row; }));
            }
        }
        QVERIFY(sortKeyOf(kLowest) < sortKeyOf(-1) && sortKeyOf(-1) < sortKeyOf(0)
                && sortKeyOf(0) < sortKeyOf(kHighest));
    }
};

QTEST_GUILESS_MAIN(TestBaseText)
#include "tst_base_text.moc"
