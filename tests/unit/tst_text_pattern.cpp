// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/text_pattern.h"

#include <QTest>

#include <algorithm>
#include <random>
#include <string>

using namespace tailspan;

namespace {

std::string lowered(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
    return text;
}

} // namespace

class TestTextPattern : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPatternOccursAnywhereWhateverTheCase()
    {
        const TextPattern pattern = *TextPattern::compile("cart.*[0-9]+");
        QVERIFY(pattern.occursIn("GET /CART/items/42"));
        QVERIFY(!pattern.occursIn("GET /cart"));
        QCOMPARE(pattern.words(), std::vector<std::string>{"cart"});
        QVERIFY(pattern.mayOccurIn("get /cart"));
        QVERIFY(!pattern.mayOccurIn("get /card/42"));
    }

    void whatIsNotCertainIsNotAskedFor()
    {
        for (const char *expression : {"[0-9]+", "cart|[0-9]", "(cart)?", "", ".*", "ü+cart"}) {
            const TextPattern pattern = *TextPattern::compile(expression);
            QVERIFY2(pattern.mayOccurIn("nothing of it"), expression);
        }
    }

    void wordsOfEitherBranchWillDo()
    {
        const TextPattern pattern = *TextPattern::compile("(cart|basket)/item.*done");
        QVERIFY(pattern.mayOccurIn("basket/items are done"));
        QVERIFY(!pattern.mayOccurIn("basket/items"));
        QVERIFY(!pattern.mayOccurIn("box/items are done"));
    }

    void lettersThatFoldOnlyInUnicodeAreKeptInMind()
    {
        const TextPattern pattern = *TextPattern::compile("kart");
        QVERIFY(pattern.occursIn("\xE2\x84\xAA"
                                 "art"));
        QVERIFY(pattern.mayOccurIn("\xE2\x84\xAA"
                                   "art"));
    }

    void whatOccursIsNeverRuledOut()
    {
        const std::vector<std::string> expressions{
            "ab+c", "a(b|c)d", "(ab|cd)+", "[ab]c", "ab.{0,2}cd", "^ab",    "cd$",
            "a?bc", "(?-i)AB", "\\bab",    "a\\.b", "ab|c",       "[^a]bc",
        };
        std::mt19937 random(4);
        for (const std::string &expression : expressions) {
            const TextPattern pattern = *TextPattern::compile(expression);
            for (int round = 0; round < 3000; ++round) {
                std::string text;
                for (std::size_t i = random() % 9; i > 0; --i)
                    text += "abcdABCD. "[random() % 10];
                if (pattern.occursIn(text))
                    QVERIFY2(pattern.mayOccurIn(lowered("x" + text + "y")), (expression + " in " + text).c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestTextPattern)
#include "tst_text_pattern.moc"
