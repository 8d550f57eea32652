// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/keyed_requests.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::advisor {

/// What a cache with a time to live would have done with observed requests.
struct CacheReplay {
    double ttlSeconds = 0;
    double hitRatio = 0; ///< Hits over requests; its 80 % interval:
    double hitLow = 0;
    double hitHigh = 0;
    double firstHalf = 0; ///< The same of the first and of the second half of the time.
    double secondHalf = 0;
    double staleShare = 0; ///< Requests answered with what was no longer so, over all requests.
    double savedNs = 0;    ///< What hits would have saved.
    std::uint64_t mostEntries = 0;
    double memoryBytes = 0;             ///< Of those, by the mean size told.
    std::vector<std::uint32_t> hitRows; ///< SpanRow of each hit, ascending.
};

/// Requests of one operation, by start, and when what they read may have changed.
struct ReplayInput {
    std::span<const KeyedRequest> requests;
    std::vector<std::int64_t> changesNs; ///< Of everything at once, by time: writes to a table it reads.
    double hitNs = 0;                    ///< What a hit takes.
    double entryBytes = 0;               ///< Of one entry where no request tells its size.
    TimeRange range;
};

/// Replays every request against a cache that keeps what it holds for `ttlSeconds` from when it was fetched. A request
/// while the same thing is being fetched is fetched as well; failed answers are not kept. A hit is stale when a later
/// fetch shows another answer by then (the request's own, where it tells it), or a change came after the fetch. The interval
/// of the hit ratio comes from drawing blocks of time: days, or of less than three days a twentieth. Exact, linear;
/// nothing is modelled.
[[nodiscard]] CacheReplay replayCache(const ReplayInput &input, double ttlSeconds);

/// Times of writes to any of the tables.
[[nodiscard]] std::vector<std::int64_t> changesOf(const KeyedRequests &requests, const KeyedOperation &operation);

} // namespace tailspan::advisor
