// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <QList>
#include <QString>

#include <string>

class QSslConfiguration;
class QSslError;
class QSslSocket;

namespace tailspan::net {

/// How a server proves who it is, and how this side does. Paths are PEM files. The server's certificate and its name
/// are always checked; there is no way to switch that off.
struct TlsOptions {
    std::string caFile;          ///< Trust these authorities only; "" trusts the system's.
    std::string certificateFile; ///< Of this side, with the certificates between it and its authority; "" for none.
    std::string keyFile;         ///< "": in the certificate's file.
    std::string keyPassphrase;
    std::string serverName; ///< What the certificate must be for, where that is not the host; "" for the host.
};

/// Errors: NotFound and Malformed name the file that cannot be used.
[[nodiscard]] Result<QSslConfiguration> tlsConfiguration(const TlsOptions &options);
/// Why the handshake of a socket ended, in plain words; `name` is what the certificate had to be for.
[[nodiscard]] Error tlsError(const QSslSocket &socket, const std::string &name, const std::string &place);
/// How a handshake went wrong, where there is no socket to look at.
struct TlsFailure {
    QList<QSslError> problems; ///< Of the certificate; empty when it ended otherwise.
    QString text;              ///< In the words of Qt and OpenSSL.
    bool isClosed = false;     ///< The other side closed it.
    std::string plainAdvice;   ///< What to do when there is no TLS on that port.
};
[[nodiscard]] Error tlsError(const TlsFailure &failure, const std::string &name, const std::string &place);
/// "TLSv1.3, certificate of cache.example, 80 days left".
[[nodiscard]] std::string tlsSummary(const QSslConfiguration &session);

} // namespace tailspan::net
