// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/rules_file.h"
#include "app/advice/rules_text.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

#include <set>

using namespace tailspan;
using namespace tailspan::advice;

namespace {

/// Every name that code asks Rules::number() for.
std::set<std::string> askedRules()
{
    static const QRegularExpression pattern(QStringLiteral(R"re(number\("([a-z0-9.-]+)"\))re"));
    std::set<std::string> names;
    for (const char *folder : {"/models/advisor", "/app/advice", "/app/verify"}) {
        QDirIterator files(QStringLiteral(TAILSPAN_SOURCE_DIR) + QLatin1String(folder),
                           {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (!file.open(QIODevice::ReadOnly))
                continue;
            auto matches = pattern.globalMatch(QString::fromUtf8(file.readAll()));
            while (matches.hasNext())
                names.insert(matches.next().captured(1).toStdString());
        }
    }
    return names;
}

} // namespace

class TestAdvisorRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void builtInFileIsWhole()
    {
        const auto rules = parseRules(builtInRulesText(), "advisor.yaml");
        QVERIFY2(rules.has_value(), rules ? "" : rules.error().text().c_str());
        for (const auto &[name, rule] : rules->all())
            QVERIFY2(!rule.unit.empty() && !rule.source.empty(), name.c_str());
    }

    void everyRuleThatCodeAsksForExistsAndEveryOneIsUsed()
    {
        const std::set<std::string> asked = askedRules();
        for (const std::string &name : asked)
            QVERIFY2(builtInRules().all().contains(name), (name + " is not in advisor.yaml").c_str());
        for (const auto &[name, rule] : builtInRules().all())
            QVERIFY2(asked.contains(name), (name + " is used nowhere").c_str());
    }

    void ownRulesReplaceAndMayBePlainNumbers()
    {
        const auto rules = rulesWith("severity:\n  low-ms-per-hour: 5\n", "own.yaml");
        QVERIFY(rules.has_value());
        QCOMPARE(rules->number("severity.low-ms-per-hour"), 5.0);
        QCOMPARE(rules->all().find("severity.low-ms-per-hour")->second.unit, std::string("ms/h"));
    }

    void mistakesAreNamedWithTheirLine_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("unknown") << QStringLiteral("severity:\n  nonsense: 5\n")
                                 << QStringLiteral("own.yaml:2: There is no rule severity.nonsense.");
        QTest::newRow("other unit") << QStringLiteral("severity:\n  low-ms-per-hour: {value: 5, unit: s}\n")
                                    << QStringLiteral("own.yaml:2: severity.low-ms-per-hour is in ms/h, not in s.");
        QTest::newRow("negative") << QStringLiteral("severity:\n  low-ms-per-hour: -5\n")
                                  << QStringLiteral("own.yaml:2: severity.low-ms-per-hour cannot be negative.");
        QTest::newRow("no number") << QStringLiteral("severity:\n  low-ms-per-hour: soon\n")
                                   << QStringLiteral(
                                          "own.yaml:2: The value of severity.low-ms-per-hour must be a number.");
        QTest::newRow("unknown key") << QStringLiteral("severity:\n  low-ms-per-hour: {value: 5, values: 6}\n")
                                     << QStringLiteral(
                                            "own.yaml:2: severity.low-ms-per-hour has an unknown key values.");
        QTest::newRow("not finite") << QStringLiteral("severity:\n  low-ms-per-hour: inf\n")
                                    << QStringLiteral(
                                           "own.yaml:2: The rule severity.low-ms-per-hour must be a finite number.");
    }

    void mistakesAreNamedWithTheirLine()
    {
        QFETCH(QString, text);
        QFETCH(QString, message);
        const auto rules = rulesWith(text.toStdString(), "own.yaml");
        QVERIFY(!rules);
        QCOMPARE(QString::fromStdString(rules.error().text()), message);
    }
};

QTEST_GUILESS_MAIN(TestAdvisorRules)
#include "tst_advisor_rules.moc"
