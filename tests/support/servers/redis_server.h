// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/servers/server_process.h"

#include <QByteArrayList>
#include <QHostAddress>
#include <QTcpSocket>
#include <QTemporaryDir>

#include <memory>

namespace tailspan::test {

/// A redis-server of a test's own on a free port of 127.0.0.1, its data in a temporary folder. Every command it gets is
/// written down. Thread: one.
class RedisServer {
public:
    struct Options {
        QStringList arguments = {}; ///< Further ones, "--databases", "4".
        QStringList aclUsers = {};  ///< Lines of an ACL file: "user reader on >pw ~traces:* +@read".
        QString certificate = {};   ///< Not empty: TLS on port(); the test itself uses another, plain one.
        QString certificateKey = {};
        QString authority = {};
        bool asksForClientCertificate = false;
        bool isRecorded = true; ///< False: for measuring, nothing is written down of what it gets.
    };

    RedisServer() = default;
    ~RedisServer() { stop(); }

    /// "" or why there is none on this machine.
    [[nodiscard]] static QString missing();
    /// Starts it and waits until it answers; "" or what went wrong.
    [[nodiscard]] QString start(const Options &options);
    /// Starts again with the same options and ports.
    [[nodiscard]] QString restart();
    /// Ends it and looks at what clients under test have sent: see failForForbidden().
    void stop();
    /// What clients under test connect to.
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] ServerProcess &process() { return m_process; }

    /// Sends a command as the test's own user, with all rights, and gives the first line of the answer.
    QByteArray command(const QByteArrayList &words);
    /// Many commands, whose answers are one line each.
    [[nodiscard]] bool commands(const QList<QByteArrayList> &all);
    /// Writes records into "traces:<service>" as the target's collector does: LPUSH each, LTRIM to `keep`. The last is
    /// the newest.
    [[nodiscard]] bool push(const QByteArray &key, const QByteArrayList &records, int keep = 1'000);

    /// What clients under test have sent since the last call, in the words of MONITOR: `"LLEN" "traces:auth"`.
    [[nodiscard]] QStringList takeSent();
    /// What of all that since the last call a guest may not send; stop() fails the program for the rest.
    [[nodiscard]] QStringList takeForbidden();

private:
    [[nodiscard]] bool isAnswering();
    [[nodiscard]] QStringList arguments() const;
    [[nodiscard]] QString beginRecord();
    [[nodiscard]] QStringList recorded();

    Options m_options;
    QTemporaryDir m_folder;
    ServerProcess m_process;
    std::uint16_t m_port = 0;
    std::uint16_t m_ownPort = 0;
    std::unique_ptr<QTcpSocket> m_socket;
    QTemporaryDir m_recordFolder;
    ServerProcess m_recorder; ///< redis-cli MONITOR
    int m_marks = 0;
    qsizetype m_takenSent = 0;
    qsizetype m_takenForbidden = 0;
};

} // namespace tailspan::test
