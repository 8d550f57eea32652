// SPDX-License-Identifier: GPL-3.0-or-later
// packaging/demo.sh with real servers: stores are filled, the alert fires, and however it ends, nothing is left behind.
#include "tests/support/socket_handle.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <vector>

namespace {

constexpr int kSkipped = 77;
constexpr const char *kMissing = "A server of the demo is not installed";
constexpr int kLimitMs = 60'000;

bool isListening(int port)
{
    return tailspan::test::connectToLoopback(static_cast<std::uint16_t>(port), true).isOpen();
}

/// The script, and what it says of its servers.
class Demo {
public:
    explicit Demo(const QString &mode)
    {
        const QString built = QFileInfo(QStringLiteral(TAILSPAN_BINARY)).dir().absolutePath() + QStringLiteral("/..");
        m_process.start(QStringLiteral(TAILSPAN_SOURCE_DIR "/packaging/demo.sh"),
                        {mode, QStringLiteral("--built"), built});
    }
    ~Demo()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        m_process.terminate(); // its servers end with it
        m_process.waitForFinished(kLimitMs);
    }
    Demo(const Demo &) = delete;
    Demo &operator=(const Demo &) = delete;

    /// Until it has said that; false when it ended before.
    bool waitForWords(const QString &words)
    {
        while (!m_said.contains(words) && m_process.waitForReadyRead(kLimitMs))
            m_said += QString::fromUtf8(m_process.readAllStandardOutput());
        return m_said.contains(words);
    }
    /// The exit code, -1 when it does not end.
    int finish()
    {
        const bool isOver = m_process.state() == QProcess::NotRunning || m_process.waitForFinished(kLimitMs);
        m_said += QString::fromUtf8(m_process.readAllStandardOutput());
        return isOver ? m_process.exitCode() : -1;
    }
    void signal(int number) const { ::kill(static_cast<pid_t>(m_process.processId()), number); }
    QString errors() { return QString::fromUtf8(m_process.readAllStandardError()); }
    int redisPort() const { return found(QStringLiteral("redis://127.0.0.1:(\\d+)")).toInt(); }
    int postgresPort() const { return found(QStringLiteral("postgresql://[^:]*127.0.0.1:(\\d+)")).toInt(); }
    int metricsPort() const { return found(QStringLiteral("http://127.0.0.1:(\\d+)/metrics")).toInt(); }
    QString folder() const { return found(QStringLiteral("Data: +(\\S+)")); }
    /// Of all its servers.
    std::vector<int> ports() const
    {
        return {redisPort(), postgresPort(), metricsPort(),
                found(QStringLiteral("prometheus\\+http://127.0.0.1:(\\d+)")).toInt(),
                found(QStringLiteral("alertmanager\\+http://127.0.0.1:(\\d+)")).toInt()};
    }
    bool isServing() const { return std::ranges::all_of(ports(), isListening); }
    bool isSilent() const { return std::ranges::none_of(ports(), isListening); }
    bool namesAllPorts() const
    {
        return std::ranges::all_of(ports(), [](int port) { return port > 0; });
    }

private:
    QString found(const QString &pattern) const { return QRegularExpression(pattern).match(m_said).captured(1); }

    QProcess m_process;
    QString m_said;
};

} // namespace

class TestDemo : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theCheckSeesTheIncidentAndLeavesNothing()
    {
        Demo demo(QStringLiteral("--check"));
        const int code = demo.finish();
        if (code == kSkipped)
            QSKIP(kMissing);
        QVERIFY2(code == 0, qPrintable(demo.errors()));
        QVERIFY(demo.namesAllPorts());
        QVERIFY(demo.isSilent());
        QVERIFY(!demo.folder().isEmpty() && !QFileInfo::exists(demo.folder()));
    }

    void aSignalLeavesNothing_data()
    {
        QTest::addColumn<int>("number");
        QTest::newRow("Ctrl+C") << SIGINT;
        QTest::newRow("terminated") << SIGTERM;
        QTest::newRow("terminal closed") << SIGHUP;
    }
    void aSignalLeavesNothing()
    {
        QFETCH(int, number);
        Demo demo(QStringLiteral("--serve"));
        if (!demo.waitForWords(QStringLiteral("Ctrl+C stops")) && demo.finish() == kSkipped)
            QSKIP(kMissing);
        QVERIFY2(demo.isServing(), qPrintable(demo.errors()));
        QVERIFY(QFileInfo::exists(demo.folder()));
        demo.signal(number);
        QCOMPARE(demo.finish(), 128 + number);
        QVERIFY(demo.isSilent());
        QVERIFY(!QFileInfo::exists(demo.folder()));
    }

    /// Nobody can tidy up after that, but the servers go with the script.
    void aKilledScriptTakesItsServersWithIt()
    {
        Demo demo(QStringLiteral("--serve"));
        if (!demo.waitForWords(QStringLiteral("Ctrl+C stops")) && demo.finish() == kSkipped)
            QSKIP(kMissing);
        QVERIFY2(demo.isServing(), qPrintable(demo.errors()));
        demo.signal(SIGKILL);
        demo.finish();
        QTRY_VERIFY_WITH_TIMEOUT(demo.isSilent(), 20'000);
        QVERIFY(QDir(demo.folder()).removeRecursively());
    }

    void aWrongOptionIsNamed()
    {
        Demo demo(QStringLiteral("--colour"));
        QCOMPARE(demo.finish(), 2);
        QVERIFY(demo.errors().contains(QStringLiteral("usage")));
    }
};

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
