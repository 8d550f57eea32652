// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/byte_search.h"

#include <QTest>

#include <random>
#include <string>

using namespace tailspan;

class TestByteSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itFindsWhatAPlainSearchFinds()
    {
        std::mt19937 random(2);
        const auto randomText = [&](std::size_t size) {
            std::string text(size, '\0');
            for (char &c : text)
                c = "ab\xff"[random() % 3];
            return text;
        };
        for (int round = 0; round < 100'000; ++round) {
            const std::string text = randomText(random() % 70);
            const std::string word = randomText(random() % 8);
            QCOMPARE(holdsBytes(text, word), text.find(word) != std::string::npos);
        }
    }

    void everyPlaceOfATextIsLookedAt()
    {
        for (std::size_t size = 0; size < 80; ++size) {
            for (std::size_t at = 0; at + 3 <= size; ++at) {
                std::string text(size, '.');
                text.replace(at, 3, "a\0b", 3);
                QVERIFY(holdsBytes(text, std::string_view("a\0b", 3)));
                QVERIFY(!holdsBytes(text, "acb"));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestByteSearch)
#include "tst_byte_search.moc"
