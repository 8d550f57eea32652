// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/servers/server_process.h"

#include <QTemporaryDir>

#include <memory>

namespace tailspan::test {

/// With this variable in the environment the user "reader" owns the target's table: the tests once more, with a role
/// that could do harm.
inline constexpr const char *kAsOwner = "TAILSPAN_TEST_AS_OWNER";

/// A PostgreSQL server of a test's own on a free port of 127.0.0.1, its data in a temporary folder. Logs every
/// statement. Over TCP users need their password; the test's own questions go over the socket as superuser.
/// initdb runs once a program, later servers copy its folder. Thread: one.
class PostgresServer {
public:
    struct Options {
        QString certificate = {}; ///< Not empty: TLS with this certificate and key.
        QString certificateKey = {};
        QStringList settings = {}; ///< "name=value"
    };

    PostgresServer() = default;
    ~PostgresServer() { stop(); }

    /// "" or why there is none on this machine.
    [[nodiscard]] static QString missing();
    /// Starts it and waits until it answers; "" or what went wrong.
    [[nodiscard]] QString start(const Options &options);
    /// Copies a running server and follows it; it answers reads only. "" or what went wrong.
    [[nodiscard]] QString startStandbyOf(const PostgresServer &primary, const Options &options);
    /// Starts again on the same port, with the same data and log.
    [[nodiscard]] QString restart();
    /// Ends it and looks at what clients under test have sent: see failForForbidden().
    void stop();
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] ServerProcess &process() { return m_process; }

    /// Runs SQL as superuser and gives what psql prints, unaligned, without headers; "ERROR: ..." when it fails.
    QString sql(const QString &text) const;
    /// The target's table with its indexes, and the users "reader" (may read it) and "owner" (whose it is), whose
    /// passwords are their names with "-pw".
    [[nodiscard]] QString makeTargetTable() const;
    /// Copies a CSV file with a header into it.
    [[nodiscard]] QString loadTargetTable(const QString &csvPath) const;
    /// Inserts a record as the target's collector writes it; "" or what went wrong.
    [[nodiscard]] QString insert(const QByteArray &record) const;
    /// Statements of clients under test, by that user, since the server was started first.
    [[nodiscard]] QStringList statements(const QString &user = {}) const;
    /// What they sent since the last call that a guest may not send; stop() fails the program for the rest.
    [[nodiscard]] QStringList takeForbidden();
    /// SIGSTOP and SIGCONT of the processes that serve clients under test.
    void freezeBackends() const;
    void thawBackends() const;
    /// kill -9 of the whole server.
    void kill();
    [[nodiscard]] QString folder() const { return m_folder->path(); }

private:
    [[nodiscard]] QString begin();
    void signalBackends(int number) const;

    Options m_options;
    std::unique_ptr<QTemporaryDir> m_folder;
    ServerProcess m_process;
    std::uint16_t m_port = 0;
    qsizetype m_takenForbidden = 0;
    mutable QList<qint64> m_frozen;
};

/// PgBouncer in transaction mode before a PostgresServer. Users are those of makeTargetTable. Thread: one.
class PgBouncer {
public:
    [[nodiscard]] static QString missing();
    [[nodiscard]] QString start(const PostgresServer &server);
    /// Ends it, if it runs, and starts it again on the same port.
    [[nodiscard]] QString restart();
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] ServerProcess &process() { return m_process; }

private:
    QTemporaryDir m_folder;
    ServerProcess m_process;
    std::uint16_t m_port = 0;
};

} // namespace tailspan::test
