// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/json/json_cursor.h"
#include "app/json/structural_index.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace tailspan;
using namespace tailspan::json;

namespace {

struct Indexed {
    PaddedBuffer buffer;
    StructuralIndex index;
    DataQuality quality;

    explicit Indexed(std::string_view text)
    {
        buffer.reserve(text.size() + 1);
        std::copy(text.begin(), text.end(), buffer.data());
        buffer.setSize(text.size());
        buffer.seal();
        index.index(buffer, quality);
    }
    JsonCursor cursor() const { return index.cursor(); }
};

/// Every scalar of the text as "path=value;", read by the cursor with a stack of our own.
std::string flattened(JsonCursor cursor)
{
    std::string result;
    while (!cursor.atEnd()) {
        std::string_view raw;
        if (cursor.readText(raw))
            result += std::string(raw) + ";";
        else
            cursor.advance();
    }
    return result;
}

std::int64_t integer(const char *text, QualityIssue issue, std::uint64_t issues)
{
    DataQuality quality;
    const IntegerResult result = parseInteger(text, quality);
    if (quality.count(issue) != issues || !result.isPresent)
        return -4'242;
    return result.value;
}

const std::string kDocument = " {\"a\": [1, -2.5e3, true, null], \"b\\n\": {\"c\": \"x \\\"y\\\" \\\\\", \"d\": {}},\n"
                              "  \"e\": [[], [{\"f\": \"\\u00e4\\ud83d\\ude00\"}]], \"g\": \"end\"} ";

} // namespace

class TestJsonCursor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valuesAreReadAsTheyStand()
    {
        const Indexed json(kDocument);
        QCOMPARE(flattened(json.cursor()),
                 "a;1;-2.5e3;true;null;b\\n;c;x \\\"y\\\" \\\\;d;e;f;\\u00e4\\ud83d\\ude00;g;end;");
        QVERIFY(json.quality.isClean());
        JsonCursor cursor = json.cursor();
        std::string keys;
        QVERIFY(forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
            std::string_view text;
            const bool isWhole = value.skipValue(text);
            keys += std::string(key) + "=" + std::string(text.substr(0, 1)) + std::string(text.substr(text.size() - 1))
                + " ";
            return isWhole;
        }));
        QCOMPARE(keys, "a=[] b\\n={} e=[] g=\"\" ");
        QVERIFY(cursor.atEnd());
    }

    void everyPrefixIsCutOffAndNothingWorse()
    {
        for (std::size_t length = 0; length < kDocument.size() - 2; ++length) {
            const Indexed json(std::string_view(kDocument).substr(0, length));
            JsonCursor walk = json.cursor();
            (void)flattened(walk);
            JsonCursor cursor = json.cursor();
            QVERIFY2(!cursor.skipValue() || cursor.atEnd(), kDocument.substr(0, length).c_str());
            JsonCursor object = json.cursor();
            const bool isWhole =
                forEachField(object, [](std::string_view, JsonCursor &value) { return value.skipValue(); });
            QVERIFY2(!isWhole, kDocument.substr(0, length).c_str());
        }
        const Indexed whole(kDocument);
        JsonCursor cursor = whole.cursor();
        QVERIFY(cursor.skipValue() && cursor.atEnd());
    }

    void aTextThatEndsInsideAStringSaysSo()
    {
        const Indexed json("{\"a\": \"never clos");
        QVERIFY(json.index.endsInsideString());
        QCOMPARE(flattened(json.cursor()), "a;never clos;");
        QVERIFY(!Indexed("{\"a\": \"closed\"").index.endsInsideString());
    }

    void rawControlCharactersBecomeSpaces()
    {
        const Indexed json("{\"a\": \"x\ty\nz\x01\", \"b\": 1}");
        QCOMPARE(flattened(json.cursor()), "a;x y z ;b;1;");
        QCOMPARE(json.quality.count(QualityIssue::ControlCharacter), 3U);
    }

    void rawControlCharactersAreFoundBehindStrayBackslashes()
    {
        // Outside of strings a backslash hides the quote behind it from the indexer, so it must from us.
        const Indexed json("\\\" {\"a\": \"x\ty\"}");
        QVERIFY(flattened(json.cursor()).find("a;x y;") != std::string::npos);
        QCOMPARE(json.quality.count(QualityIssue::ControlCharacter), 1U);
    }

    void controlCharactersAndAMissingQuoteAreMendedTogether()
    {
        const Indexed json("{\"a\": \"x\ty\", \"b\": \"c\td");
        QCOMPARE(flattened(json.cursor()), "a;x y;b;c d;");
        QVERIFY(json.index.endsInsideString());
    }

    void bytesThatAreNotUtf8AreFlagged()
    {
        const Indexed json("{\"a\": \"x\xFF\"}");
        QVERIFY(json.index.hasInvalidUtf8());
        QCOMPARE(flattened(json.cursor()), "a;x\xFF;");
        QVERIFY(!Indexed("{\"a\": \"\xC3\xA4\"}").index.hasInvalidUtf8());
    }

    void blankAndEmptyTextsHaveNoValue()
    {
        for (const char *text : {"", " ", "\n\n\t "}) {
            const Indexed json(text);
            QVERIFY(json.cursor().atEnd());
            JsonCursor cursor = json.cursor();
            QVERIFY(!cursor.skipValue());
        }
    }

    void aMillionLevelsCostNoStack()
    {
        constexpr std::size_t kDepth = 1'000'000;
        const std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');
        const Indexed json(deep);
        JsonCursor cursor = json.cursor();
        QVERIFY(cursor.skipValue());
        QVERIFY(cursor.atEnd());
        const Indexed open(std::string(kDepth, '['));
        JsonCursor cut = open.cursor();
        QVERIFY(!cut.skipValue());
    }

    void randomBytesNeverLeadOutOfTheText()
    {
        std::mt19937 random(7);
        constexpr std::string_view kAlphabet = "{}[]:,\"\\ \n\x01\xFF"
                                               "0aeu\0";
        for (int i = 0; i < 30'000; ++i) {
            std::string text(random() % 40, ' ');
            for (char &c : text)
                c = kAlphabet[random() % kAlphabet.size()];
            const Indexed json(text);
            (void)flattened(json.cursor());
            JsonCursor cursor = json.cursor();
            while (cursor.skipValue() || !cursor.atEnd()) {
                if (!cursor.atEnd())
                    cursor.advance();
            }
        }
    }

    void escapesAreDecoded_data()
    {
        QTest::addColumn<QByteArray>("raw");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *raw, const char *text) {
            QTest::newRow(raw) << QByteArray(raw) << QByteArray(text);
        };
        row("plain", "plain");
        row("\\n\\t\\r\\b\\f\\/\\\\\\\"", "\n\t\r\b\f/\\\"");
        row("\\u0041\\u00e4\\u20ac", "A\xC3\xA4\xE2\x82\xAC");
        row("\\ud83d\\ude00", "\xF0\x9F\x98\x80");
        row("\\ud83d", "\xEF\xBF\xBD"); // half a pair
        row("\\ude00", "\xEF\xBF\xBD"); // the other half
        row("\\ud83dx", "\xEF\xBF\xBDx");
        row("\\ud83d\\u0041",
            "\xEF\xBF\xBD"
            "A");
        row("\\ud83d\\ud83d\\ude00", "\xEF\xBF\xBD\xF0\x9F\x98\x80");
        row("\\u12",
            "\xEF\xBF\xBD"
            "12");
        row("\\uzzzz", "\xEF\xBF\xBDzzzz");
        row("\\q", "\xEF\xBF\xBD");
        row("\\", "\xEF\xBF\xBD");
    }
    void escapesAreDecoded()
    {
        QFETCH(QByteArray, raw);
        QFETCH(QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(decodeString(raw.toStdString())), text);
    }

    void badBytesInStringsAreCounted()
    {
        DataQuality quality;
        QCOMPARE(decodeString("a\xFF\xC3", &quality), "a\xEF\xBF\xBD\xEF\xBF\xBD");
        QCOMPARE(quality.count(QualityIssue::InvalidUtf8), 2U);
    }

    void wholeNumbersAreReadAtEverySize()
    {
        using Limits = std::numeric_limits<std::int64_t>;
        constexpr auto kFar = QualityIssue::NumberOutOfRange;
        QCOMPARE(integer("0", kFar, 0), 0);
        QCOMPARE(integer("-0", kFar, 0), 0);
        QCOMPARE(integer("9223372036854775807", kFar, 0), Limits::max());
        QCOMPARE(integer("9223372036854775808", kFar, 1), Limits::max());
        QCOMPARE(integer("18446744073709551616", kFar, 1), Limits::max());
        QCOMPARE(integer("-9223372036854775809", kFar, 1), Limits::min());
        QCOMPARE(integer("1e400", kFar, 1), Limits::max());
        QCOMPARE(integer("-1e400", kFar, 1), Limits::min());
        QCOMPARE(integer("1e-400", kFar, 0), 0);
        QCOMPARE(integer(("0." + std::string(400, '0') + "1").c_str(), kFar, 0), 0);
        QCOMPARE(integer((std::string(400, '9') + "e-5").c_str(), kFar, 1), Limits::max());
        QCOMPARE(integer("1.9", kFar, 0), 1);
        QCOMPARE(integer("-1.9", kFar, 0), -1);
        QCOMPARE(integer("1.5e3", kFar, 0), 1'500);
    }

    void whatIsNoNumberIsAbsentAndCounted()
    {
        for (const char *text :
             {"NaN", "nan", "Infinity", "-Infinity", "inf", "true", "1x", "0x10", "--1", "1 2", "+5", "."}) {
            DataQuality quality;
            QVERIFY2(!parseInteger(text, quality).isPresent, text);
            QCOMPARE(quality.count(QualityIssue::NotANumber), 1U);
            QVERIFY2(!parseReal(text, quality).isPresent, text);
            QCOMPARE(quality.count(QualityIssue::NotANumber), 2U);
        }
        for (const char *text : {"", "null"}) {
            DataQuality quality;
            QVERIFY(!parseInteger(text, quality).isPresent);
            QVERIFY(!parseReal(text, quality).isPresent);
            QVERIFY(quality.isClean());
        }
    }

    void realNumbersStayFinite()
    {
        DataQuality quality;
        QCOMPARE(parseReal("2.5e-3", quality).value, 0.0025);
        QCOMPARE(parseReal("1e-400", quality).value, 0.0);
        QVERIFY(parseReal("1e-400", quality).isPresent);
        QVERIFY(quality.isClean());
        QVERIFY(!parseReal("1e400", quality).isPresent);
        QCOMPARE(quality.count(QualityIssue::NumberOutOfRange), 1U);
    }
};

QTEST_GUILESS_MAIN(TestJsonCursor)
#include "tst_json_cursor.moc"
