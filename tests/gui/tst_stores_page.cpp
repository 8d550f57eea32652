// SPDX-License-Identifier: GPL-3.0-or-later
// The page of the stores, with a real Redis and a real PostgreSQL behind it.
#include "app/workspace/workspace.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"
#include "ui/connections/connections_page.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"

#include <QAbstractButton>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

class TestStoresPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void anEmptyListSaysSo();
    void aPastedUrlBecomesAConnectionWhosePasswordIsNotWritten();
    void theStepsOfATestComeInOrder();
    void aWrongPasswordIsSaidAndNotRepeated();
    void aRoleThatCouldWriteKeepsItsBadge();
    void theColumnMappingIsFoldedAwayUnlessItIsUsed();
    void theEnvironmentIsOffered();
    void aPasswordAmongTheArgumentsIsRefused();

private:
    template <class T>
    T *child(const char *name) const
    {
        return m_page->findChild<T *>(QString::fromLatin1(name));
    }
    void paste(const QString &url);
    void testConnection();
    bool says(const QString &text) const;
    QString postgresUrl(const char *user) const;

    QTemporaryDir m_folder;
    RedisServer m_redis;
    PostgresServer m_postgres;
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<connections::ConnectionsPage> m_page;
};

void TestStoresPage::initTestCase()
{
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    TAILSPAN_NEED_SERVER(RedisServer::missing() + PostgresServer::missing());
    QCOMPARE(m_redis.start({.aclUsers = {u"user reader on >reader-pw ~* +@read +@connection"_s}}), QString());
    QCOMPARE(m_postgres.start({}), QString());
    QCOMPARE(m_postgres.makeTargetTable(), QString());
}

void TestStoresPage::init()
{
    m_settings = std::make_unique<settings::SettingsStore>(QString());
    m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
    m_page = std::make_unique<connections::ConnectionsPage>(*m_workspace);
    m_page->resize(1200, 800);
    m_page->show();
}

void TestStoresPage::cleanup()
{
    m_page.reset();
    m_workspace.reset();
}

void TestStoresPage::paste(const QString &url)
{
    QGuiApplication::clipboard()->setText(url);
    const auto buttons = m_page->findChildren<QPushButton *>();
    for (QPushButton *button : buttons) {
        if (button->text() == u"Paste a URL"_s)
            button->click();
    }
}

void TestStoresPage::testConnection()
{
    QSignalSpy finished(&m_workspace->connections(), &workspace::Connections::testFinished);
    child<QPushButton>("test")->click();
    QVERIFY(finished.wait(20'000));
}

bool TestStoresPage::says(const QString &text) const
{
    const auto labels = m_page->findChildren<QLabel *>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
        return label->isVisibleTo(m_page.get()) && label->text().contains(text);
    });
}

QString TestStoresPage::postgresUrl(const char *user) const
{
    return u"postgresql://%1:%1-pw@127.0.0.1:%2/postgres"_s.arg(QLatin1String(user)).arg(m_postgres.port());
}

void TestStoresPage::anEmptyListSaysSo()
{
    QVERIFY(says(u"None yet."_s));
    QVERIFY(!child<QListWidget>("connectionList")->isVisible());
    paste(u"redis://127.0.0.1"_s);
    child<QPushButton>("save")->click();
    QVERIFY(!says(u"None yet."_s));
    QVERIFY(child<QListWidget>("connectionList")->isVisible());
}

void TestStoresPage::aPastedUrlBecomesAConnectionWhosePasswordIsNotWritten()
{
    const QString path = m_folder.filePath(u"settings.ini"_s);
    settings::SettingsStore store(path);
    store.load();
    settings::SecretStore secrets(false); // in memory: no test asks the desktop's keyring
    workspace::Connections connections(store, secrets);
    const auto draft = connections.draftFromUrl(postgresUrl("reader"));
    QVERIFY(draft.has_value());
    QCOMPARE(draft->password, u"reader-pw"_s);
    const auto saved = connections.save(*draft);
    QVERIFY(saved.has_value());
    QVERIFY(saved->contains(u"in memory"_s));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray written = file.readAll();
    QVERIFY(written.contains("127.0.0.1"));
    QVERIFY(!written.contains("reader-pw"));
    QCOMPARE(connections.toOpen(connections.draft(draft->name))->secrets.password, std::string("reader-pw"));
    paste(postgresUrl("reader"));
    QCOMPARE(child<QLineEdit>("password")->echoMode(), QLineEdit::Password);
}

void TestStoresPage::theStepsOfATestComeInOrder()
{
    QStringList steps;
    connect(&m_workspace->connections(), &workspace::Connections::testStep, this,
            [&](const workspace::ConnectionTestStep &step) { steps.append(step.title); });
    paste(postgresUrl("reader"));
    testConnection();
    QCOMPARE(steps.value(0), u"name resolved"_s);
    QVERIFY2(says(u"The connection works."_s), qPrintable(steps.join(u',')));
    qsizetype last = -1;
    for (const QString &step : {u"name resolved"_s, u"connected"_s, u"authenticated"_s, u"table found"_s,
                                u"reads only"_s, u"spans in the last hour"_s}) {
        QVERIFY2(steps.indexOf(step) > last, qPrintable(step + u" in "_s + steps.join(u',')));
        last = steps.indexOf(step);
        QVERIFY(says(step));
    }
    QVERIFY(!child<QAbstractButton>("couldWrite")->isVisible());
}

void TestStoresPage::aWrongPasswordIsSaidAndNotRepeated()
{
    for (const QString &url : {u"postgresql://reader:wrong-word@127.0.0.1:%1/postgres"_s.arg(m_postgres.port()),
                               u"redis://reader:wrong-word@127.0.0.1:%1"_s.arg(m_redis.port())}) {
        paste(url);
        testConnection();
        QVERIFY(says(u"password"_s));
        QVERIFY(!says(u"wrong-word"_s));
        QVERIFY(!says(u"The connection works."_s));
    }
}

void TestStoresPage::aRoleThatCouldWriteKeepsItsBadge()
{
    paste(postgresUrl("owner"));
    testConnection();
    QVERIFY(child<QAbstractButton>("couldWrite")->isVisible());
    child<QPushButton>("save")->click();
    QVERIFY(child<QAbstractButton>("couldWrite")->isVisible());
    auto *list = child<QListWidget>("connectionList");
    QVERIFY(!list->item(0)->icon().isNull());
    paste(postgresUrl("reader"));
    QVERIFY(!child<QAbstractButton>("couldWrite")->isVisible());
    list->setCurrentRow(0);
    QVERIFY(child<QAbstractButton>("couldWrite")->isVisible());
}

void TestStoresPage::theColumnMappingIsFoldedAwayUnlessItIsUsed()
{
    paste(postgresUrl("reader"));
    QVERIFY(!child<QToolButton>("columnMapping")->isChecked());
    paste(postgresUrl("reader") + u"?trace-id=tid"_s);
    QVERIFY(child<QToolButton>("columnMapping")->isChecked());
}

void TestStoresPage::theEnvironmentIsOffered()
{
    qputenv("REDIS_URL", "redis://:in-the-environment@127.0.0.1:6399/2");
    qputenv("DATABASE_URL", postgresUrl("reader").toUtf8());
    const connections::ConnectionsPage page(*m_workspace);
    qunsetenv("REDIS_URL");
    qunsetenv("DATABASE_URL");
    QStringList offers;
    const auto buttons = page.findChildren<QPushButton *>();
    for (QPushButton *button : buttons) {
        if (!button->text().startsWith(u"Take "_s))
            continue;
        offers.append(button->text());
        button->click();
    }
    QCOMPARE(offers,
             (QStringList{u"Take REDIS_URL from the environment"_s, u"Take DATABASE_URL from the environment"_s}));
    QCOMPARE(page.findChild<QLineEdit *>(u"password"_s)->text(), u"reader-pw"_s);
}

void TestStoresPage::aPasswordAmongTheArgumentsIsRefused()
{
    for (const QStringList &arguments :
         {QStringList{postgresUrl("reader")}, QStringList{u"trace"_s, u"--source"_s, postgresUrl("reader")},
          QStringList{u"snapshot"_s, u"--page"_s, u"traces"_s, u"--out"_s, m_folder.filePath(u"x.png"_s), u"--source"_s,
                      postgresUrl("reader")}}) {
        QProcess process;
        process.start(QStringLiteral(TAILSPAN_BINARY), arguments);
        QVERIFY(process.waitForFinished(20'000));
        const QString said = QString::fromUtf8(process.readAllStandardError());
        QVERIFY2(process.exitCode() != 0 && said.contains(u"environment variable"_s), qPrintable(said));
        QVERIFY(!said.contains(u"reader-pw"_s));
    }
}

QTEST_MAIN(TestStoresPage)
#include "tst_stores_page.moc"
