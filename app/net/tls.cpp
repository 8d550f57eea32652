// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/tls.h"

#include "app/net/server_words.h"
#include "models/base/number_text.h"

#include <QDateTime>
#include <QFile>
#include <QSslCertificate>
#include <QSslCipher>
#include <QSslConfiguration>
#include <QSslError>
#include <QSslKey>
#include <QSslSocket>

namespace tailspan::net {

using namespace Qt::StringLiterals;

namespace {

std::string words(const QString &text)
{
    return serverWords(text.toStdString());
}

Result<QByteArray> readFile(const std::string &path, const char *what)
{
    QFile file(QString::fromStdString(path));
    constexpr qint64 kLargest = 4 * 1024 * 1024; // the system's own list of authorities is 200 KB
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::NotFound,
                    std::string("The ") + what + " cannot be read: " + file.errorString().toStdString() + ".", path);
    return file.read(kLargest);
}

Result<QList<QSslCertificate>> readCertificates(const std::string &path, const char *what)
{
    TS_TRY(const QByteArray bytes, readFile(path, what));
    QList<QSslCertificate> certificates = QSslCertificate::fromData(bytes, QSsl::Pem);
    if (certificates.isEmpty())
        return fail(ErrorCode::Malformed, std::string("The ") + what + " holds no certificate in PEM form.", path);
    return certificates;
}

Result<QSslKey> readKey(const std::string &path, const std::string &passphrase)
{
    TS_TRY(const QByteArray bytes, readFile(path, "file with the client's key"));
    // An empty passphrase must not be a null one: OpenSSL would ask for it on the terminal.
    const QByteArray phrase = passphrase.empty() ? QByteArray("") : QByteArray::fromStdString(passphrase);
    for (const auto algorithm : {QSsl::Rsa, QSsl::Ec}) {
        QSslKey key(bytes, algorithm, QSsl::Pem, QSsl::PrivateKey, phrase);
        if (!key.isNull())
            return key;
    }
    const bool isEncrypted = bytes.contains("ENCRYPTED");
    return fail(isEncrypted ? ErrorCode::Auth : ErrorCode::Malformed,
                isEncrypted ? "The client's key is encrypted, and the passphrase is missing or wrong."
                            : "The file holds no private key in PEM form.",
                path);
}

std::string nameOf(const QSslCertificate &certificate)
{
    QStringList names = certificate.subjectAlternativeNames().values();
    if (names.isEmpty())
        names = certificate.subjectInfo(QSslCertificate::CommonName);
    return names.isEmpty() ? "a server without a name" : words(names.join(u", "_s));
}

std::string dateOf(const QDateTime &time)
{
    return time.toUTC().date().toString(Qt::ISODate).toStdString();
}

std::string certificateProblem(const QSslError &error, const std::string &name)
{
    const QSslCertificate certificate = error.certificate();
    switch (error.error()) {
    case QSslError::CertificateExpired:
        return "The server's certificate expired on " + dateOf(certificate.expiryDate())
            + ". It must be renewed on the server; is this machine's clock right?";
    case QSslError::CertificateNotYetValid:
        return "The server's certificate is valid only from " + dateOf(certificate.effectiveDate())
            + " on. Is this machine's clock right?";
    case QSslError::HostNameMismatch:
        return "The server's certificate is for " + nameOf(certificate) + ", not for " + name
            + ". Connect by the name it is for, or give that name as \"tlsname\" when a tunnel leads there.";
    case QSslError::CertificateRevoked: return "The server's certificate has been revoked.";
    case QSslError::SelfSignedCertificate:
        return "The server's certificate is signed by itself, and it is not among the trusted ones. Give it as "
               "\"cacert\" if you know that it is genuine.";
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return "The server's certificate is from an authority that is not trusted here ("
            + words(certificate.issuerDisplayName()) + "). Give the certificate of your own authority as \"cacert\".";
    default: return "The server's certificate was refused: " + words(error.errorString()) + ".";
    }
}

/// Of several problems the one whose cure cures most: a date or a certificate of its own making come before the name,
/// and an unknown authority, which often comes with others, last.
const QSslError &mostTelling(const QList<QSslError> &errors)
{
    for (const auto kind :
         {QSslError::CertificateExpired, QSslError::SelfSignedCertificate, QSslError::HostNameMismatch}) {
        for (const QSslError &error : errors) {
            if (error.error() == kind)
                return error;
        }
    }
    return errors.front();
}

} // namespace

Result<QSslConfiguration> tlsConfiguration(const TlsOptions &options)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!options.caFile.empty()) {
        TS_TRY(const auto authorities, readCertificates(options.caFile, "file with the authority's certificate"));
        configuration.setCaCertificates(authorities);
    }
    if (options.certificateFile.empty())
        return configuration;
    TS_TRY(const auto chain, readCertificates(options.certificateFile, "file with the client's certificate"));
    TS_TRY(const QSslKey key,
           readKey(options.keyFile.empty() ? options.certificateFile : options.keyFile, options.keyPassphrase));
    configuration.setLocalCertificateChain(chain);
    configuration.setPrivateKey(key);
    return configuration;
}

Error tlsError(const QSslSocket &socket, const std::string &name, const std::string &place)
{
    return tlsError({socket.sslHandshakeErrors(), socket.errorString(),
                     socket.error() == QAbstractSocket::RemoteHostClosedError,
                     "Connect with redis:// instead of rediss://, or to its TLS port."},
                    name, place);
}

Error tlsError(const TlsFailure &failure, const std::string &name, const std::string &place)
{
    if (!failure.problems.isEmpty())
        return {ErrorCode::Auth, certificateProblem(mostTelling(failure.problems), name), place};
    const QString &text = failure.text;
    if (text.contains(u"certificate required"_s) || text.contains(u"handshake failure"_s))
        return {ErrorCode::Auth,
                "The server asks for a client certificate, and none was given. Set \"cert\" and \"key\".", place};
    if (text.contains(u"unknown ca"_s) || text.contains(u"bad certificate"_s))
        return {ErrorCode::Auth, "The server does not accept the client certificate. Check \"cert\" and \"key\".",
                place};
    if (text.contains(u"wrong version number"_s) || text.contains(u"packet length"_s)
        || text.contains(u"record layer"_s))
        return {ErrorCode::Unreachable, "The server does not speak TLS there. " + failure.plainAdvice, place};
    if (failure.isClosed)
        return {ErrorCode::Unreachable,
                "The server closed the connection during the TLS handshake. Check that the port is its TLS port.",
                place};
    return {ErrorCode::Unreachable, "The TLS handshake failed: " + words(text) + ".", place};
}

std::string tlsSummary(const QSslConfiguration &session)
{
    const QSslCertificate certificate = session.peerCertificate();
    const qint64 days = QDateTime::currentDateTimeUtc().daysTo(certificate.expiryDate().toUTC());
    return words(session.sessionCipher().protocolString()) + ", certificate of " + nameOf(certificate) + ", "
        + pluralText(static_cast<std::uint64_t>(std::max<qint64>(days, 0)), "day", "days") + " left";
}

} // namespace tailspan::net
