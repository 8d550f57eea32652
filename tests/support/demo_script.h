// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/socket_handle.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

#include <algorithm>
#include <csignal>
#include <vector>

namespace tailspan::test {

/// packaging/demo.sh with the programs of this build, and what it says of its servers, which end with it.
/// Thread: the one that made it; needs no event loop.
class DemoScript {
public:
    static constexpr int kSkipped = 77; ///< Its exit code where a server is not installed.
    static constexpr const char *kMissing = "A server of the demo is not installed";

    explicit DemoScript(const QStringList &options)
    {
        const QString built = QFileInfo(QStringLiteral(TAILSPAN_BINARY)).dir().absolutePath() + QStringLiteral("/..");
        m_process.start(QStringLiteral(TAILSPAN_SOURCE_DIR "/packaging/demo.sh"),
                        options + QStringList{QStringLiteral("--built"), built});
    }
    ~DemoScript()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        m_process.terminate();
        m_process.waitForFinished(kLimitMs);
    }
    DemoScript(const DemoScript &) = delete;
    DemoScript &operator=(const DemoScript &) = delete;

    /// Until it serves; false when it ended before.
    bool waitUntilItServes()
    {
        const QString words = QStringLiteral("Ctrl+C stops");
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

    /// What stands behind "Prometheus:" and so on; "" where it said no such thing.
    QString value(const QString &name) const { return found(QStringLiteral("(?:^|\\n)%1: +([^\\n]+)").arg(name)); }
    /// Of all its servers.
    std::vector<int> ports() const
    {
        std::vector<int> ports;
        for (const char *name : {"Redis", "PostgreSQL", "Metrics", "Prometheus", "Alertmanager"}) {
            const QString address = value(QLatin1String(name));
            if (!address.isEmpty())
                ports.push_back(
                    QRegularExpression(QStringLiteral("127\\.0\\.0\\.1:(\\d+)")).match(address).captured(1).toInt());
        }
        return ports;
    }
    bool isServing() const { return std::ranges::all_of(ports(), isListening); }
    bool isSilent() const { return std::ranges::none_of(ports(), isListening); }

private:
    static constexpr int kLimitMs = 60'000;

    static bool isListening(int port) { return connectToLoopback(static_cast<std::uint16_t>(port), true).isOpen(); }
    QString found(const QString &pattern) const { return QRegularExpression(pattern).match(m_said).captured(1); }

    QProcess m_process;
    QString m_said;
};

} // namespace tailspan::test
