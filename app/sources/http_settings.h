// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/http_client.h"
#include "app/sources/trace_source.h"

#include <chrono>
#include <vector>

namespace tailspan::sources {

/// The address of an HTTP API and its secrets, understood. Schemes end with "http" or "https"; the path is the prefix.
struct HttpSettings {
    net::HttpTarget target;
    std::chrono::milliseconds limit{20'000}; ///< What the server may take for one question.
};

/// The options that every HTTP API has.
[[nodiscard]] std::vector<OptionInfo> httpOptions();
/// Errors: Unsupported and Malformed name the option that cannot be.
[[nodiscard]] Result<HttpSettings> httpSettings(const SourceAddress &address, const SourceSecrets &secrets,
                                                std::uint16_t defaultPort);

} // namespace tailspan::sources
