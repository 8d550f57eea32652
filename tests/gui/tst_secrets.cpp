// SPDX-License-Identifier: GPL-3.0-or-later
// Canaries in every field of a stored span, as a file, in Redis and in PostgreSQL: none of them comes out of the
// program, by copies, models, commands or captures, until it is asked for.
#include "app/workspace/workspace.h"
#include "models/items/trace_list_model.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"
#include "tests/support/written_file.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"
#include "ui/traces/key_value_list.h"
#include "ui/traces/span_details_panel.h"
#include "ui/traces/trace_details.h"
#include "ui/traces/traces_page.h"
#include "ui/waterfall/waterfall_view.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QTableView>
#include <QTest>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

/// Every secret of the record holds this word, or is the card number.
const QString kCanary = u"canary"_s;
const QString kCard = u"4111111111111111"_s;

QByteArray recordText(std::int64_t endNs)
{
    const std::string request =
        R"({"method":"GET","path":"/pay?token=canary-path","query":{"access_token":"canary-query"},)"
        R"("body":{"email":"canary@body","card":"4111111111111111","note":["canary-list"]},)"
        R"("headers":{"authorization":"Bearer canary-bearer","cookie":"sid=canary-cookie","x-api-key":"canary-key",)"
        R"("x-odd":"canary-odd","host":"h","user-agent":"curl password=canary-agent"}})";
    const std::string response =
        R"({"statusCode":500,"headers":{"set-cookie":"sid=canary-set-cookie","x-auth-token":"canary-answer-token",)"
        R"("location":"https://h/back?access_token=canary-location","content-type":"text/html"},)"
        R"("body":{"refresh":"eyJhbGciOiJI.canary-refresh.c2ln","owner":{"password":"canary-deep"},)"
        R"("text":"canary-answer-body"}})";
    const std::string metadata =
        R"({"db.statement":"UPDATE users SET password = 'canary-statement' WHERE id = 7","db_password":"canary-meta",)"
        R"("apiKey":"canary-camel","nested":{"client_secret":"canary-nested","pem":"-----BEGIN RSA PRIVATE KEY-----)"
        R"(canary-meta-pem"},"url":"postgres://u:canary-userinfo@db/x","list":["Bearer canary-meta-list"],"region":"eu"})";
    RecordText record{.trace = "00000000000000000000000000c0ffee",
                      .span = "1111111111111111",
                      .service = "pay",
                      .operation = "SELECT * FROM users WHERE password = 'canary-literal' AND card = 4111111111111111",
                      .endNs = endNs,
                      .statusCode = 500,
                      .error = "refused: Cookie: sid=canary-error",
                      .requestJson = request,
                      .responseJson = response,
                      .metadataJson = metadata,
                      .neighborsJson = R"(["auth", "api_key=canary-neighbor"])"};
    return QByteArray::fromStdString(record.text());
}

QByteArray otherRecordText(std::int64_t endNs)
{
    RecordText record{.trace = "00000000000000000000000000c0ffee",
                      .span = "2222222222222222",
                      .service = "svc Bearer canary-service",
                      .operation = "GET /x?api_key=canary-operation&jwt=eyJhbGciOiJI.canary-jwt.c2ln",
                      .endNs = endNs,
                      .error = "-----BEGIN PRIVATE KEY-----canary-pem"};
    return QByteArray::fromStdString(record.text());
}

void addTexts(const QAbstractItemModel &model, const QModelIndex &parent, QString &texts)
{
    for (int row = 0; row < model.rowCount(parent); ++row) {
        for (int column = 0; column < model.columnCount(parent); ++column) {
            const QModelIndex index = model.index(row, column, parent);
            for (int role = 0; role < Qt::UserRole + 12; ++role)
                texts += index.data(role).toString() + u'\n';
            addTexts(model, index, texts);
        }
    }
}

/// All that the widgets below hold as text, in labels, fields and models.
QString textsOf(const QWidget &widget)
{
    QString texts;
    const auto labels = widget.findChildren<QLabel *>();
    for (const QLabel *label : labels)
        texts += label->text() + u'\n';
    const auto records = widget.findChildren<QPlainTextEdit *>();
    for (const QPlainTextEdit *record : records)
        texts += record->toPlainText() + u'\n';
    const auto views = widget.findChildren<QAbstractItemView *>();
    for (const QAbstractItemView *view : views)
        addTexts(*view->model(), {}, texts);
    const auto all = widget.findChildren<QWidget *>();
    for (const QWidget *each : all)
        texts += each->accessibleName() + each->toolTip() + u'\n';
    return texts;
}

/// What Ctrl+C in every list and in the record puts on the clipboard.
QString copiesOf(QWidget &widget)
{
    QString copies;
    const auto copy = [&] {
        copies += QGuiApplication::clipboard()->text() + u'\n';
        QGuiApplication::clipboard()->clear();
    };
    const auto views = widget.findChildren<QAbstractItemView *>();
    for (QAbstractItemView *view : views) {
        view->selectAll();
        const auto actions = view->actions();
        for (QAction *action : actions) {
            if (action->shortcut() == QKeySequence(QKeySequence::Copy))
                action->trigger();
        }
        copy();
    }
    const auto records = widget.findChildren<QPlainTextEdit *>();
    for (QPlainTextEdit *record : records) {
        record->selectAll();
        record->copy();
        copy();
        if (record->document()->characterCount() < 3)
            continue;
        QTextCursor part = record->textCursor();
        part.setPosition(1);
        part.setPosition(record->document()->characterCount() - 2, QTextCursor::KeepAnchor);
        record->setTextCursor(part);
        record->copy();
        copy();
    }
    return copies;
}

QString lineWithSecret(const QString &text)
{
    const QStringList lines = text.split(u'\n');
    for (const QString &line : lines) {
        if (line.contains(kCanary) || line.contains(kCard))
            return line.left(400);
    }
    return {};
}

} // namespace

#define VERIFY_NO_SECRET(text) QCOMPARE(lineWithSecret(text), QString())

class TestSecrets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void nothingComesOutUnlessAskedFor_data();
    void nothingComesOutUnlessAskedFor();
    void commandsAndCapturesHoldNone_data() { nothingComesOutUnlessAskedFor_data(); }
    void commandsAndCapturesHoldNone();

private:
    QString run(const QStringList &arguments);

    QTemporaryDir m_folder;
    RedisServer m_redis;
    PostgresServer m_postgres;
};

void TestSecrets::initTestCase()
{
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    TAILSPAN_NEED_SERVER(RedisServer::missing() + PostgresServer::missing());
    QCOMPARE(m_redis.start({}), QString());
    QCOMPARE(m_postgres.start({}), QString());
    QCOMPARE(m_postgres.makeTargetTable(), QString());
    const std::int64_t end = nowNs();
    const QByteArrayList records{recordText(end), otherRecordText(end - 1'000'000)};
    QVERIFY(m_redis.push("traces:pay", records));
    for (const QByteArray &record : records)
        QCOMPARE(m_postgres.insert(record), QString());
    QFile file(m_folder.filePath(u"traces.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[" + records.join(',') + "]");
}

void TestSecrets::nothingComesOutUnlessAskedFor_data()
{
    QTest::addColumn<QString>("input");
    QTest::newRow("file") << m_folder.filePath(u"traces.json"_s);
    QTest::newRow("redis") << u"redis://127.0.0.1:%1"_s.arg(m_redis.port());
    qputenv("PGPASSWORD", "reader-pw");
    QTest::newRow("postgresql") << u"postgresql://reader@127.0.0.1:%1/postgres"_s.arg(m_postgres.port());
}

void TestSecrets::nothingComesOutUnlessAskedFor()
{
    QFETCH(QString, input);
    settings::SettingsStore settings{QString()};
    workspace::Workspace workspace(settings);
    traces::TracesPage page(workspace);
    auto *details = qobject_cast<traces::TraceDetails *>(page.detailsWidget());
    page.show();
    details->show();
    if (input.contains(u"://"_s))
        workspace.stores().connectTo({storeOf(input.toStdString())});
    else
        workspace.open({input});
    QTRY_VERIFY_WITH_TIMEOUT(workspace.snapshot() && !workspace.snapshot()->traces().empty(), 10'000);
    workspace.stores().setLive(false);
    const trace::TraceSnapshot &snapshot = *workspace.snapshot();
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row) {
        workspace.select({snapshot.generation(), TraceRow(0), SpanRow(row)});
        QTRY_VERIFY(page.isSettled());
        QString shown = textsOf(page) + textsOf(*details);
        VERIFY_NO_SECRET(shown);
        QVERIFY(shown.contains(u"redacted"_s));
        VERIFY_NO_SECRET(copiesOf(page) + copiesOf(*details));
        if (snapshot.serviceOf(SpanRow(row)) != "pay")
            continue;
        auto *reveal = details->spanPanel().findChild<QPushButton *>();
        QVERIFY(reveal->isVisible());
        reveal->click();
        QTRY_VERIFY(page.isSettled());
        for (const QString &canary : {u"canary-literal"_s, u"canary-bearer"_s, u"canary@body"_s, kCard,
                                      u"canary-statement"_s, u"canary-answer-body"_s, u"canary-nested"_s})
            QVERIFY2(textsOf(*details).contains(canary), qPrintable(canary));
        VERIFY_NO_SECRET(copiesOf(*details) + copiesOf(page));
        auto *allow = details->spanPanel().findChild<QCheckBox *>();
        QVERIFY(allow->isVisible());
        allow->click();
        QVERIFY(copiesOf(*details).contains(u"canary-bearer"_s));
    }
    delete details;
}

QString TestSecrets::run(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral(TAILSPAN_BINARY), arguments);
    process.waitForFinished(60'000);
    return QString::fromUtf8(process.readAllStandardOutput() + process.readAllStandardError());
}

void TestSecrets::commandsAndCapturesHoldNone()
{
    QFETCH(QString, input);
    const bool isLive = input.contains(u"://"_s);
    const QStringList from = isLive ? QStringList{u"--source"_s, input} : QStringList{input};
    const QStringList one = {u"--id"_s, u"00000000000000000000000000c0ffee"_s};
    for (const QStringList &more : {QStringList(), one, QStringList{u"--json"_s}, one + QStringList{u"--json"_s}}) {
        const QString said = run(QStringList{u"trace"_s} + from + more);
        QVERIFY2(said.contains(u"c0ffee"_s), qPrintable(said));
        VERIFY_NO_SECRET(said);
    }
    if (!isLive)
        return;
    const QString path = m_folder.filePath(u"capture.json"_s);
    VERIFY_NO_SECRET(run(QStringList{u"capture"_s, u"--out"_s, path} + from));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString captured = QString::fromUtf8(file.readAll());
    QVERIFY(captured.contains(u"c0ffee"_s));
    VERIFY_NO_SECRET(captured);
}

QTEST_MAIN(TestSecrets)
#include "tst_secrets.moc"
