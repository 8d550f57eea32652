// SPDX-License-Identifier: GPL-3.0-or-later
// How sources are named on the command line, of a command and of the window.
#include "app/cli/named_source.h"

#include <QProcess>
#include <QTest>

using namespace tailspan;
using namespace Qt::StringLiterals;

class TestSourceWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        qunsetenv("TAILSPAN_TEST_STORE");
        qunsetenv("REDISCLI_AUTH");
    }
    void aWordIsASourceOrAFile_data();
    void aWordIsASourceOrAFile();
    void aVariableMayHoldAPassword();
    void aPasswordInTheOpenIsRefusedAndNotRepeated();
    void redisTakesThePasswordThatItsOwnClientTakes();
    void whatCannotBeUnderstoodIsSaidByTheWindowInOneLine_data();
    void whatCannotBeUnderstoodIsSaidByTheWindowInOneLine();
};

void TestSourceWords::aWordIsASourceOrAFile_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<bool>("isSource");
    for (const char *word : {"redis://cache", "rediss://cache:6379/0", "postgresql://db/traces", "env:STORE"})
        QTest::newRow(word) << QString::fromUtf8(word) << true;
    for (const char *word : {"traces.json", "/tmp/redis/list.tsv", "ftp://host/file", "environment.csv", ""})
        QTest::newRow(*word == '\0' ? "empty" : word) << QString::fromUtf8(word) << false;
}

void TestSourceWords::aWordIsASourceOrAFile()
{
    QFETCH(QString, word);
    QFETCH(bool, isSource);
    QCOMPARE(cli::isSourceWord(word.toStdString()), isSource);
}

void TestSourceWords::aVariableMayHoldAPassword()
{
    qputenv("TAILSPAN_TEST_STORE", "postgresql://reader:canary@db.example/traces");
    const auto source = cli::namedSource("env:TAILSPAN_TEST_STORE");
    QVERIFY(source.has_value());
    QCOMPARE(source->secrets.password, std::string("canary"));
    QVERIFY(source->name.find("canary") == std::string::npos);
    qunsetenv("TAILSPAN_TEST_STORE");
    const auto none = cli::namedSource("env:TAILSPAN_TEST_STORE");
    QVERIFY(!none.has_value());
    QCOMPARE(none.error().code, ErrorCode::NotFound);
    QVERIFY(none.error().text().find("env:TAILSPAN_TEST_STORE") != std::string::npos);
}

void TestSourceWords::aPasswordInTheOpenIsRefusedAndNotRepeated()
{
    const auto source = cli::namedSource("redis://reader:canary@cache.example/0");
    QVERIFY(!source.has_value());
    QCOMPARE(source.error().code, ErrorCode::Unsupported);
    QVERIFY(source.error().text().find("env:NAME") != std::string::npos);
    QVERIFY(source.error().text().find("canary") == std::string::npos);
}

void TestSourceWords::redisTakesThePasswordThatItsOwnClientTakes()
{
    qputenv("REDISCLI_AUTH", "canary");
    const auto redis = cli::namedSource("redis://cache.example/0");
    QVERIFY(redis.has_value());
    QCOMPARE(redis->secrets.password, std::string("canary"));
    const auto postgres = cli::namedSource("postgresql://db.example/traces");
    QVERIFY(postgres.has_value());
    QVERIFY(postgres->secrets.password.empty());
}

void TestSourceWords::whatCannotBeUnderstoodIsSaidByTheWindowInOneLine_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("said");
    QTest::newRow("a variable that is not set") << u"env:TAILSPAN_TEST_STORE"_s << u"is not set in the environment"_s;
    QTest::newRow("a password") << u"redis://u:canary@cache.example"_s << u"every user of the machine can read it"_s;
    QTest::newRow("an unknown option") << u"redis://cache.example?colour=red"_s << u"colour"_s;
}

void TestSourceWords::whatCannotBeUnderstoodIsSaidByTheWindowInOneLine()
{
    QFETCH(QString, word);
    QFETCH(QString, said);
    QProcess window;
    window.start(QStringLiteral(TAILSPAN_BINARY), {word});
    QVERIFY(window.waitForFinished(20'000));
    const QString answer = QString::fromUtf8(window.readAllStandardError());
    QVERIFY2(answer.startsWith(u"tailspan: "_s) && answer.contains(said), qPrintable(answer));
    QCOMPARE(answer.count(u'\n'), 1);
    QVERIFY(!answer.contains(u"canary"_s));
    QVERIFY(window.exitStatus() == QProcess::NormalExit && window.exitCode() != 0);
}

QTEST_GUILESS_MAIN(TestSourceWords)
#include "tst_source_words.moc"
