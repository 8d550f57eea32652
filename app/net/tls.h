// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <string>

class QSslConfiguration;
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
/// "TLSv1.3, certificate of cache.example, 80 days left".
[[nodiscard]] std::string tlsSummary(const QSslSocket &socket);

} // namespace tailspan::net
