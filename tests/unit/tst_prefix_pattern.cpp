// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/prefix_pattern.h"

#include <QtTest>

using tailspan::verify::prefixPattern;

class TestPrefixPattern : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ownLettersOfABoundAreLeft()
    {
        const std::vector<std::string> bounds = {"1a2b3c", "5d6e7f", "9a8b7c"};
        const std::string pattern = prefixPattern(bounds[1], bounds, 0.0001);
        QCOMPARE(pattern.size(), std::size_t{5});
        QVERIFY(pattern.starts_with("5d6") && pattern != "5d6e%" && pattern.ends_with('%'));
    }

    void whatManyValuesBeginWithStays()
    {
        std::vector<std::string> bounds(60, "order-2024-17");
        bounds.resize(100, "bill-7");
        QCOMPARE(prefixPattern("order-2024-17", bounds, 0.6), std::string("orde%"));
        QCOMPARE(prefixPattern("order-2024-17", bounds, std::nullopt), std::string("orde%"));
    }

    void wildcardsOfValuesAreEscaped()
    {
        QCOMPARE(prefixPattern("50%_off", {}, std::nullopt), std::string("50\\%\\_%"));
        QCOMPARE(prefixPattern("", {}, std::nullopt), std::string("%"));
    }
};

QTEST_APPLESS_MAIN(TestPrefixPattern)
#include "tst_prefix_pattern.moc"
