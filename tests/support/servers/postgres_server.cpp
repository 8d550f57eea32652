// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/servers/postgres_server.h"

#include "tests/support/servers/guest_rules.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <csignal>

namespace tailspan::test {

using namespace Qt::StringLiterals;

namespace {

const QStringList kProgramFolders = {u"/usr/lib/postgresql/15/bin"_s, u"/usr/lib/postgresql/16/bin"_s,
                                     u"/usr/lib/postgresql/17/bin"_s, u"/usr/sbin"_s};

QString program(const QString &name)
{
    return findProgram(name, kProgramFolders);
}

bool write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

/// A data folder as initdb makes it, made once a program; "" or what went wrong.
QString dataTemplate(QString &path)
{
    static QTemporaryDir folder;
    static QString problem;
    static bool isMade = false;
    path = folder.filePath(u"data"_s);
    if (isMade)
        return problem;
    isMade = true;
    QString output;
    const bool isDone = runProgram({program(u"initdb"_s),
                                    {u"-D"_s, path, u"-U"_s, u"postgres"_s, u"-A"_s, u"trust"_s, u"-E"_s, u"UTF8"_s,
                                     u"--locale=C.UTF-8"_s, u"-N"_s},
                                    folder.path(),
                                    true},
                                   &output);
    if (!isDone)
        problem = u"initdb: "_s + output;
    else if (!write(path + u"/pg_hba.conf"_s,
                    "local all,replication all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"))
        problem = u"pg_hba.conf cannot be written."_s;
    return problem;
}

const char *const kTargetTable = R"sql(
CREATE USER reader PASSWORD 'reader-pw';
CREATE USER owner PASSWORD 'owner-pw';
CREATE TABLE distributed_traces(id UUID PRIMARY KEY DEFAULT gen_random_uuid(), trace_id VARCHAR(36) NOT NULL,
  span_id VARCHAR(36) NOT NULL, parent_span_id VARCHAR(36), service_name VARCHAR(100) NOT NULL,
  operation VARCHAR(255) NOT NULL, timestamp TIMESTAMP NOT NULL, duration INTEGER, status_code INTEGER, request JSONB,
  response JSONB, error TEXT, metadata JSONB, neighbors JSONB, created_at TIMESTAMP DEFAULT NOW());
CREATE INDEX by_trace ON distributed_traces(trace_id);
CREATE INDEX by_service_time ON distributed_traces(service_name, timestamp DESC);
CREATE INDEX by_time ON distributed_traces(timestamp DESC);
CREATE INDEX by_operation ON distributed_traces(service_name, operation);
ALTER TABLE distributed_traces OWNER TO owner;
GRANT SELECT ON distributed_traces TO reader;
)sql";

} // namespace

QString PostgresServer::missing()
{
    for (const auto &name : {u"initdb"_s, u"postgres"_s, u"psql"_s}) {
        if (program(name).isEmpty())
            return u"The program "_s + name + u" is missing: install the package postgresql-15."_s;
    }
    return {};
}

QString PostgresServer::start(const Options &options)
{
    m_options = options;
    m_folder = std::make_unique<QTemporaryDir>();
    m_port = freePort();
    QString path;
    if (QString problem = dataTemplate(path); !problem.isEmpty())
        return problem;
    QString output;
    if (!runProgram({findProgram(u"cp"_s), {u"-a"_s, path, m_folder->path()}, m_folder->path()}, &output))
        return output;
    if (!options.certificate.isEmpty()) {
        QFile::copy(options.certificate, m_folder->filePath(u"data/server.crt"_s));
        QFile::copy(options.certificateKey, m_folder->filePath(u"data/server.key"_s));
        QFile::setPermissions(m_folder->filePath(u"data/server.key"_s), QFile::ReadOwner | QFile::WriteOwner);
        m_options.settings += {u"ssl=on"_s, u"ssl_cert_file=server.crt"_s, u"ssl_key_file=server.key"_s};
    }
    return begin();
}

QString PostgresServer::startStandbyOf(const PostgresServer &primary, const Options &options)
{
    m_options = options;
    m_folder = std::make_unique<QTemporaryDir>();
    m_port = freePort();
    QString output;
    if (!runProgram({program(u"pg_basebackup"_s),
                     {u"-D"_s, m_folder->filePath(u"data"_s), u"-h"_s, primary.folder(), u"-p"_s,
                      QString::number(primary.port()), u"-U"_s, u"postgres"_s, u"-R"_s, u"--checkpoint=fast"_s},
                     m_folder->path(),
                     true},
                    &output))
        return u"pg_basebackup: "_s + output;
    return begin();
}

QString PostgresServer::begin()
{
    QStringList arguments = {u"-D"_s, m_folder->filePath(u"data"_s), u"-p"_s, QString::number(m_port)};
    const QStringList settings = {u"listen_addresses=127.0.0.1"_s, u"unix_socket_directories="_s + m_folder->path(),
                                  u"fsync=off"_s, u"full_page_writes=off"_s, u"synchronous_commit=off"_s,
                                  u"log_statement=all"_s, u"log_line_prefix="_s + QLatin1String(kPostgresLogPrefix),
                                  u"lc_messages=C"_s,
                                  // not UTC, as servers are: only created_at is in this zone
                                  u"timezone=Africa/Johannesburg"_s, u"shared_buffers=64MB"_s};
    for (const QString &setting : settings + m_options.settings)
        arguments += {u"-c"_s, setting};
    if (!m_process.start({program(u"postgres"_s), arguments, m_folder->path(), true}))
        return m_process.problem();
    const bool answers = waitUntil([&] { return !m_process.isRunning() || sql(u"SELECT 1"_s) == u"1"_s; });
    return answers && m_process.isRunning() ? QString()
                                            : u"PostgreSQL does not answer: "_s + m_process.log().right(500);
}

void PostgresServer::stop()
{
    m_process.stop();
    if (m_folder)
        failForForbidden(u"PostgreSQL"_s, takeForbidden());
    m_folder.reset();
}

QStringList PostgresServer::takeForbidden()
{
    const QStringList all = forbiddenSql(m_process.log());
    const QStringList found = all.mid(m_takenForbidden);
    m_takenForbidden = all.size();
    return found;
}

QString PostgresServer::restart()
{
    m_process.signal(SIGINT); // the quick way down; clients are cut off
    if (!waitUntil([&] { return !m_process.isRunning(); }))
        m_process.kill();
    return begin();
}

void PostgresServer::kill()
{
    // With the postmaster gone its children end by themselves, but only when they look.
    const QString pids =
        sql(u"SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE pid <> pg_backend_pid()"_s);
    m_process.kill();
    for (const QString &pid : pids.split(u' ', Qt::SkipEmptyParts))
        ::kill(pid.toInt(), SIGKILL);
}

QString PostgresServer::sql(const QString &text) const
{
    QString output;
    const bool isDone =
        runProgram({program(u"psql"_s),
                    {u"-h"_s, m_folder->path(), u"-p"_s, QString::number(m_port), u"-U"_s, u"postgres"_s, u"-d"_s,
                     u"postgres"_s, u"-XqAt"_s, u"-v"_s, u"ON_ERROR_STOP=1"_s, u"-c"_s, text},
                    m_folder->path()},
                   &output, std::chrono::minutes(20));
    output = output.trimmed();
    return isDone ? output : u"ERROR: "_s + output;
}

QString PostgresServer::makeTargetTable() const
{
    const bool isOwner = qEnvironmentVariableIsSet(kAsOwner);
    return sql(QString::fromUtf8(kTargetTable)
               + (isOwner
                      ? u"ALTER TABLE distributed_traces OWNER TO reader; GRANT ALL ON distributed_traces TO owner"_s
                      : QString()));
}

QString PostgresServer::loadTargetTable(const QString &csvPath) const
{
    return sql(u"\\copy distributed_traces(trace_id,span_id,parent_span_id,service_name,operation,timestamp,duration,"
               "status_code,request,response,error,metadata,neighbors,created_at) from '"_s
               + csvPath + u"' csv header"_s);
}

QString PostgresServer::insert(const QByteArray &record) const
{
    return sql(u"INSERT INTO distributed_traces(trace_id, span_id, parent_span_id, service_name, operation, timestamp, "
               "duration, status_code, request, response, error, metadata, neighbors) SELECT r->>'traceId', "
               "r->>'spanId', r->>'parentSpanId', r->>'serviceName', r->>'operation', (r->>'timestamp')::timestamptz "
               "AT TIME ZONE 'UTC', (r->>'duration')::int, (r->>'statusCode')::int, r->'request', r->'response', "
               "r->>'error', r->'metadata', r->'neighbors' FROM (SELECT $r$"_s
               + QString::fromUtf8(record) + u"$r$::jsonb AS r) one"_s);
}

QStringList PostgresServer::statements(const QString &user) const
{
    static const QRegularExpression kBegin(
        u"^([^|\\n]*)\\|tailspan\\|\\d+\\|LOG:  (?:execute [^:]*|statement): ((?:.*)(?:\\n\\t.*)*)"_s,
        QRegularExpression::MultilineOption);
    QStringList found;
    auto matches = kBegin.globalMatch(m_process.log());
    while (matches.hasNext()) {
        const auto match = matches.next();
        if (user.isEmpty() || match.captured(1) == user)
            found += match.captured(2).replace(u"\n\t"_s, u"\n"_s);
    }
    return found;
}

void PostgresServer::signalBackends(int number) const
{
    for (const qint64 pid : m_frozen)
        ::kill(static_cast<pid_t>(pid), number);
}

void PostgresServer::freezeBackends() const
{
    m_frozen.clear();
    const QString pids = sql(u"SELECT pid FROM pg_stat_activity WHERE application_name = 'tailspan'"_s);
    for (const QString &pid : pids.split(u'\n', Qt::SkipEmptyParts))
        m_frozen += pid.toLongLong();
    signalBackends(SIGSTOP);
}

void PostgresServer::thawBackends() const
{
    signalBackends(SIGCONT);
    m_frozen.clear();
}

QString PgBouncer::missing()
{
    return program(u"pgbouncer"_s).isEmpty() ? u"The program pgbouncer is missing: install the package pgbouncer."_s
                                             : QString();
}

QString PgBouncer::start(const PostgresServer &server)
{
    m_port = freePort();
    const QString users = m_folder.filePath(u"users.txt"_s);
    const QString text = u"[databases]\n* = host=127.0.0.1 port=%1\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
                         "listen_port = %2\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = %3\n"
                         "pool_mode = transaction\ndefault_pool_size = 2\n"
                         "server_login_retry = 1\n"_s.arg(server.port())
                             .arg(m_port)
                             .arg(users);
    if (!write(users, "\"reader\" \"reader-pw\"\n\"owner\" \"owner-pw\"\n")
        || !write(m_folder.filePath(u"pgbouncer.ini"_s), text.toUtf8()))
        return u"PgBouncer's files cannot be written."_s;
    return restart();
}

QString PgBouncer::restart()
{
    m_process.kill();
    if (!m_process.start({program(u"pgbouncer"_s), {m_folder.filePath(u"pgbouncer.ini"_s)}, m_folder.path(), true}))
        return m_process.problem();
    return waitUntil([&] { return acceptsConnections(m_port); })
        ? QString()
        : u"PgBouncer does not answer: "_s + m_process.log().right(500);
}

} // namespace tailspan::test
