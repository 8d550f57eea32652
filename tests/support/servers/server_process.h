// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <functional>

namespace tailspan::test {

/// A server program of a test: started by it, gone with it, also when the test crashes or is killed.
/// Thread: the one that made it, which must live as long as the server: the system ends the server with that thread.
class ServerProcess {
public:
    struct Start {
        QString program; ///< Full path, from findProgram().
        QStringList arguments;
        QString folder;                  ///< Where it runs and where `server.log` is written.
        bool asUnprivilegedUser = false; ///< For servers that refuse root; the folder's files are given to that user.
        QStringList environment = {};    ///< "NAME=value", besides the test's own.
    };

    ServerProcess() = default;
    ~ServerProcess() { stop(); }
    ServerProcess(const ServerProcess &) = delete;
    ServerProcess &operator=(const ServerProcess &) = delete;

    /// False when the program cannot be started; problem() says why. Servers answer later: see waitUntil().
    [[nodiscard]] bool start(const Start &start);
    /// Asks it to end, insists after three seconds. Thaws it first.
    void stop();
    /// As a crash or kill -9 ends it.
    void kill();
    /// SIGSTOP: the sockets stay open, nothing is answered. thaw() lets it go on.
    void freeze();
    void thaw();
    void signal(int number);

    [[nodiscard]] bool isRunning();
    [[nodiscard]] std::int64_t pid() const { return m_process.processId(); }
    [[nodiscard]] QString problem() const { return m_problem; }
    /// What it wrote to stdout and stderr.
    [[nodiscard]] QString log() const;

private:
    QProcess m_process;
    QString m_folder;
    QString m_problem;
};

/// The path of an installed program, also from folders outside PATH; "" when there is none.
[[nodiscard]] QString findProgram(const QString &name, const QStringList &furtherFolders = {});
/// A port of 127.0.0.1 on which nothing listens now.
[[nodiscard]] std::uint16_t freePort();
[[nodiscard]] bool acceptsConnections(std::uint16_t port);
/// Asks every 10 ms until the condition holds; false when the time is over.
[[nodiscard]] bool waitUntil(const std::function<bool()> &condition,
                             std::chrono::milliseconds limit = std::chrono::seconds(20));
/// Runs a program to its end, for making certificates and data folders. True for exit code 0; `output` gets what it
/// wrote.
[[nodiscard]] bool runProgram(const ServerProcess::Start &start, QString *output = nullptr,
                              std::chrono::milliseconds limit = std::chrono::seconds(60));
/// Gives a file or folder to the user that servers run as which refuse root. Nothing to do for others than root.
void giveToUnprivilegedUser(const QString &path);
/// Whether a missing server is a failure, as in CI (the environment variable CI is set), or skips the test.
[[nodiscard]] bool mustHaveServers();

} // namespace tailspan::test

/// In initTestCase: skips the program's tests with a clear word when a server is missing, fails them in CI.
/// `problem` is "" when everything is there.
#define TAILSPAN_NEED_SERVER(problem)                                                                                  \
    do {                                                                                                               \
        const QString missing = (problem);                                                                             \
        if (!missing.isEmpty() && ::tailspan::test::mustHaveServers())                                                 \
            QFAIL(qPrintable(missing));                                                                                \
        if (!missing.isEmpty())                                                                                        \
            QSKIP(qPrintable(missing));                                                                                \
    } while (false)
