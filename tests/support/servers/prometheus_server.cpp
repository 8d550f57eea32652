// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/servers/prometheus_server.h"

#include <QFile>
#include <QHostAddress>
#include <QTcpSocket>

namespace tailspan::test {

using namespace Qt::StringLiterals;

namespace {

/// Of kPassword, by bcrypt: what the web configuration of Prometheus takes.
constexpr const char *kPasswordHash = "$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay";

QString write(const QString &path, const std::string &text)
{
    QFile file(path);
    const bool isWritten = file.open(QIODevice::WriteOnly) && file.write(QByteArray::fromStdString(text)) >= 0;
    return isWritten ? QString() : path + u": "_s + file.errorString();
}

/// One exchange, for asking whether a server is ready and for filling it.
std::string answerTo(std::uint16_t port, const std::string &request)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    socket.write(QByteArray::fromStdString(request));
    QByteArray answer;
    while (socket.waitForReadyRead(5'000))
        answer += socket.readAll();
    return answer.toStdString();
}

bool saysReady(const ServerProcess &process, const char *words)
{
    return process.log().contains(QLatin1String(words));
}

} // namespace

QString PrometheusServer::missing()
{
    if (findProgram(u"prometheus"_s).isEmpty() || findProgram(u"promtool"_s).isEmpty())
        return u"prometheus is missing: install the package prometheus to run these tests."_s;
    return {};
}

QString PrometheusServer::fill(const std::string &openMetrics)
{
    if (openMetrics.empty())
        return {};
    if (const QString problem = write(path("history.om"), openMetrics); !problem.isEmpty())
        return problem;
    QString output;
    const bool isDone =
        runProgram({findProgram(u"promtool"_s),
                    {u"tsdb"_s, u"create-blocks-from"_s, u"openmetrics"_s, path("history.om"), path("data")},
                    m_folder.path()},
                   &output);
    return isDone ? QString() : u"promtool: "_s + output;
}

QString PrometheusServer::writeFiles(const Options &options)
{
    std::string config = "global: {scrape_interval: 1s, evaluation_interval: 1s}\n";
    if (!options.rules.empty())
        config += "rule_files: [rules.yml]\n";
    if (!options.scraped.isEmpty())
        config += "scrape_configs:\n  - job_name: test\n    static_configs:\n      - targets: ['"
            + options.scraped.join(u"', '"_s).toStdString() + "']\n";
    std::string web;
    if (!options.certificate.isEmpty())
        web += "tls_server_config:\n  cert_file: " + options.certificate.toStdString()
            + "\n  key_file: " + options.certificateKey.toStdString() + "\n";
    if (options.asksForPassword)
        web += std::string("basic_auth_users:\n  ") + kUser + ": " + kPasswordHash + "\n";
    for (const auto &[name, text] :
         {std::pair{"prometheus.yml", config}, std::pair{"rules.yml", options.rules}, std::pair{"web.yml", web}}) {
        if (const QString problem = write(path(name), text); !problem.isEmpty())
            return problem;
    }
    return {};
}

QStringList PrometheusServer::arguments(const Options &options) const
{
    QStringList list = {u"--config.file="_s + path("prometheus.yml"), u"--web.config.file="_s + path("web.yml"),
                        u"--storage.tsdb.path="_s + path("data"), u"--storage.tsdb.retention.time=100y"_s,
                        u"--web.listen-address=127.0.0.1:"_s + QString::number(m_port)};
    if (!options.pathPrefix.isEmpty())
        list += u"--web.external-url=http://127.0.0.1:"_s + QString::number(m_port) + options.pathPrefix;
    return list + options.arguments;
}

QString PrometheusServer::start(const Options &options)
{
    m_port = freePort();
    if (const QString problem = writeFiles(options); !problem.isEmpty())
        return problem;
    if (const QString problem = fill(options.openMetrics); !problem.isEmpty())
        return problem;
    if (!m_process.start({findProgram(u"prometheus"_s), arguments(options), m_folder.path()}))
        return m_process.problem();
    const bool isUp = waitUntil(
        [this] { return !m_process.isRunning() || saysReady(m_process, "Server is ready to receive web requests"); });
    return isUp && m_process.isRunning() ? QString() : u"prometheus does not get ready:\n"_s + m_process.log();
}

QString AlertmanagerServer::missing()
{
    if (findProgram(u"prometheus-alertmanager"_s).isEmpty())
        return u"prometheus-alertmanager is missing: install that package to run these tests."_s;
    return {};
}

QString AlertmanagerServer::start()
{
    m_port = freePort();
    const QString config = m_folder.filePath(u"alertmanager.yml"_s);
    if (const QString problem = write(config, "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
        !problem.isEmpty())
        return problem;
    const bool isStarted = m_process.start(
        {findProgram(u"prometheus-alertmanager"_s),
         {u"--config.file="_s + config, u"--storage.path="_s + m_folder.filePath(u"data"_s),
          u"--cluster.listen-address="_s, u"--web.listen-address=127.0.0.1:"_s + QString::number(m_port)},
         m_folder.path()});
    const bool isUp = isStarted && waitUntil([this] {
                          return !m_process.isRunning()
                              || answerTo(m_port, "GET /-/ready HTTP/1.0\r\n\r\n").find("200 OK") != std::string::npos;
                      });
    return isUp && m_process.isRunning()
        ? QString()
        : m_process.problem() % u"alertmanager does not get ready:\n"_s + m_process.log();
}

std::string AlertmanagerServer::post(const std::string &path, const std::string &json) const
{
    const std::string answer = answerTo(m_port,
                                        "POST " + path
                                            + " HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: "
                                            + std::to_string(json.size()) + "\r\n\r\n" + json);
    const std::size_t body = answer.find("\r\n\r\n");
    return body == std::string::npos ? std::string() : answer.substr(body + 4);
}

} // namespace tailspan::test
