// SPDX-License-Identifier: GPL-3.0-or-later
// That the record of every test server notices what a guest may not send, and that a program fails for it.
#include "tests/support/servers/guest_rules.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"

#include <QProcess>
#include <QTcpSocket>
#include <QTest>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

constexpr const char *kSendsIt = "TAILSPAN_TEST_SENDS_FORBIDDEN";

/// As a client would that is not ours.
QByteArray sendTo(std::uint16_t port, const QByteArray &line)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    if (!socket.waitForConnected(5'000))
        return "no connection";
    socket.write(line + "\r\n");
    return socket.waitForReadyRead(5'000) ? socket.readAll() : QByteArray("no answer");
}

QString asUser(const PostgresServer &server, const QString &user, const QString &sql)
{
    QString output;
    (void)runProgram({findProgram(u"psql"_s, {u"/usr/lib/postgresql/15/bin"_s}),
                      {u"-h"_s, u"127.0.0.1"_s, u"-p"_s, QString::number(server.port()), u"-U"_s, user, u"-d"_s,
                       u"postgres"_s, u"-Xqc"_s, sql},
                      server.folder(),
                      false,
                      {u"PGPASSWORD="_s + user + u"-pw"_s}},
                     &output);
    return output;
}

/// A line as a server writes it.
QString entry(const QString &kind, const QString &sql)
{
    return u"reader|tailspan|7|"_s + kind + u":  "_s + sql + u'\n';
}
QString executed(const QString &sql)
{
    return entry(u"LOG"_s, u"execute <unnamed>: "_s + sql);
}
QString inTransaction(const QString &sql)
{
    return executed(u"BEGIN READ ONLY"_s) + executed(sql) + executed(u"COMMIT"_s);
}

} // namespace

class TestGuestRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatReadsIsAllowed_data();
    void whatReadsIsAllowed();
    void whatCouldWriteIsForbidden_data();
    void whatCouldWriteIsForbidden();
    void ofOneConnectionOnlyWhatIsItsOwnIsJudged();
    void aForbiddenCommandToARealRedisIsReported();
    void aForbiddenStatementToARealPostgresIsReported();
    void aProgramThatSendsOneFails();
    void sendsOneWhenAsked();
};

void TestGuestRules::whatReadsIsAllowed_data()
{
    QTest::addColumn<QString>("log");
    QTest::newRow("a select") << inTransaction(u"SELECT count(*) FROM \"t\" AS s WHERE a = $1"_s);
    QTest::newRow("data is not looked at") << inTransaction(u"SELECT 'DROP; INSERT INTO' FROM \"insert into; (\""_s);
    QTest::newRow("limits") << inTransaction(u"SELECT set_config('statement_timeout', $1, true)"_s);
    QTest::newRow("lines") << inTransaction(u"SELECT a\n\tFROM t\n\tWHERE b = 1"_s);
    QTest::newRow("the superuser") << u"postgres|psql|7|LOG:  statement: DROP TABLE t\n"_s;
    QTest::newRow("the pooler") << u"reader||7|LOG:  statement: SET application_name='tailspan';\n"_s;
}

void TestGuestRules::whatReadsIsAllowed()
{
    QFETCH(QString, log);
    QCOMPARE(forbiddenSql(log), QStringList());
}

void TestGuestRules::whatCouldWriteIsForbidden_data()
{
    QTest::addColumn<QString>("log");
    QTest::newRow("outside a transaction") << executed(u"SELECT 1"_s);
    QTest::newRow("after it") << inTransaction(u"SELECT 1"_s) + executed(u"SELECT 1"_s);
    QTest::newRow("a writing transaction") << executed(u"BEGIN"_s);
    QTest::newRow("insert") << inTransaction(u"INSERT INTO t VALUES (1)"_s);
    QTest::newRow("one that failed") << entry(u"STATEMENT"_s, u"DELETE FROM t"_s);
    QTest::newRow("two at once") << inTransaction(u"SELECT 1; DELETE FROM t"_s);
    QTest::newRow("a common table expression") << inTransaction(u"WITH d AS (DELETE FROM t) SELECT 1"_s);
    QTest::newRow("locks") << inTransaction(u"SELECT 1 FROM t FOR UPDATE"_s);
    QTest::newRow("into") << inTransaction(u"SELECT 1 INTO t"_s);
    QTest::newRow("a function that acts") << inTransaction(u"SELECT pg_terminate_backend(1)"_s);
    QTest::newRow("a setting that stays") << inTransaction(u"SELECT set_config('statement_timeout', $1, false)"_s);
    QTest::newRow("another setting") << inTransaction(u"SELECT set_config('role', $1, true)"_s);
    QTest::newRow("copy") << inTransaction(u"COPY t TO PROGRAM 'sh'"_s);
    QTest::newRow("the fast path") << entry(u"LOG"_s, u"fastpath function call: \"lo_creat\" (OID 957)"_s);
    QTest::newRow("another name") << u"owner|psql|7|LOG:  statement: DROP TABLE t\n"_s;
    QTest::newRow("a superuser under our name") << u"postgres|tailspan|7|LOG:  statement: VACUUM\n"_s;
}

void TestGuestRules::whatCouldWriteIsForbidden()
{
    QFETCH(QString, log);
    QCOMPARE(forbiddenSql(log).size(), 1);
}

void TestGuestRules::ofOneConnectionOnlyWhatIsItsOwnIsJudged()
{
    const QStringList lines = {u"1.5 [0 127.0.0.1:1000] \"CLIENT\" \"SETNAME\" \"tailspan_sim\""_s,
                               u"1.6 [0 127.0.0.1:1000] \"LPUSH\" \"traces:auth\" \"{}\""_s,
                               u"1.7 [0 127.0.0.1:2000] \"LLEN\" \"traces:auth\""_s,
                               u"1.8 [0 127.0.0.1:1000] \"client\" \"setname\" \"tailspan\""_s, // the port again
                               u"1.9 [0 127.0.0.1:1000] \"DEL\" \"traces:auth\""_s};
    const QStringList sent = guestCommands(lines);
    QCOMPARE(sent.size(), 3);
    QCOMPARE(forbiddenCommands(sent), QStringList(u"\"DEL\" \"traces:auth\""_s));
    for (const char *command : {"\"KEYS\" \"*\"", "\"CLIENT\" \"KILL\" \"ID\" \"1\"", "\"SLOWLOG\" \"RESET\"",
                                "\"GET\" \"service:auth:config\"", "\"MONITOR\"", "\"lrem\" \"a\" \"1\" \"b\""})
        QCOMPARE(forbiddenCommands({QLatin1String(command)}).size(), 1);
}

void TestGuestRules::aForbiddenCommandToARealRedisIsReported()
{
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    RedisServer server;
    QCOMPARE(server.start({}), QString());
    QVERIFY(server.push("traces:auth", {"{}"})); // the test's own
    QCOMPARE(sendTo(server.port(), "LLEN traces:auth"), QByteArray(":1\r\n"));
    QCOMPARE(server.takeForbidden(), QStringList());
    QCOMPARE(sendTo(server.port(), "LTRIM traces:auth 5 6"), QByteArray("+OK\r\n"));
    QCOMPARE(server.restart(), QString()); // what was recorded stays
    QCOMPARE(sendTo(server.port(), "FLUSHALL"), QByteArray("+OK\r\n"));
    const QStringList forbidden = server.takeForbidden();
    QCOMPARE(forbidden, QStringList({u"\"LTRIM\" \"traces:auth\" \"5\" \"6\""_s, u"\"FLUSHALL\""_s}));
    QCOMPARE(server.takeForbidden(), QStringList());
}

void TestGuestRules::aForbiddenStatementToARealPostgresIsReported()
{
    TAILSPAN_NEED_SERVER(PostgresServer::missing());
    PostgresServer server;
    QCOMPARE(server.start({}), QString());
    QCOMPARE(server.makeTargetTable(), QString());
    QCOMPARE(server.takeForbidden(), QStringList());
    QCOMPARE(asUser(server, u"owner"_s, u"DELETE FROM distributed_traces"_s), QString());
    QVERIFY(!asUser(server, u"reader"_s, u"INSERT INTO distributed_traces VALUES (1)"_s).isEmpty());
    const QStringList forbidden = server.takeForbidden();
    QVERIFY(forbidden.contains(u"owner: DELETE FROM distributed_traces"_s));
    QVERIFY(forbidden.contains(u"reader: INSERT INTO distributed_traces VALUES (1)"_s));
    QCOMPARE(server.takeForbidden(), QStringList());
}

void TestGuestRules::aProgramThatSendsOneFails()
{
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    QString output;
    const ServerProcess::Start self = {QCoreApplication::applicationFilePath(),
                                       {u"sendsOneWhenAsked"_s},
                                       QDir::tempPath(),
                                       false,
                                       {QLatin1String(kSendsIt) + u"=1"_s}};
    QVERIFY(!runProgram(self, &output));
    QVERIFY2(output.contains(u"PASS   : TestGuestRules::sendsOneWhenAsked()"_s), qPrintable(output));
    QVERIFY2(output.contains(u"sent to Redis what a guest may not send:\n  \"FLUSHALL\""_s), qPrintable(output));
}

void TestGuestRules::sendsOneWhenAsked()
{
    if (!qEnvironmentVariableIsSet(kSendsIt))
        return;
    RedisServer server;
    QCOMPARE(server.start({}), QString());
    QCOMPARE(sendTo(server.port(), "FLUSHALL"), QByteArray("+OK\r\n"));
}

QTEST_GUILESS_MAIN(TestGuestRules)
#include "tst_guest_rules.moc"
