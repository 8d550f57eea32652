// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/cache_findings.h"
#include "models/advisor/redis_facts.h"

#include <stop_token>
#include <vector>

namespace tailspan::advisor {

/// A key pattern of Redis with what is asked behind it, replayed with the time to live it has and with others.
struct TtlStudy {
    CacheFront front;
    double ttlSeconds = 0;     ///< What it has now;
    bool isTtlTold = false;    ///< as Redis says; else the shortest time after which an origin was asked again.
    bool tellsChanges = false; ///< Answers of the origin, or writes to its tables, are known.
    double missRatio = 0;      ///< As observed.
    double originNs = 0;       ///< A median question to the origin.
    CacheReplay now;
    std::vector<CacheReplay> replays; ///< Of kTriedTtls that the time of the traces can judge.
};

/// Studies the fronts that have at least `fewest` requests. Answers between two fetches are known where both fetches
/// gave the same; else the change is taken to have come halfway.
[[nodiscard]] std::vector<TtlStudy> studyTtls(const trace::SpanTable &spans, const KeyedRequests &requests,
                                              const RedisFacts *redis, double fewest, const std::stop_token &stop);
/// The rows of the origin behind rows of the front that missed, ascending.
[[nodiscard]] std::vector<std::uint32_t> originRows(const trace::SpanTable &spans, const KeyedRequests &requests,
                                                    const TtlStudy &study, std::span<const std::uint32_t> frontRows);

} // namespace tailspan::advisor
