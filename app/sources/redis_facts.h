// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/redis_session.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tailspan::sources {

/// "awareness:<neighbor>:<service>": when a service last heard of a neighbor. Redis drops it after an hour of silence.
struct NeighborSighting {
    std::string service;
    std::string neighbor;
    std::optional<std::int64_t> lastSeenNs;
    std::string lastOperation;
    std::string lastStatus;
    std::string traceId;
};

/// "snapshots:<service>": what a service can be recovered from.
struct ServiceSnapshots {
    std::string service;
    std::uint64_t count = 0;            ///< Length of the list.
    std::vector<std::int64_t> newestNs; ///< From the names of the newest ones, newest first, at most 50.
};

/// A value of "metrics:<service>" or "service:<service>:state": a member's path with dots, and its value as text.
struct ServiceValue {
    std::string path;
    std::string value;
    std::optional<double> number; ///< Where the value is one.
};
struct ServiceValues {
    std::string service;
    std::vector<ServiceValue> values; ///< At most 200.
};

/// What the target's services say about themselves, besides their spans.
struct RedisFacts {
    std::vector<NeighborSighting> sightings;
    std::vector<ServiceSnapshots> snapshots;
    std::vector<ServiceValues> metrics;
    std::vector<ServiceValues> states;
    bool isComplete = true;
    std::string note; ///< Why not, in words.
};

/// Reads them: at most 10,000 keys of each kind, values of at most 256 KiB. Keys that hold a service's configuration
/// may hold secrets; they are never read.
/// Errors: those of the session. What the user may not read is said in the note.
[[nodiscard]] Result<RedisFacts> readRedisFacts(RedisSession &session, const std::string &keyPrefix,
                                                std::uint64_t scanLimit, Ask ask);

} // namespace tailspan::sources
