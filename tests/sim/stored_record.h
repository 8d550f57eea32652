// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/call_tree.h"

#include <optional>
#include <string>

namespace tailspan::sim {

/// A call as the target's collector keeps it. The JSON texts have the collector's fields in the collector's order.
struct StoredRecord {
    Call call;
    std::string timestamp; ///< "2026-11-23T14:26:43.838Z", of the receipt
    std::int64_t durationMs = 0;
    std::string request;   ///< JSON {method, path, query, body, headers}, secrets and all
    std::string response;  ///< JSON {statusCode, body}
    std::string metadata;  ///< JSON {ip, userAgent, version, instance, region, tenant}
    std::string neighbors; ///< JSON ["auth", ...]

    /// The whole record, as an element of a Redis list.
    [[nodiscard]] std::string json() const;
};

[[nodiscard]] StoredRecord storedRecord(Call call);

/// An attempt to recover a service that a fault has struck.
struct RecoveryRecord {
    std::string id;
    std::string service;
    std::string strategy; ///< JSON
    std::string results;  ///< JSON
    bool isSuccess = false;
    std::string timestamp;
    std::int64_t durationMs = 0;
};

/// "2026-11-23T14:26:43.838Z"
[[nodiscard]] std::string isoTime(std::int64_t ns);
/// The text as a JSON string, with quotes.
[[nodiscard]] std::string jsonText(std::string_view text);

} // namespace tailspan::sim
