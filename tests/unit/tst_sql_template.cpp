// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_table.h"
#include "app/sources/sql_template.h"
#include "app/sources/sql_texts.h"

#include <QDir>
#include <QTest>

using namespace tailspan;
using namespace tailspan::sources;

class TestSqlTemplate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valuesAreNumberedAndCastsLeftAlone();
    void partsStandOnlyWhereTheirValueIsSet();
    void aValueSetAgainIsAnotherOne();
    void namesAreNotTakenForValues();
    void namesArraysAndPatternsAreEscaped();
    void everyFileIsCompiledInAndRenders();
    void timesAreWrittenAsTheColumnCountsThem();
    void idsThatCannotBeAreLeftOut();
};

void TestSqlTemplate::valuesAreNumberedAndCastsLeftAlone()
{
    SqlTemplate sql;
    sql.set("a", "1");
    sql.set("b", "2");
    QCOMPARE(sql.render("-- words\nSELECT :b::bigint, :a, :b"), std::string("SELECT $1::bigint, $2, $1"));
    const net::PostgresStatement statement = sql.statement("commit");
    QCOMPARE(statement.text, std::string("COMMIT"));
    QCOMPARE(statement.values, (std::vector<std::optional<std::string>>{"2", "1"}));
}

void TestSqlTemplate::partsStandOnlyWhereTheirValueIsSet()
{
    SqlTemplate sql;
    sql.setSql("b", "s.b"); // SQL of that name is no value
    sql.set("a", "1");
    QCOMPARE(sql.render("x\n--? a\nAND :a\n--? b\nAND {b} = :b\n--.\ny"), std::string("x\nAND $1\ny"));
}

void TestSqlTemplate::aValueSetAgainIsAnotherOne()
{
    SqlTemplate sql;
    sql.set("key", "first");
    QCOMPARE(sql.render(":key"), std::string("$1"));
    sql.set("key", "second");
    QCOMPARE(sql.render(":key"), std::string("$2"));
}

void TestSqlTemplate::namesAreNotTakenForValues()
{
    SqlTemplate sql;
    sql.setSql("column", quotedName("a:b {c}"));
    QCOMPARE(sql.render("{column}"), std::string("\"a:b {c}\""));
}

void TestSqlTemplate::namesArraysAndPatternsAreEscaped()
{
    QCOMPARE(quotedName("a\"b"), std::string("\"a\"\"b\""));
    QCOMPARE(quotedTable("azora.Spans"), std::string("\"azora\".\"Spans\""));
    QCOMPARE(arrayText({}), std::string("{}"));
    QCOMPARE(arrayText({"a\"b", "c\\d", "e,f"}), std::string(R"({"a\"b","c\\d","e,f"})"));
    QCOMPARE(containsPattern("50%_\\"), std::string(R"(%50\%\_\\%)"));
}

void TestSqlTemplate::everyFileIsCompiledInAndRenders()
{
    const QDir folder(QString::fromUtf8(TAILSPAN_SOURCE_DIR "/resources/sql"));
    const QStringList files = folder.entryList({QString::fromUtf8("*.sql")});
    QVERIFY(files.size() > 20);
    for (const QString &file : files) {
        const std::string name = QFileInfo(file).completeBaseName().toStdString();
        QVERIFY2(!sqlText(name).empty(), name.c_str());
        SqlTemplate sql;
        const std::string text = sql.statement(name).text;
        QVERIFY2(!text.empty() && text.find("--") == std::string::npos && text.find(';') == std::string::npos,
                 name.c_str());
    }
    QVERIFY(sqlText("no_such_statement").empty());
}

void TestSqlTemplate::timesAreWrittenAsTheColumnCountsThem()
{
    SourceAddress address;
    address.kind = "postgresql";
    const auto tableOf = [&](const char *type, const char *unit) {
        address.options["time-unit"] = unit;
        return *PostgresTable::make(address, {{"trace_id", "text", true}, {"timestamp", type, true}});
    };
    constexpr std::int64_t kNs = 1'795'449'100'000'000'001;
    QCOMPARE(tableOf("timestamp without time zone", "ms").timeText(kNs), std::string("2026-11-23T15:51:40.000001Z"));
    QCOMPARE(tableOf("bigint", "ms").timeText(kNs), std::string("1795449100001")); // rounded up
    QCOMPARE(tableOf("bigint", "ns").timeText(kNs), std::string("1795449100000000001"));
    QCOMPARE(tableOf("numeric", "s").timeText(kNs), std::string("1795449100.000000001"));
    QVERIFY(!PostgresTable::make(address, {{"trace_id", "text", true}, {"timestamp", "jsonb", true}}).has_value());
    QVERIFY(!PostgresTable::make(address, {{"trace_id", "text", true}}).has_value());
}

void TestSqlTemplate::idsThatCannotBeAreLeftOut()
{
    SourceAddress address;
    address.kind = "postgresql";
    const auto arrayOf = [&](const char *type, const std::vector<std::string> &ids) {
        const auto table = PostgresTable::make(
            address, {{"trace_id", type, true}, {"timestamp", "timestamp without time zone", true}});
        return table->idArray(SpanColumn::TraceId, ids);
    };
    QCOMPARE(arrayOf("uuid", {"9f87c425-1771-48b1-98a6-b12df1830702", "no-id"}),
             std::string("{\"9f87c425-1771-48b1-98a6-b12df1830702\"}"));
    QCOMPARE(arrayOf("bigint", {"12", "x", "-3"}), std::string("{\"12\",\"-3\"}"));
    QCOMPARE(arrayOf("text", {"aB1"}), std::string("{\"aB1\",\"ab1\",\"AB1\"}"));
}

QTEST_GUILESS_MAIN(TestSqlTemplate)
#include "tst_sql_template.moc"
