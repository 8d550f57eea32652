// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/http_client.h"

#include "app/net/server_words.h"
#include "app/net/tcp_connect.h"
#include "models/base/number_text.h"

#include <QEventLoop>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSslConfiguration>
#include <QSslError>
#include <QTimer>
#include <QUrl>

#include <utility>

namespace tailspan::net {

using namespace Qt::StringLiterals;

namespace {

/// Longer ones are refused by many servers and proxies: 8 KB is a common limit for the whole head.
constexpr qsizetype kLongestUrl = 4'000;

QByteArray formOf(const HttpParameters &parameters)
{
    QByteArray form;
    for (const auto &[name, value] : parameters) {
        form += (form.isEmpty() ? "" : "&") + QUrl::toPercentEncoding(QString::fromStdString(name)) + "="
            + QUrl::toPercentEncoding(QString::fromStdString(value));
    }
    return form;
}

QUrl urlOf(const HttpTarget &target, const HttpQuestion &question)
{
    QUrl url;
    url.setScheme(target.usesTls ? u"https"_s : u"http"_s);
    url.setHost(QString::fromStdString(target.host));
    url.setPort(target.port);
    url.setPath(QString::fromStdString(target.pathPrefix + question.path), QUrl::TolerantMode);
    return url;
}

Result<QNetworkRequest> requestOf(const HttpTarget &target, const QUrl &url)
{
    QNetworkRequest request(url);
    // Qt 6.4 follows redirects with the login in hand, and its HTTP/2 has a known hole (CVE-2023-51714).
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setHeader(QNetworkRequest::UserAgentHeader, u"tailspan"_s);
    request.setRawHeader("Accept", "application/json");
    const QByteArray password = QByteArray::fromStdString(target.password);
    const QByteArray login = QByteArray::fromStdString(target.user) + ':' + password;
    if (!target.user.empty())
        request.setRawHeader("Authorization", "Basic " + login.toBase64());
    else if (!password.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + password);
    for (const auto &[name, value] : target.headers)
        request.setRawHeader(QByteArray::fromStdString(name), QByteArray::fromStdString(value));
    if (!target.usesTls)
        return request;
    TS_TRY(const QSslConfiguration tls, tlsConfiguration(target.tls));
    request.setSslConfiguration(tls);
    if (!target.tls.serverName.empty())
        request.setPeerVerifyName(QString::fromStdString(target.tls.serverName));
    return request;
}

/// What came of one request.
struct Exchange {
    enum class End : std::uint8_t { Finished, Stopped, OverTime, TooLarge };
    End end = End::Finished;
    QByteArray body;
    QList<QSslError> tlsProblems;
};

Exchange wait(QNetworkReply &reply, const HttpQuestion &question, const std::stop_token &stop)
{
    Exchange exchange;
    const Deadline deadline(question.limit);
    QEventLoop loop;
    QTimer slice;
    const auto giveUp = [&](Exchange::End end) {
        exchange.end = end;
        loop.quit();
    };
    QObject::connect(&slice, &QTimer::timeout, &loop, [&] {
        if (stop.stop_requested())
            giveUp(Exchange::End::Stopped);
        else if (deadline.isOver())
            giveUp(Exchange::End::OverTime);
    });
    const auto take = [&] {
        exchange.body += reply.readAll();
        if (static_cast<std::uint64_t>(exchange.body.size()) > question.byteLimit)
            giveUp(Exchange::End::TooLarge);
    };
    QObject::connect(&reply, &QNetworkReply::readyRead, &loop, take);
    QObject::connect(&reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    QObject::connect(&reply, &QNetworkReply::sslErrors, &loop,
                     [&](const QList<QSslError> &problems) { exchange.tlsProblems = problems; });
    slice.start(kStopSlice);
    if (stop.stop_requested())
        exchange.end = Exchange::End::Stopped;
    else if (!reply.isFinished())
        loop.exec();
    if (exchange.end == Exchange::End::Finished)
        take();
    reply.disconnect(&loop);
    return exchange;
}

std::string secondsText(std::chrono::milliseconds time)
{
    return durationText(Duration::milliseconds(time.count()));
}

Error endError(const Exchange &exchange, const HttpQuestion &question, const std::string &place)
{
    switch (exchange.end) {
    case Exchange::End::Stopped: return {ErrorCode::Cancelled, "Stopped.", place};
    case Exchange::End::TooLarge:
        return {ErrorCode::LimitReached,
                "The answer is larger than " + bytesText(question.byteLimit)
                    + ", so reading it was stopped. Ask for fewer series (sum by, topk) or a shorter range.",
                place};
    default:
        return {ErrorCode::Timeout,
                std::string("The server did not ")
                    + (exchange.body.isEmpty() ? "answer within " : "finish its answer within ")
                    + secondsText(question.limit)
                    + ". It is overloaded, frozen or cut off from the network, or the question is too heavy: try a "
                      "shorter range.",
                place};
    }
}

Error closedError(bool hasBegun, const HttpTarget &target, const std::string &place)
{
    if (hasBegun)
        return {ErrorCode::Unreachable,
                "The connection was cut in the middle of the answer, so it is not used. The server was stopped, or a "
                "proxy on the way cut it; try again.",
                place};
    return {ErrorCode::Unreachable,
            std::string("The connection was closed before an answer came. ")
                + (target.usesTls
                       ? "Check that the port is its TLS port; otherwise try again."
                       : "Check that the port speaks HTTP; if it is its TLS port, use https in the address."),
            place};
}

Error networkError(const QNetworkReply &reply, const Exchange &exchange, const HttpTarget &target,
                   const std::string &place)
{
    const std::string &name = target.tls.serverName.empty() ? target.host : target.tls.serverName;
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
        return {ErrorCode::Unreachable,
                "The connection was refused: nothing listens there. Check that the server runs and that the port is "
                "right.",
                place};
    case QNetworkReply::HostNotFoundError:
        return {ErrorCode::Unreachable,
                "The name \"" + target.host
                    + "\" could not be resolved. Check its spelling, the network's DNS and VPN.",
                place};
    case QNetworkReply::SslHandshakeFailedError:
        return tlsError({exchange.tlsProblems, reply.errorString(), false, "Use http instead of https in the address."},
                        name, place);
    case QNetworkReply::RemoteHostClosedError:
        return closedError(reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid(), target, place);
    case QNetworkReply::ProtocolFailure:
        return {ErrorCode::Malformed,
                "What answers there does not speak HTTP, or its answer was damaged on the way. Check the port.", place};
    case QNetworkReply::UnknownContentError:
        if (reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid())
            return {ErrorCode::Malformed, "The answer could not be unpacked; it was damaged on the way. Try again.",
                    place};
        break;
    default: break;
    }
    return {ErrorCode::Unreachable,
            "No connection: " + serverWords(reply.errorString().toStdString(), target.password)
                + ". Check the address, the network and firewalls.",
            place};
}

/// Whether no whole answer came. Qt counts answers of some statuses among its errors as well: those are whole.
bool isOfNetwork(const QNetworkReply &reply)
{
    const QNetworkReply::NetworkError error = reply.error();
    const bool hasStatus = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid();
    const bool isOfConnection = error < QNetworkReply::ContentAccessDenied || error == QNetworkReply::ProtocolFailure
        || error == QNetworkReply::ProtocolUnknownError;
    return error != QNetworkReply::NoError && (isOfConnection || !hasStatus);
}

Error redirectError(const QNetworkReply &reply, int status, const HttpClient &client)
{
    QUrl target = reply.url().resolved(QUrl::fromEncoded(reply.rawHeader("Location")));
    const QString shown = target.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
    const bool isElsewhere = target.host() != reply.url().host() || target.port() != reply.url().port();
    return {ErrorCode::Unsupported,
            "The server sends on to " + serverWords(shown.toStdString(), client.secret()) + " (status "
                + std::to_string(status) + "). That is not followed, so that a password goes nowhere else. "
                + (isElsewhere ? "If it is a login page, this address needs a token; if the server has moved, put the "
                                 "new address into the profile."
                               : "Put that address, with its path, into the profile."),
            client.place()};
}

} // namespace

HttpClient::HttpClient(HttpTarget target)
    : m_target(std::move(target)), m_place(hostAndPort(m_target.host, m_target.port))
{}

HttpClient::~HttpClient() = default;

Result<HttpAnswer> HttpClient::ask(const HttpQuestion &question, const std::stop_token &stop)
{
    if (!m_manager || std::exchange(m_hasFailed, false)) {
        m_manager = std::make_unique<QNetworkAccessManager>();
        m_manager->setProxy(QNetworkProxy::NoProxy);
    }
    const QByteArray form = formOf(question.parameters);
    const bool isPosted = question.mayBePosted && form.size() > kLongestUrl;
    QUrl url = urlOf(m_target, question);
    if (!isPosted && !form.isEmpty())
        url.setQuery(QString::fromLatin1(form), QUrl::StrictMode);
    TS_TRY(QNetworkRequest request, requestOf(m_target, url));
    if (isPosted)
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/x-www-form-urlencoded"_s);
    const std::unique_ptr<QNetworkReply> reply(isPosted ? m_manager->post(request, form) : m_manager->get(request));
    Exchange exchange = wait(*reply, question, stop);
    m_hasFailed = exchange.end != Exchange::End::Finished || isOfNetwork(*reply);
    if (exchange.end != Exchange::End::Finished) {
        reply->abort();
        return tl::unexpected(endError(exchange, question, m_place));
    }
    if (isOfNetwork(*reply))
        return tl::unexpected(networkError(*reply, exchange, m_target, m_place));
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status >= 300 && status < 400)
        return tl::unexpected(redirectError(*reply, status, *this));
    HttpAnswer answer;
    answer.status = status;
    answer.contentType = reply->rawHeader("Content-Type").split(';').front().trimmed().toLower().toStdString();
    answer.body = exchange.body.toStdString();
    if (m_target.usesTls)
        answer.tls = tlsSummary(reply->sslConfiguration());
    return answer;
}

} // namespace tailspan::net
