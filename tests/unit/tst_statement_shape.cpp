// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sql/normalised_text.h"
#include "app/sql/reading_twin.h"
#include "app/sql/shape_reader.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;

namespace {

/// "t.key kind $n; …" of all predicates, joins, and order, for comparing in one line.
std::string linesOf(const StatementShape &shape)
{
    static const char *const kKinds[] = {"=", "any", "range", "like", "null", "not null", "true", "false"};
    const auto keyText = [&](const ShapeKey &key) {
        return (key.table == kUnboundTable ? "?" : shape.tables[key.table].name) + "." + key.text;
    };
    std::string text;
    for (const ShapePredicate &predicate : shape.predicates)
        text += keyText(predicate.key) + " " + kKinds[static_cast<std::size_t>(predicate.kind)] + " $"
            + std::to_string(predicate.parameters.empty() ? 0 : predicate.parameters.back()) + "; ";
    for (const ShapeJoin &join : shape.joins)
        text += keyText(join.left) + " join " + keyText(join.right) + "; ";
    for (const ShapeOrder &order : shape.order)
        text += "order " + keyText(order.key) + (order.isDescending ? " desc; " : "; ");
    return text;
}

} // namespace

class TestStatementShape : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void conditionsAreFound_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("lines");
        const auto row = [](const char *name, const char *sql, const char *lines) {
            QTest::newRow(name) << QString::fromUtf8(sql) << QString::fromUtf8(lines);
        };
        row("equal and range", "SELECT * FROM t WHERE kind = $1 AND amount >= $2 AND amount < $3 + $4",
            "t.kind = $1; t.amount range $2; t.amount range $3; ");
        row("product of parameters", "SELECT 1 FROM t WHERE amount < $1 * $2", "t.amount range $0; ");
        row("turned round", "SELECT 1 FROM t WHERE $1 = kind", "t.kind = $1; ");
        row("sort and limit", "SELECT * FROM spans WHERE service = $1 ORDER BY ts DESC LIMIT $2",
            "spans.service = $1; order spans.ts desc; ");
        row("expression", "SELECT id FROM users u WHERE lower(u.email) = $1", "users.lower(email) = $1; ");
        row("cast", "SELECT 1 FROM t WHERE created::date = $1::date", "t.(created)::date = $1; ");
        row("pattern", "SELECT 1 FROM t WHERE name LIKE $1", "t.name like $1; ");
        row("lists", "SELECT 1 FROM t WHERE a IN ($1, $2) AND b = ANY($3)", "t.a any $2; t.b any $3; ");
        row("nulls and flags", "SELECT 1 FROM t WHERE a IS NULL AND b IS NOT NULL AND c AND NOT d",
            "t.a null $0; t.b not null $0; t.c true $0; t.d false $0; ");
        row("join", "SELECT a.x FROM s.t a JOIN u ON u.id = a.uid AND u.kind = $1", "u.kind = $1; u.id join t.uid; ");
        row("using", "SELECT 1 FROM a JOIN b USING (id)", "a.id join b.id; ");
        row("exists", "SELECT 1 FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.aid = a.id)", "b.aid join a.id; ");
        row("or is no condition", "SELECT 1 FROM t WHERE a = $1 OR b = $2", "");
        row("unqualified in a join", "SELECT 1 FROM a JOIN b ON b.x = a.x WHERE k = $1", "?.k = $1; b.x join a.x; ");
        row("update", "UPDATE t SET a = $1 WHERE b = $2", "t.b = $2; ");
        row("with", "WITH w AS (SELECT * FROM t WHERE a = $1) SELECT * FROM w WHERE b = $2", "t.a = $1; ");
        row("mixed keys are none", "SELECT 1 FROM a JOIN b ON true WHERE coalesce(a.x, b.x) = $1", "");
    }

    void conditionsAreFound()
    {
        QFETCH(QString, sql);
        QFETCH(QString, lines);
        const StatementShape shape = sql::readShape(sql.toStdString());
        QCOMPARE(shape.problem, std::string());
        QCOMPARE(QString::fromStdString(linesOf(shape)), lines);
    }

    void onlyOneSelectIsReadOnly_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<bool>("isReadOnly");
        const auto row = [](const char *sql, bool isReadOnly) {
            QTest::newRow(sql) << QString::fromUtf8(sql) << isReadOnly;
        };
        row("SELECT 1", true);
        row("VALUES (1)", true);
        row("WITH a AS (SELECT 1) SELECT * FROM a UNION SELECT 2", true);
        row("SELECT 1; SELECT 2", false);
        row("SELECT * FROM t FOR UPDATE", false);
        row("SELECT * FROM (SELECT * FROM t FOR SHARE) s", false);
        row("SELECT * INTO x FROM t", false);
        row("WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", false);
        row("WITH d AS (WITH e AS (INSERT INTO t VALUES (1) RETURNING 1) SELECT * FROM e) SELECT * FROM d", false);
        row("EXPLAIN ANALYZE SELECT 1", false);
        row("DROP TABLE t", false);
        row("SELECT 1 FROM", false);
        row("", false);
    }

    void onlyOneSelectIsReadOnly()
    {
        QFETCH(QString, sql);
        QFETCH(bool, isReadOnly);
        const StatementShape shape = sql::readShape(sql.toStdString());
        QCOMPARE(shape.isReadOnly, isReadOnly);
        QCOMPARE(shape.whyNotReadOnly.empty(), isReadOnly);
    }

    void functionsParametersAndLimitsAreKnown()
    {
        const StatementShape shape =
            sql::readShape("SELECT app.f(x), count(*) FROM t WHERE y = lower($7) GROUP BY 1 LIMIT $9");
        QCOMPARE(shape.functions.size(), std::size_t{3});
        QVERIFY(std::ranges::find(shape.functions, ShapeFunction{"app", "f"}) != shape.functions.end());
        QCOMPARE(shape.parameters, 9u);
        QCOMPARE(shape.limitParameter, 9u);
        QVERIFY(shape.hasLimit && shape.isAggregated);
        const StatementShape inner = sql::readShape("SELECT * FROM (SELECT * FROM t ORDER BY a LIMIT 5) s");
        QVERIFY(!inner.hasLimit);
    }

    void hostileTextsAreRefusedInWords()
    {
        std::string nested = "SELECT 1";
        for (int i = 0; i < 3000; ++i)
            nested += "+(1";
        QVERIFY(!sql::readShape(nested + std::string(3000, ')')).problem.empty());
        QVERIFY(!sql::readShape(std::string(1'000'000, 'x')).problem.empty());
        QVERIFY(!sql::readShape(std::string("SELECT '\0'", 11)).problem.empty());
    }

    void changesHaveATwinThatOnlyReads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("twin");
        const auto row = [](const char *text, const char *twin) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(twin);
        };
        row("UPDATE t SET a = $1 WHERE b = $2", "SELECT 1 FROM t WHERE (b = $2) AND ($1::text IS NULL OR true)");
        row("UPDATE app.t AS x SET a = (SELECT 1 FROM u WHERE u.i = x.i) WHERE x.b = $1 OR c RETURNING a",
            "SELECT 1 FROM app.t AS x WHERE (x.b = $1 OR c)");
        row("DELETE FROM ONLY t WHERE b < $1", "SELECT 1 FROM ONLY t WHERE (b < $1)");
        row("DELETE FROM t", "");
        row("DELETE FROM t USING u WHERE t.a = u.a", "");
        row("UPDATE t SET a = 1 FROM u WHERE t.a = u.a", "");
        row("UPDATE t SET a = 1 WHERE CURRENT OF c", "");
        row("SELECT 1 WHERE true", "");
        row("WITH d AS (SELECT 1) DELETE FROM t WHERE a = 1", "");
    }

    void changesHaveATwinThatOnlyReads()
    {
        QFETCH(QString, text);
        QFETCH(QString, twin);
        const std::string statement = text.toStdString();
        const auto made = sql::readingTwin(statement, sql::readShape(statement).parameters);
        QCOMPARE(QString::fromStdString(made.value_or("")), twin);
        QVERIFY(!made || sql::readShape(*made).isReadOnly);
    }

    void constantsOfTypesAreRepaired_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("repaired");
        const auto row = [](const char *text, const char *repaired) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(repaired);
        };
        row("SELECT now() - interval $1", "SELECT now() - $1::interval");
        row("SELECT date $5, x", "SELECT $5::date, x");
        row("SELECT timestamp with time zone $1", "SELECT $1::timestamp with time zone");
        row("SELECT INTERVAL $1 DAY", "SELECT $1::INTERVAL DAY");
        row("SELECT extract($1 FROM ts)", "SELECT date_part($1::text, ts)");
        row("SELECT x::date, $1 FROM t", "SELECT x::date, $1 FROM t");
        row("SELECT cast(x AS date), $1", "SELECT cast(x AS date), $1");
        row("SELECT 'date $1', \"date\" FROM t -- date $1", "SELECT 'date $1', \"date\" FROM t -- date $1");
    }

    void constantsOfTypesAreRepaired()
    {
        QFETCH(QString, text);
        QFETCH(QString, repaired);
        QCOMPARE(QString::fromStdString(sql::preparableText(text.toStdString())), repaired);
    }
};

QTEST_GUILESS_MAIN(TestStatementShape)
#include "tst_statement_shape.moc"
