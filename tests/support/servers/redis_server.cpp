// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/servers/redis_server.h"

#include "tests/support/servers/guest_rules.h"

#include <QFile>

namespace tailspan::test {

using namespace Qt::StringLiterals;

namespace {

QByteArray formatted(const QByteArrayList &words)
{
    QByteArray bytes = '*' + QByteArray::number(words.size()) + "\r\n";
    for (const QByteArray &word : words)
        bytes += '$' + QByteArray::number(word.size()) + "\r\n" + word + "\r\n";
    return bytes;
}

constexpr int kPatienceMs = 20'000;
const char *const kOwnUser = kTestClient;
const char *const kOwnPassword = "test-only";

} // namespace

QString RedisServer::missing()
{
    if (findProgram(u"redis-server"_s).isEmpty() || findProgram(u"redis-cli"_s).isEmpty())
        return u"redis-server is missing: install the package redis-server to run these tests."_s;
    return {};
}

QStringList RedisServer::arguments() const
{
    const bool usesTls = !m_options.certificate.isEmpty();
    QStringList list = {u"--bind"_s,
                        u"127.0.0.1"_s,
                        u"--port"_s,
                        QString::number(usesTls ? m_ownPort : m_port),
                        u"--dir"_s,
                        m_folder.path(),
                        u"--save"_s,
                        QString(),
                        u"--appendonly"_s,
                        u"no"_s,
                        u"--daemonize"_s,
                        u"no"_s,
                        u"--enable-debug-command"_s,
                        u"yes"_s};
    if (usesTls)
        list += {u"--tls-port"_s,         QString::number(m_port),
                 u"--tls-cert-file"_s,    m_options.certificate,
                 u"--tls-key-file"_s,     m_options.certificateKey,
                 u"--tls-ca-cert-file"_s, m_options.authority,
                 u"--tls-auth-clients"_s, m_options.asksForClientCertificate ? u"yes"_s : u"no"_s};
    if (!m_options.aclUsers.isEmpty())
        list += {u"--aclfile"_s, m_folder.filePath(u"users.acl"_s)};
    return list + m_options.arguments;
}

QString RedisServer::start(const Options &options)
{
    m_options = options;
    m_port = freePort();
    do {
        m_ownPort = options.certificate.isEmpty() ? m_port : freePort();
    } while (!options.certificate.isEmpty() && m_ownPort == m_port);
    if (!options.aclUsers.isEmpty()) {
        QFile file(m_folder.filePath(u"users.acl"_s));
        if (!file.open(QIODevice::WriteOnly))
            return file.errorString();
        const QString own = u"user %1 on >%2 ~* &* +@all"_s.arg(QLatin1String(kOwnUser), QLatin1String(kOwnPassword));
        file.write((options.aclUsers + QStringList{own}).join(u'\n').toUtf8() + '\n');
    }
    return restart();
}

QString RedisServer::restart()
{
    m_socket.reset();
    if (!m_process.start({findProgram(u"redis-server"_s), arguments(), m_folder.path()}))
        return m_process.problem();
    const bool isUp = waitUntil([this] { return !m_process.isRunning() || isAnswering(); });
    if (!isUp || !m_process.isRunning())
        return u"redis-server does not answer:\n"_s + m_process.log();
    return m_options.isRecorded ? beginRecord() : QString();
}

void RedisServer::stop()
{
    m_process.thaw();
    if (m_options.isRecorded)
        failForForbidden(u"Redis"_s, takeForbidden());
    m_recorder.stop();
    m_socket.reset();
    m_process.kill(); // it has nothing to save
}

bool RedisServer::isAnswering()
{
    return acceptsConnections(m_ownPort) && command({"PING"}) == "+PONG";
}

QByteArray RedisServer::command(const QByteArrayList &words)
{
    if (!m_socket || m_socket->state() != QAbstractSocket::ConnectedState) {
        m_socket = std::make_unique<QTcpSocket>();
        m_socket->connectToHost(QHostAddress(QHostAddress::LocalHost), m_ownPort);
        if (!m_socket->waitForConnected(kPatienceMs))
            return {};
        if (!m_options.aclUsers.isEmpty())
            (void)command({"AUTH", kOwnUser, kOwnPassword});
        (void)command({"CLIENT", "SETNAME", kTestClient});
    }
    m_socket->write(formatted(words));
    while (!m_socket->canReadLine()) {
        if (!m_socket->waitForReadyRead(kPatienceMs))
            return {};
    }
    const QByteArray line = m_socket->readLine().trimmed();
    if (line.startsWith('$') || line.startsWith('*')) { // the rest is not asked for; begin a connection anew
        m_socket.reset();
    }
    return line;
}

bool RedisServer::commands(const QList<QByteArrayList> &all)
{
    if (command({"PING"}) != "+PONG")
        return false;
    QByteArray bytes;
    for (const QByteArrayList &words : all)
        bytes += formatted(words);
    m_socket->write(bytes);
    for (qsizetype answered = 0; answered < all.size();) {
        if (m_socket->canReadLine())
            answered += m_socket->readLine().startsWith('-') ? all.size() + 1 : 1;
        else if (!m_socket->waitForReadyRead(kPatienceMs))
            return false;
        if (answered > all.size())
            return false;
    }
    return true;
}

bool RedisServer::push(const QByteArray &key, const QByteArrayList &records, int keep)
{
    QList<QByteArrayList> all;
    for (const QByteArray &record : records) {
        all.append({"LPUSH", key, record});
        all.append({"LTRIM", key, "0", QByteArray::number(keep - 1)});
    }
    return commands(all);
}

QString RedisServer::beginRecord()
{
    QStringList arguments = {u"-p"_s, QString::number(m_ownPort)};
    if (!m_options.aclUsers.isEmpty())
        arguments +=
            {u"--user"_s, QLatin1String(kOwnUser), u"--pass"_s, QLatin1String(kOwnPassword), u"--no-auth-warning"_s};
    m_recorder.stop();
    const auto before = m_recorder.log().count(u"OK\n"_s);
    const bool isStarted =
        m_recorder.start({findProgram(u"redis-cli"_s), arguments + QStringList{u"MONITOR"_s}, m_recordFolder.path()});
    const bool isRecording = isStarted
        && waitUntil([&] { return !m_recorder.isRunning() || m_recorder.log().count(u"OK\n"_s) > before; });
    m_socket.reset(); // the next one says in the record that it is the test's own
    return isRecording && m_recorder.isRunning() ? QString() : u"redis-cli MONITOR ends: "_s + m_recorder.log();
}

QStringList RedisServer::recorded()
{
    if (m_process.isRunning() && m_recorder.isRunning()) {
        const QByteArray mark = "mark " + QByteArray::number(++m_marks) + '.';
        (void)command({"ECHO", mark});
        (void)waitUntil([&] { return !m_recorder.isRunning() || m_recorder.log().contains(QLatin1String(mark)); });
    }
    return guestCommands(m_recorder.log().split(u'\n', Qt::SkipEmptyParts));
}

QStringList RedisServer::takeSent()
{
    const QStringList all = recorded();
    const QStringList sent = all.mid(m_takenSent);
    m_takenSent = all.size();
    return sent;
}

QStringList RedisServer::takeForbidden()
{
    const QStringList all = forbiddenCommands(recorded());
    QStringList found = all.mid(m_takenForbidden);
    m_takenForbidden = all.size();
    if (m_process.isRunning() && !m_recorder.isRunning())
        found += u"(unknown: the record ended before the server)"_s;
    return found;
}

} // namespace tailspan::test
