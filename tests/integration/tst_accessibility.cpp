// SPDX-License-Identifier: GPL-3.0-or-later
// What a screen reader is told of the real window: the program runs on a display and a session bus of its own, and the
// rows of the waterfall are read through AT-SPI.
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

const char *const kTrace = R"({"data":[{"traceID":"aa","spans":[
{"traceID":"aa","spanID":"1","operationName":"POST /pay","startTime":1700000000000000,"duration":120000,
 "processID":"p1"},
{"traceID":"aa","spanID":"2","operationName":"SELECT users","references":[{"refType":"CHILD_OF","traceID":"aa",
 "spanID":"1"}],"startTime":1700000000010000,"duration":80000,"processID":"p2",
 "tags":[{"key":"error","type":"bool","value":true}]}],
"processes":{"p1":{"serviceName":"payment"},"p2":{"serviceName":"postgres"}}}]})";

const QString kPython = u"/usr/bin/python3"_s; // Debian's own, which knows the packages of the system

/// What is missing on this machine; empty when all is there.
QString missingTool()
{
    for (const char *name : {"Xvfb", "dbus-run-session"}) {
        if (QStandardPaths::findExecutable(QString::fromLatin1(name)).isEmpty())
            return QString::fromLatin1(name);
    }
    QProcess python;
    python.start(kPython, {u"-c"_s, u"import gi; gi.require_version('Atspi', '2.0')"_s});
    const bool hasAtspi = python.waitForFinished() && python.exitCode() == 0;
    return hasAtspi && QFileInfo::exists(u"/usr/libexec/at-spi-bus-launcher"_s) ? QString() : u"AT-SPI for Python"_s;
}

} // namespace

class TestAccessibility : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QString missing = missingTool();
        if (missing.isEmpty())
            return;
        if (!qEnvironmentVariableIsEmpty("CI"))
            QFAIL(qPrintable(missing + u" is missing: packaging/install-deps.sh --tests"_s));
        QSKIP(qPrintable(u"SKIPPED ALL: "_s + missing + u" is not installed"_s));
    }

    void theRowsOfTheWaterfallAreRead()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"pay.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(kTrace) > 0);
        file.close();
        QProcess reader;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
            environment.insert(QString::fromLatin1(name), folder.path());
        reader.setProcessEnvironment(environment);
        reader.start(u"dbus-run-session"_s,
                     {u"--"_s, kPython, QStringLiteral(TAILSPAN_SOURCE_DIR "/tests/integration/read_rows.py"),
                      QStringLiteral(TAILSPAN_BINARY), file.fileName(), u"Waterfall of the trace"_s, u"2"_s});
        QVERIFY(reader.waitForFinished(100'000));
        QVERIFY2(reader.exitCode() == 0, reader.readAllStandardError().constData());
        QList<QByteArray> lines = reader.readAllStandardOutput().trimmed().split('\n');
        lines.removeIf([](const QByteArray &line) { return !line.startsWith('{'); }); // the bus says that it runs
        QCOMPARE(lines.size(), 2);
        const QJsonObject root = QJsonDocument::fromJson(lines[0]).object();
        const QJsonObject query = QJsonDocument::fromJson(lines[1]).object();
        QCOMPARE(root[u"name"_s].toString(), u"payment POST /pay"_s);
        QVERIFY2(root[u"value"_s].toString().startsWith(u"120 ms"_s), lines[0].constData());
        QVERIFY(root[u"expanded"_s].toBool());
        QVERIFY(root[u"selected"_s].toBool());
        QCOMPARE(query[u"name"_s].toString(), u"postgres SELECT users"_s);
        QVERIFY2(query[u"value"_s].toString().contains(u"failed"_s), lines[1].constData());
        QVERIFY(!query[u"expanded"_s].toBool());
    }
};

QTEST_GUILESS_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
