// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/servers/server_process.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>

#include <csignal>
#include <cstdlib>

#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace tailspan::test {

using namespace Qt::StringLiterals;

namespace {

struct User {
    uid_t user = 0;
    gid_t group = 0;
};

/// "postgres" where it exists, so that its programs find a name for themselves.
User unprivilegedUser()
{
    for (const char *name : {"postgres", "nobody"}) {
        if (const passwd *entry = getpwnam(name))
            return {entry->pw_uid, entry->pw_gid};
    }
    return {65534, 65534};
}

bool isRoot()
{
    return geteuid() == 0;
}

void prepare(QProcess &process, const ServerProcess::Start &start)
{
    process.setProgram(start.program);
    process.setArguments(start.arguments);
    process.setWorkingDirectory(start.folder);
    process.setProcessEnvironment([&start] {
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const QString &entry : start.environment)
            environment.insert(entry.section(u'=', 0, 0), entry.section(u'=', 1));
        return environment;
    }());
    const bool changesUser = start.asUnprivilegedUser && isRoot();
    const User user = changesUser ? unprivilegedUser() : User{};
    const pid_t parent = getpid();
    process.setChildProcessModifier([changesUser, user, parent] {
        if (changesUser && (setgid(user.group) != 0 || setuid(user.user) != 0))
            _exit(126);
        prctl(PR_SET_PDEATHSIG, SIGKILL); // after setuid, which clears it
        if (getppid() != parent)
            _exit(126); // the test ended before the line above
    });
}

} // namespace

bool ServerProcess::start(const Start &start)
{
    stop();
    m_folder = start.folder;
    prepare(m_process, start);
    if (start.asUnprivilegedUser)
        giveToUnprivilegedUser(start.folder);
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(m_folder + u"/server.log"_s, QIODevice::Append);
    m_process.start(QIODevice::ReadOnly);
    const bool isStarted = m_process.waitForStarted(10'000);
    m_problem = isStarted ? QString() : start.program + u" does not start: "_s + m_process.errorString();
    return isStarted;
}

void ServerProcess::stop()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    thaw();
    m_process.terminate();
    if (!m_process.waitForFinished(3'000))
        kill();
}

void ServerProcess::kill()
{
    m_process.kill();
    m_process.waitForFinished(10'000);
}

void ServerProcess::freeze()
{
    signal(SIGSTOP);
}

void ServerProcess::thaw()
{
    signal(SIGCONT);
}

void ServerProcess::signal(int number)
{
    if (m_process.processId() > 0)
        ::kill(static_cast<pid_t>(m_process.processId()), number);
}

bool ServerProcess::isRunning()
{
    m_process.waitForFinished(0);
    return m_process.state() == QProcess::Running;
}

QString ServerProcess::log() const
{
    QFile file(m_folder + u"/server.log"_s);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString findProgram(const QString &name, const QStringList &furtherFolders)
{
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty() ? QStandardPaths::findExecutable(name, furtherFolders) : found;
}

std::uint16_t freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : std::uint16_t(0);
}

bool acceptsConnections(std::uint16_t port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    return socket.waitForConnected(1'000);
}

bool waitUntil(const std::function<bool()> &condition, std::chrono::milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end)
            return false;
        QThread::msleep(10);
    }
    return true;
}

bool runProgram(const ServerProcess::Start &start, QString *output, std::chrono::milliseconds limit)
{
    QProcess process;
    prepare(process, start);
    if (start.asUnprivilegedUser)
        giveToUnprivilegedUser(start.folder);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QIODevice::ReadOnly);
    const bool isDone = process.waitForFinished(static_cast<int>(limit.count()));
    if (output)
        *output = process.error() == QProcess::FailedToStart ? start.program + u": "_s + process.errorString()
                                                             : QString::fromUtf8(process.readAll());
    return isDone && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
}

void giveToUnprivilegedUser(const QString &path)
{
    if (!isRoot())
        return;
    const User user = unprivilegedUser();
    (void)!chown(QFile::encodeName(path).constData(), user.user, user.group);
    for (const QFileInfo &entry : QDir(path).entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot))
        giveToUnprivilegedUser(entry.filePath());
}

bool mustHaveServers()
{
    const char *ci = std::getenv("CI");
    return ci != nullptr && *ci != '\0';
}

} // namespace tailspan::test
