// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/postgres_connection.h"
#include "app/net/postgres_error.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <libpq-fe.h>
#include <poll.h>

namespace tailspan::net {

namespace {

constexpr const char *kTrustedAuthorities = "/etc/ssl/certs/ca-certificates.crt";

bool isThisMachine(const std::string &host)
{
    return host.empty() || host == "localhost" || host == "::1" || host.starts_with("127.") || host.starts_with('/');
}

/// Keyword and value for libpq; what is empty is left to it.
class Keywords {
public:
    explicit Keywords(const PostgresTarget &target)
    {
        add("service", target.service);
        add("host", target.host);
        add("port", target.port == 0 ? std::string() : std::to_string(target.port));
        add("user", target.user);
        add("dbname", target.database);
        add("password", target.password);
        addTls(target);
        add("application_name", "tailspan");
        add("client_encoding", "UTF8");
        add("gssencmode", "disable");
        add("tcp_user_timeout", "15000");
    }

    PGconn *start() const
    {
        std::vector<const char *> names;
        std::vector<const char *> values;
        for (const auto &[name, value] : m_pairs) {
            names.push_back(name);
            values.push_back(value.c_str());
        }
        names.push_back(nullptr);
        values.push_back(nullptr);
        return PQconnectStartParams(names.data(), values.data(), 0);
    }

private:
    void add(const char *name, const std::string &value)
    {
        if (!value.empty())
            m_pairs.emplace_back(name, value);
    }

    void addTls(const PostgresTarget &target)
    {
        // A service may lead anywhere, so it is another machine as long as nobody says otherwise.
        const bool isNear = target.service.empty() && isThisMachine(target.host);
        const std::string mode = !target.sslMode.empty() ? target.sslMode : isNear ? "prefer" : "verify-full";
        add("sslmode", mode);
        if (mode.starts_with("verify"))
            add("sslrootcert", target.sslRootCert.empty() ? kTrustedAuthorities : target.sslRootCert);
        else
            add("sslrootcert", target.sslRootCert);
        add("ssl_min_protocol_version", "TLSv1.2");
        add("sslcert", target.sslCert);
        add("sslkey", target.sslKey);
        add("sslpassword", target.sslKeyPassphrase);
    }

    std::vector<std::pair<const char *, std::string>> m_pairs;
};

/// What a thread that looks up the host's name and the one that waits for it share. Looking up cannot be cancelled: who
/// no longer waits leaves, and the thread ends what it began.
struct Start {
    std::mutex mutex;
    std::condition_variable changed;
    PGconn *connection = nullptr;
    bool isDone = false;
    bool isAbandoned = false;
};

void startInto(const std::shared_ptr<Start> &shared, const Keywords &keywords)
{
    PGconn *connection = keywords.start();
    const std::lock_guard lock(shared->mutex);
    if (shared->isAbandoned) {
        PQfinish(connection);
        return;
    }
    shared->connection = connection;
    shared->isDone = true;
    shared->changed.notify_all();
}

std::string tlsText(PGconn *connection)
{
    const char *protocol = PQsslAttribute(connection, "protocol");
    const char *cipher = PQsslAttribute(connection, "cipher");
    return std::string(protocol == nullptr ? "" : protocol) + ", " + (cipher == nullptr ? "" : cipher);
}

/// Says which stages lie behind a connection, each once.
class Stages {
public:
    explicit Stages(const PostgresConnection::OnStage &onStage) : m_onStage(onStage) {}

    void look(PGconn *connection)
    {
        using Stage = PostgresConnection::Stage;
        const ConnStatusType status = PQstatus(connection);
        if (status == CONNECTION_BAD)
            return;
        reach(Stage::Resolved, textOf(PQhostaddr(connection)));
        if (status == CONNECTION_STARTED || status == CONNECTION_NEEDED)
            return;
        reach(Stage::Connected, textOf(PQhostaddr(connection)));
        if (PQsslInUse(connection) != 0 && status != CONNECTION_SSL_STARTUP)
            reach(Stage::Encrypted, tlsText(connection));
        if (status == CONNECTION_OK)
            reach(Stage::Authenticated, textOf(PQuser(connection)));
    }

private:
    static std::string textOf(const char *text) { return text == nullptr ? std::string() : text; }
    void reach(PostgresConnection::Stage stage, const std::string &text)
    {
        const unsigned bit = 1U << static_cast<unsigned>(stage);
        if ((m_reached & bit) != 0)
            return;
        m_reached |= bit;
        if (m_onStage)
            m_onStage(stage, text);
    }

    const PostgresConnection::OnStage &m_onStage;
    unsigned m_reached = 0;
};

} // namespace

Result<PostgresConnection::Handle> PostgresConnection::start(const PostgresTarget &target, const Deadline &deadline,
                                                             const std::stop_token &stop)
{
    const auto shared = std::make_shared<Start>();
    std::thread([shared, keywords = Keywords(target)] { startInto(shared, keywords); }).detach();
    std::unique_lock lock(shared->mutex);
    while (!shared->isDone) {
        const bool isOver = deadline.isOver();
        if (stop.stop_requested() || isOver) {
            shared->isAbandoned = true;
            return isOver ? fail(ErrorCode::Timeout, "The name server gave no answer in time.", target.text)
                          : fail(ErrorCode::Cancelled, "cancelled", target.text);
        }
        shared->changed.wait_for(lock, deadline.next(kStopSlice));
    }
    Handle connection(shared->connection);
    if (connection == nullptr)
        return fail(ErrorCode::Internal, "There is no memory for a connection.", target.text);
    return connection;
}

Result<PostgresConnection> PostgresConnection::open(const PostgresTarget &target, std::chrono::milliseconds limit,
                                                    std::stop_token stop, const OnStage &onStage)
{
    const Deadline deadline(limit);
    TS_TRY(Handle handle, start(target, deadline, stop));
    PostgresConnection connection(std::move(handle), target.text);
    TS_CHECK(connection.login(target, deadline, stop, onStage));
    if (PQsetnonblocking(connection.m_connection.get(), 1) != 0)
        return fail(ErrorCode::Internal, "The connection cannot be used without waiting.", target.text);
    return connection;
}

Result<> PostgresConnection::login(const PostgresTarget &target, const Deadline &deadline, const std::stop_token &stop,
                                   const OnStage &onStage)
{
    PGconn *connection = m_connection.get();
    // Whatever the language of the server, its errors carry their SQLSTATE in this form.
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    Stages stages(onStage);
    stages.look(connection);
    PostgresPollingStatusType next = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED
                                                                            : PGRES_POLLING_WRITING;
    while (next != PGRES_POLLING_OK) {
        if (next == PGRES_POLLING_FAILED)
            return tl::unexpected(postgresConnectError(PQerrorMessage(connection), target.text));
        const Result<> waited = wait(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline, stop);
        if (!waited.has_value() && waited.error().code == ErrorCode::Timeout)
            return fail(ErrorCode::Timeout,
                        "The server did not take the connection in time. It may be down, frozen or behind a firewall.",
                        target.text);
        TS_CHECK(waited);
        next = PQconnectPoll(connection);
        stages.look(connection);
    }
    return {};
}

} // namespace tailspan::net
