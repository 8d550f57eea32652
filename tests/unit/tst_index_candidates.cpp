// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/rules_file.h"
#include "models/advisor/index_candidates.h"
#include "models/advisor/index_cover.h"
#include "models/advisor/index_estimate.h"
#include "models/advisor/index_judgement.h"
#include "models/advisor/index_text.h"
#include "models/advisor/trial_choice.h"
#include "tests/support/postgres_facts_sample.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using tailspan::test::PostgresFactsSample;

namespace {

const Rules &rules()
{
    return advice::builtInRules();
}

/// "(a, b) | (a, c DESC)" of all candidates without included columns.
QStringList columnsOf(const PostgresFacts &facts)
{
    QStringList lines;
    for (const IndexCandidate &candidate : missingIndexCandidates(facts, rules())) {
        if (candidate.included.empty())
            lines += QString::fromStdString(candidate.columnsText()
                                            + (candidate.predicate.empty() ? "" : " where " + candidate.predicate));
    }
    return lines;
}

PostgresFactsSample ledger()
{
    PostgresFactsSample sample;
    sample.table("ledger", 100'000).column("kind", 20).column("amount", -0.5).column("note", -1, "text");
    return sample;
}

/// A trial of one statement as the planner would answer.
IndexTrial trialOf(const std::vector<std::string> &columns, double before, double after, std::uint32_t used = 5)
{
    IndexTrial trial;
    trial.candidate.schema = "public";
    trial.candidate.table = "ledger";
    for (const std::string &column : columns)
        trial.candidate.keys.push_back({column, false, false, false, {}});
    trial.candidate.statements = {"1"};
    trial.state = TrialState::Refused;
    StatementTrial &statement = trial.statements.emplace_back();
    statement.queryId = "1";
    statement.costBefore = before;
    statement.costAfter = after;
    statement.sets = 5;
    statement.setsUsing = used;
    return trial;
}

} // namespace

class TestIndexCandidates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalityComesBeforeTheRangeAndTheMostSelectiveFirst()
    {
        PostgresFactsSample sample = ledger();
        sample.statement("SELECT * FROM ledger WHERE kind = $1 AND amount >= $2", 1000, 10);
        const QStringList found = columnsOf(sample.facts);
        QVERIFY(found.contains(QStringLiteral("kind, amount")));
        QVERIFY(!found.contains(QStringLiteral("amount, kind")));
        PostgresFactsSample both = ledger();
        both.statement("SELECT * FROM ledger WHERE kind = $1 AND amount = $2", 1000, 10);
        QVERIFY(columnsOf(both.facts).contains(QStringLiteral("amount, kind")));
        QVERIFY(!columnsOf(both.facts).contains(QStringLiteral("kind, amount")));
    }

    void sortExpressionPrefixAndPartsAreCandidates()
    {
        PostgresFactsSample sample = ledger();
        sample.column("deleted", 100).lastColumn().nullShare = 0.01;
        sample.statement("SELECT * FROM ledger WHERE kind = $1 ORDER BY amount DESC LIMIT $2", 1000, 10)
            .statement("SELECT * FROM ledger WHERE lower(note) = $1", 1000, 10)
            .statement("SELECT * FROM ledger WHERE note LIKE $1", 1000, 10)
            .statement("SELECT * FROM ledger WHERE deleted IS NULL AND kind = $1", 1000, 10);
        const QStringList found = columnsOf(sample.facts);
        for (const char *expected :
             {"kind, amount DESC", "(lower(note))", "note text_pattern_ops", "kind where deleted IS NULL"})
            QVERIFY2(found.contains(QString::fromUtf8(expected)), qPrintable(found.join(u'\n')));
    }

    void foreignKeyCountsOnlyWhenItIsLookedUp()
    {
        PostgresFactsSample sample = ledger();
        sample.table("kinds", 50);
        sample.facts.foreignKeys.push_back({"fk", "public", "ledger", {"kind"}, "public", "kinds", {"id"}});
        QVERIFY(columnsOf(sample.facts).isEmpty());
        sample.facts.tables[1].deleted = 10;
        QCOMPARE(columnsOf(sample.facts), QStringList{QStringLiteral("kind")});
        sample.facts.tables[1].deleted = 0;
        sample.statement("SELECT * FROM kinds k JOIN ledger l ON l.kind = k.id WHERE k.id = $1", 1000, 10);
        QVERIFY(columnsOf(sample.facts).contains(QStringLiteral("kind")));
    }

    void nothingIsProposedWhereItCannotHelp()
    {
        PostgresFactsSample small;
        small.table("options", 300)
            .column("name", -1, "text")
            .statement("SELECT * FROM options WHERE name = $1", 1'000'000, 2);
        QVERIFY(columnsOf(small.facts).isEmpty());
        PostgresFactsSample quick = ledger();
        quick.statement("SELECT * FROM ledger WHERE kind = $1", 1000, 0.05).statement("SELECT 1", 10, 1'000'000);
        QVERIFY(columnsOf(quick.facts).isEmpty());
        PostgresFactsSample building = ledger();
        building.lastTable().isBuildingIndex = true;
        building.statement("SELECT * FROM ledger WHERE kind = $1", 1000, 10);
        QVERIFY(columnsOf(building.facts).isEmpty());
    }

    void indexesThatExistCover_data()
    {
        QTest::addColumn<QString>("keys");
        QTest::addColumn<QString>("predicate");
        QTest::addColumn<QString>("method");
        QTest::addColumn<bool>("isCovered");
        const auto row = [](const char *keys, const char *predicate, const char *method, bool isCovered) {
            QTest::newRow(keys) << QString::fromUtf8(keys) << QString::fromUtf8(predicate) << QString::fromUtf8(method)
                                << isCovered;
        };
        row("kind, amount desc", "", "btree", true);
        row("kind, amount", "", "btree", true); // read backwards
        row("amount, kind", "", "btree", false);
        row("amount", "(kind = 7)", "btree", true);
        row("amount desc", "(id > 7)", "btree", false);
        row("kind", "", "btree", false);
        row("kind, amount desc, id", "", "gist", true);
    }

    void indexesThatExistCover()
    {
        QFETCH(QString, keys);
        QFETCH(QString, predicate);
        QFETCH(QString, method);
        QFETCH(bool, isCovered);
        PostgresFactsSample sample = ledger();
        sample.index("there", keys.toStdString(), predicate.toStdString()).lastIndex().method = method.toStdString();
        sample.statement("SELECT * FROM ledger WHERE kind = $1 ORDER BY amount DESC LIMIT $2", 1000, 10);
        QCOMPARE(!columnsOf(sample.facts).contains(QStringLiteral("kind, amount DESC")), isCovered);
    }

    void judgementWantsUseGainAndMoreThanItCosts()
    {
        PostgresFactsSample sample = ledger();
        sample.statement("SELECT * FROM ledger WHERE kind = $1", 1000, 10);
        const PostgresFacts &facts = sample.facts;
        QVERIFY(judgeTrial(facts, trialOf({"kind"}, 1000, 10), rules()).isAccepted);
        QVERIFY(!judgeTrial(facts, trialOf({"kind"}, 1000, 600), rules()).isAccepted);
        QCOMPARE(judgeTrial(facts, trialOf({"kind"}, 1000, 10, 2), rules()).why,
                 std::string("the planner uses it only for some of the values that were tried"));
        QCOMPARE(judgeTrial(facts, trialOf({"kind"}, 1000, 10, 0), rules()).why,
                 std::string("the planner does not use it"));
        sample.lastTable().inserted = 10'000'000'000;
        QCOMPARE(judgeTrial(facts, trialOf({"kind"}, 1000, 10), rules()).why,
                 std::string("keeping it up would cost more than it saves"));
    }

    void oneIndexIsChosenWhereOneServes()
    {
        PostgresFactsSample sample = ledger();
        sample.statement("SELECT * FROM ledger WHERE kind = $1 AND amount > $2", 1000, 10);
        std::vector<IndexTrial> trials{trialOf({"kind", "amount", "note"}, 1000, 9.9),
                                       trialOf({"kind", "amount"}, 1000, 10), trialOf({"kind"}, 1000, 100)};
        chooseTrials(sample.facts, rules(), trials);
        QCOMPARE(trials[0].state, TrialState::Refused);
        QCOMPARE(trials[1].state, TrialState::Accepted);
        QCOMPARE(trials[2].why, std::string("an index on (kind, amount) serves its statements better"));
    }

    void estimateIsTheMeasuredCalibration()
    {
        const Spread after = meanAfter(100, 1000, 100, rules());
        QVERIFY(std::abs(after.expected - 100 / (10 * std::pow(10, 0.3))) < 1e-9);
        QVERIFY(std::abs(after.low - 100 / (10 * std::pow(10, 0.3 + 1.2816 * 0.69))) < 1e-9);
        QVERIFY(std::abs(after.high - 100 / (10 * std::pow(10, 0.3 - 1.2816 * 0.69))) < 1e-9);
        QCOMPARE(meanAfter(100, 1e9, 1, rules()).expected, 0.02);
        const Spread none = meanAfter(100, 100, 1000, rules());
        QCOMPARE(none.high, 100.0);
    }

    void lookupsOfTheServerAreTheFloorAndRowsThatComeCount()
    {
        PostgresFactsSample sample;
        sample.table("users", 100'000).column("email", -1, "text");
        sample.statement("SELECT * FROM users WHERE lower(email) = $1", 100, 50, 100);
        sample.facts.statements[0].sharedBlocksHit = 1000;
        const PlanChange guessed{2000, 1000, 1000, 500, 500}; // half a percent of the rows are guessed, one comes
        const Spread slow = timeAfter(sample.facts, sample.facts.statements[0], guessed, rules());
        QVERIFY(slow.low < slow.expected && slow.expected < slow.high && slow.high < 1);
        QVERIFY(std::abs(slow.expected - (0.05 * 1.25 + 50.0 * 500 / 1000 / 500 * std::pow(10, 0.1))) < 1e-6);
        sample.statement("SELECT * FROM users WHERE id = $1", 100, 0.2, 100);
        StatementPlan lookup;
        lookup.queryId = sample.lastStatement().queryId;
        lookup.cost = 8.3;
        sample.facts.plans.push_back(lookup);
        QCOMPARE(lookupMs(sample.facts, rules()).expected, 0.2);
        sample.facts.statements[0].sharedBlocksRead = 1000; // read from disk: the costs with reading count
        const Spread cold = timeAfter(sample.facts, sample.facts.statements[0], {2000, 1000, 1000, 1, 0}, rules());
        QVERIFY(cold.expected > 5);
        sample.facts.statements[0].sharedBlocksHit = sample.facts.statements[0].sharedBlocksRead = 0; // nobody counted
        QCOMPARE(timeAfter(sample.facts, sample.facts.statements[0], {2000, 1000, 1000, 1, 0}, rules()).expected,
                 cold.expected);
    }

    void namesAndExpressionsAreWrittenAsTheServerReadsThem()
    {
        QCOMPARE(quotedIdentifier("order"), std::string("\"order\""));
        QCOMPARE(quotedIdentifier("Weird\"Name"), std::string("\"Weird\"\"Name\""));
        QCOMPARE(quotedIdentifier("plain_1"), std::string("plain_1"));
        QCOMPARE(quotedLiteral("it's"), std::string("'it''s'"));
        QCOMPARE(comparableExpression("(lower((email)::text))"), comparableExpression("lower(email)"));
        QCOMPARE(comparableExpression("((status)::text = 'pending'::text)"),
                 comparableExpression("status = 'pending'"));
        QVERIFY(indexNameFor(std::string(80, 't'), {"a"}).size() <= 63);
        IndexCandidate candidate;
        candidate.schema = "app";
        candidate.table = "Order";
        candidate.keys = {{"user", false, true, true, {}}, {"lower(x)", true, false, false, {}}};
        candidate.included = {"total"};
        candidate.predicate = "total > 0";
        QCOMPARE(
            candidate.definition(),
            std::string("CREATE INDEX ON app.\"Order\" (\"user\" DESC, (lower(x))) INCLUDE (total) WHERE total > 0"));
    }

    void hostileFactsDoNoHarm()
    {
        PostgresFactsSample sample;
        sample.table("t", 1000).column("a", std::numeric_limits<double>::infinity());
        sample.lastTable().rows = std::numeric_limits<double>::quiet_NaN();
        sample.lastTable().pages = -5;
        sample.statement("SELECT * FROM t JOIN missing m ON m.x = t.a WHERE nowhere = $1 AND t.zzz = $2", 1000, 10);
        sample.facts.window.seconds = 0;
        QVERIFY(columnsOf(sample.facts).isEmpty());
        IndexTrial trial = trialOf({"a"}, 0, 0);
        trial.candidate.table = "t";
        QVERIFY(!judgeTrial(sample.facts, trial, rules()).isAccepted);
    }
};

QTEST_GUILESS_MAIN(TestIndexCandidates)
#include "tst_index_candidates.moc"
