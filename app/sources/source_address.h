// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tailspan::sources {

/// Where a source is and how to talk to it. A value; never holds a secret.
struct SourceAddress {
    std::string kind;       ///< SourceInfo::kind, "redis"
    std::string scheme;     ///< "rediss"; decides about TLS where the kind has two
    std::string host;       ///< Name or number without brackets; a folder for a PostgreSQL socket
    std::uint16_t port = 0; ///< 0: the kind's own
    std::string user;
    std::string database;                       ///< Name or number; "" for the kind's own; a path prefix of HTTP
    std::map<std::string, std::string> options; ///< By OptionInfo::id; only those that differ from the default

    /// "redis://cache:6379/0": no user, no options; for lists, messages and logs.
    [[nodiscard]] std::string text() const;
    /// The whole address as a URL, without secrets; parseAddress reads it back.
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string option(const std::string &id, const std::string &fallback = {}) const;
    friend bool operator==(const SourceAddress &, const SourceAddress &) = default;
};

/// What opens the door. Kept in the keyring or in memory, never in files, arguments, logs or copies.
struct SourceSecrets {
    std::string password;      ///< Or a token: what opens the door where no user is given.
    std::string keyPassphrase; ///< Of a client certificate's key.
};

struct ParsedAddress {
    SourceAddress address;
    SourceSecrets secrets;
};

/// Reads a URL whose scheme one of the sources in source_list.h knows. Unknown query parameters are Unsupported, with
/// the known ones named. Nothing of the URL that could be a secret is part of an error.
[[nodiscard]] Result<ParsedAddress> parseAddress(std::string_view url);
/// Whether the text looks like a URL of a source rather than a file.
[[nodiscard]] bool isSourceUrl(std::string_view text);

} // namespace tailspan::sources
