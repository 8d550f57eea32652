// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/byte_source.h"
#include "app/bytes/csv_table.h"
#include "app/json/block_reader.h"
#include "tests/support/written_file.h"

#include <QTest>

#include <random>

#include <sys/stat.h>

using namespace tailspan;
using namespace tailspan::bytes;

namespace {

/// Everything a stream gives, taken in pieces of `step`; an error's text behind "error: ".
std::string drained(const std::string &path, std::size_t step = 7, DecompressionLimits limits = {},
                    bool *isTruncated = nullptr)
{
    auto stream = openStream(path, limits);
    if (!stream.has_value())
        return "error: " + stream.error().text();
    std::string text;
    std::string piece(step, '\0');
    while (true) {
        const auto got = (*stream)->read(piece);
        if (!got.has_value())
            return "error: " + got.error().text();
        if (*got == 0)
            break;
        text.append(piece, 0, *got);
    }
    if (isTruncated != nullptr)
        *isTruncated = (*stream)->isTruncated();
    return text;
}

std::string wholeSource(const std::string &path, bool *isTruncated = nullptr)
{
    Progress progress;
    const auto opened = openSource(path, {}, progress);
    if (!opened.has_value())
        return "error: " + opened.error().text();
    std::string text(opened->bytes->sizeBytes(), '\0');
    const auto got = opened->bytes->readAt(0, text);
    if (isTruncated != nullptr)
        *isTruncated = opened->isTruncated;
    return got.has_value() ? text.substr(0, *got) : "error: " + got.error().text();
}

ErrorCode errorOf(const std::string &path)
{
    Progress progress;
    const auto opened = openSource(path, {}, progress);
    return opened.has_value() ? ErrorCode::Internal : opened.error().code;
}

std::string utf16(std::u16string_view text, bool bigEndian, bool withMark = true)
{
    std::string bytes;
    const auto put = [&](char16_t unit) {
        const char low = static_cast<char>(unit & 0xFF);
        const char high = static_cast<char>(unit >> 8);
        bytes += bigEndian ? high : low;
        bytes += bigEndian ? low : high;
    };
    if (withMark)
        put(0xFEFF);
    for (const char16_t unit : text)
        put(unit);
    return bytes;
}

std::string manyLines(std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += "{\"line\": " + std::to_string(i) + "}\n";
    return text;
}

} // namespace

class TestByteSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plainAndPackedFilesGiveTheSameBytes()
    {
        const test::Folder folder;
        const std::string text = manyLines(20'000);
        for (const std::string &path :
             {folder.write("a.json", text), folder.write("b", test::gzipped(text)),
              folder.write("c", test::zstandard(text)), folder.write("d", "\xEF\xBB\xBF" + text),
              folder.write("e", test::gzipped("\xEF\xBB\xBF" + text))}) {
            for (const std::size_t step : {std::size_t{1}, std::size_t{4096}, text.size() * 2})
                QVERIFY(drained(path, step) == text);
            QVERIFY(wholeSource(path) == text);
        }
    }

    void packedFilesThatAreCutOffGiveWhatWasWhole()
    {
        const test::Folder folder;
        const std::string text = manyLines(80'000);
        for (const std::string &packed : {test::gzipped(text), test::zstandard(text)}) {
            const std::string path = folder.write("cut", std::string_view(packed).substr(0, packed.size() * 2 / 3));
            bool isTruncated = false;
            const std::string got = wholeSource(path, &isTruncated);
            QVERIFY(isTruncated);
            QVERIFY(got.size() > text.size() / 3);
            QVERIFY(text.starts_with(got));
        }
    }

    void packedFilesThatAreCutOffAnywhereAreHandled()
    {
        const test::Folder folder;
        const std::string text = manyLines(40);
        for (const std::string &packed : {test::gzipped(text), test::zstandard(text)}) {
            for (std::size_t length = 4; length < packed.size(); ++length) {
                bool isTruncated = false;
                const std::string got =
                    drained(folder.write("cut", std::string_view(packed).substr(0, length)), 100, {}, &isTruncated);
                QVERIFY2(got.starts_with("error: ") || (isTruncated && text.starts_with(got)) || got == text,
                         (std::to_string(length) + " of " + std::to_string(packed.size()) + ": " + got.substr(0, 100))
                             .c_str());
            }
        }
    }

    void bombsAreStopped()
    {
        const test::Folder folder;
        const std::string zeros(66ULL << 20, '0');
        for (const std::string &packed : {test::gzipped(zeros), test::zstandard(zeros)}) {
            const std::string path = folder.write("bomb", packed);
            const std::string got = drained(path, 1 << 20);
            QVERIFY2(got.starts_with("error: bomb: unpacks to more than 200 times its size"),
                     got.substr(0, 200).c_str());
            QVERIFY(errorOf(path) == ErrorCode::LimitReached);
            const std::string capped = drained(path, 1 << 20, {1ULL << 20, 1'000'000});
            QVERIFY2(capped.starts_with("error: bomb: unpacks to more than 1.0 MiB"), capped.substr(0, 200).c_str());
        }
    }

    void utf16BecomesUtf8()
    {
        const test::Folder folder;
        const std::u16string text = u"{\"name\": \"\u00e4\u20ac\U0001F600\"}\n";
        const std::string expected = "{\"name\": \"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"}\n";
        for (const bool bigEndian : {false, true}) {
            const std::string path = folder.write("u16", utf16(text, bigEndian));
            QCOMPARE(wholeSource(path), expected);
            for (std::size_t step = 1; step < 9; ++step)
                QCOMPARE(drained(path, step), expected);
            QCOMPARE(wholeSource(folder.write("u16gz", test::gzipped(utf16(text, bigEndian)))), expected);
        }
    }

    void halvesOfUtf16PairsBecomeReplacements()
    {
        const test::Folder folder;
        const char16_t lone[] = {'a', 0xD83D, 'b', 0xDE00, 'c', 0xD83D};
        const std::string bad = "\xEF\xBF\xBD";
        QCOMPARE(wholeSource(folder.write("u16", utf16({lone, 6}, false))), "a" + bad + "b" + bad + "c" + bad);
        bool isTruncated = false;
        QCOMPARE(wholeSource(folder.write("odd", utf16(u"ab", false) + "x"), &isTruncated), "ab");
        QVERIFY(isTruncated);
    }

    void longUtf16IsTheSameWhereverItIsCut()
    {
        const test::Folder folder;
        std::u16string text;
        std::string expected;
        for (int i = 0; i < 40'000; ++i) {
            text += i % 3 == 0 ? u"\U0001F600" : u"x";
            expected += i % 3 == 0 ? "\xF0\x9F\x98\x80" : "x";
        }
        QVERIFY(wholeSource(folder.write("long", utf16(text, true))) == expected);
    }

    void whatCannotBeReadSaysWhy()
    {
        const test::Folder folder;
        QVERIFY(errorOf(folder.path("missing")) == ErrorCode::NotFound);
        QVERIFY(drained(folder.path("missing")).find("No such file") != std::string::npos);
        QVERIFY(drained(folder.path("")).find("is a directory") != std::string::npos);
        QVERIFY(errorOf(folder.path("")) == ErrorCode::Unsupported);
        QVERIFY(drained(folder.write("empty", "")).find("is empty") != std::string::npos);
        QVERIFY(errorOf(folder.write("empty", "")) == ErrorCode::Malformed);
        QVERIFY(errorOf(folder.write("mark only", "\xEF\xBB\xBF")) == ErrorCode::Malformed);
        QVERIFY(errorOf(folder.write("nothing packed", test::gzipped(""))) == ErrorCode::Malformed);
        QVERIFY(drained(folder.write("a.zip", "PK\x03\x04 and more")).find("zip archive") != std::string::npos);
        QVERIFY(errorOf(folder.write("damaged", "\x1f\x8b this is no gzip")) == ErrorCode::Malformed);
    }

    void aPipeThatNobodyWritesToDoesNotHang()
    {
        const test::Folder folder;
        QCOMPARE(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
        QVERIFY(errorOf(folder.path("pipe")) == ErrorCode::Unsupported);
        QVERIFY(drained(folder.path("pipe")).find("not a regular file") != std::string::npos);
        QVERIFY(errorOf("/dev/null") == ErrorCode::Unsupported);
    }

    void aFileThatShrinksGivesFewerBytes()
    {
        const test::Folder folder;
        const std::string path = folder.write("shrinks", std::string(10'000, 'x'));
        Progress progress;
        const auto opened = openSource(path, {}, progress);
        folder.write("shrinks", "y");
        std::string text(10'000, '\0');
        QCOMPARE(*opened->bytes->readAt(0, text), std::size_t{1});
        QCOMPARE(*opened->bytes->readAt(5'000, text), std::size_t{0});
    }

    void theHeadSaysWhetherItIsAll()
    {
        const test::Folder folder;
        QVERIFY(readHead(folder.write("exact", std::string(kHeadBytes, 'x')))->isWhole);
        const auto longer = readHead(folder.write("longer", test::gzipped(std::string(kHeadBytes + 1, 'x'))));
        QVERIFY(!longer->isWhole);
        QCOMPARE(longer->bytes.size(), kHeadBytes);
    }

    void blocksOfAnySizeAreTheWholeText()
    {
        const std::string text = manyLines(300);
        for (const std::size_t blockBytes :
             {std::size_t{1}, std::size_t{16}, std::size_t{100}, std::size_t{4'096}, text.size(), text.size() * 2}) {
            const auto stream = streamOf(sourceFromMemory("m", text));
            json::BlockReader reader(*stream, json::CutRule::atLines(), blockBytes);
            std::string all;
            json::Block block;
            std::uint64_t sequence = 0;
            while (*reader.next(block)) {
                QCOMPARE(block.offset, std::uint64_t{all.size()});
                QCOMPARE(block.sequence, sequence++);
                QVERIFY(block.buffer.text().ends_with('\n'));
                all += block.buffer.text();
            }
            QVERIFY(all == text);
        }
    }

    void objectsAreCutOnlyBetweenTwoOfThem()
    {
        const json::CutRule rule = json::CutRule::beforeObjects("{\"a\"");
        const std::string text = "[{\"a\":1},{\"a\":[{\"a\":2} , {\"a\":3}]},{\"b\":{\"a\":1}}]";
        QCOMPARE(rule.lastCut(text), text.find("{\"a\":3"));
        const json::CutRule exact = json::CutRule::beforeObjects("{\"a\"", "b");
        const std::string mixed = "[{\"a\":\"x\",\"b\":1},{\"a\" : \"\\\", \\\"b\\\"\", \"b\":2}, "
                                  "{\"a\":3,\"c\":[]},{\"a\":[],\"b\":1},{\"a\":\"cut";
        QCOMPARE(exact.lastCut(mixed), mixed.find("{\"a\" :"));
        QCOMPARE(rule.lastCut("[{\"a\":1}"), std::string_view::npos);
        QCOMPARE(rule.lastCut("{\"a\":1},{\"a\":2"), std::size_t{8});
    }

    void tablesKeepQuotedLineFeedsAndDelimiters()
    {
        const auto stream = streamOf(
            sourceFromMemory("t", "a,b\r\n\"x\r\ny\",\"say \"\"hi\"\", ok\"\r\n\r\nplain \"quoted\" text,z\nlast,row"));
        CsvTable table(*stream, ',');
        std::vector<std::vector<std::string>> rows;
        std::vector<std::uint64_t> lines;
        while (*table.next()) {
            rows.emplace_back(table.cells().begin(), table.cells().end());
            lines.push_back(table.line());
        }
        QCOMPARE(rows,
                 (std::vector<std::vector<std::string>>{
                     {"a", "b"}, {"x\r\ny", "say \"hi\", ok"}, {"plain \"quoted\" text", "z"}, {"last", "row"}}));
        QCOMPARE(lines, (std::vector<std::uint64_t>{1, 2, 5, 6}));
        QVERIFY(table.isUnterminated());
    }

    void aQuoteThatNeverClosesCostsOneLine()
    {
        const auto stream = streamOf(sourceFromMemory("t", "a,b\n\"open,2\nc,d\n"));
        CsvTable table(*stream, ',');
        std::vector<std::string> first;
        while (*table.next())
            first.emplace_back(table.cells()[0]);
        QCOMPARE(first, (std::vector<std::string>{"a", "\"open", "c"}));
        QCOMPARE(table.quality().count(QualityIssue::MalformedRecord), 1U);
    }
};

QTEST_GUILESS_MAIN(TestByteSource)
#include "tst_byte_source.moc"
