// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/cache_replay.h"
#include "models/advisor/call_findings.h"

#include <optional>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// The times to live that are tried, in seconds.
inline constexpr double kTriedTtls[] = {5, 30, 60, 300, 900, 3'600, 7'200, 86'400};

/// "60 s", "15 m", "2 h", "1 d"
[[nodiscard]] std::string ttlText(double seconds);
/// Hit ratio and stale share by TTL; `chosen` is marked.
[[nodiscard]] CurvePicture ttlPicture(const std::vector<CacheReplay> &replays, double chosen,
                                      std::optional<double> budget);
/// What to paste so that an operation is kept for so long, by what kind it is: a key with EX and jitter, the place where
/// it is dropped, and the header where the answer goes over HTTP.
[[nodiscard]] std::vector<Artifact> cacheArtifacts(const KeyedOperation &operation, double ttlSeconds);

/// The time to live of a key set with ioredis, with jitter.
[[nodiscard]] Artifact ttlArtifact(const std::string &title, double fromSeconds, double toSeconds);
/// "cart:*" of "GET cart:*"
[[nodiscard]] std::string keyOfRedisText(const std::string &text);

/// A Redis key that is asked first and an operation that is asked where it has nothing.
struct CacheFront {
    const KeyedOperation *front = nullptr;  ///< GET of a key
    const KeyedOperation *origin = nullptr; ///< What is asked when it is not there.
    std::uint64_t pairs = 0;
    std::vector<std::uint8_t> isMiss; ///< By request of the front: followed by the origin, or told so.
    bool tellsHits = false;

    /// Whether answers of the origin are kept there, rather than something else read on the way to it.
    [[nodiscard]] bool keeps() const { return tellsHits || 50 * pairs < 49 * isMiss.size(); }
};
/// The spans of an operation, ascending.
[[nodiscard]] std::vector<std::uint32_t> rowsOf(const KeyedRequests &requests, const KeyedOperation &operation);
/// Found by spans: under one parent a Redis read, then the first other question.
[[nodiscard]] std::vector<CacheFront> cacheFronts(const trace::SpanTable &spans, const KeyedRequests &requests);

} // namespace tailspan::advisor
