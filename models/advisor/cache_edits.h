// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/cache_ttl.h"
#include "models/advisor/endpoint_effect.h"
#include "models/advisor/rules.h"

#include <string>
#include <vector>

namespace tailspan::advisor {

/// What a question to a cache takes: of a service that asks Redis already as measured, else as Redis takes on a network
/// nearby, which is known to a factor of three only.
struct HitTime {
    std::vector<double> samplesNs;
    ValueInterval factor; ///< What the times of all hits are, of those of the samples.
    double medianNs = 0;
    std::string text; ///< "0.4 ms, as its other reads of Redis do"
};
[[nodiscard]] HitTime hitTimeOf(const KeyedRequests &requests, const std::string &service, const Rules &rules);

/// Edits with the interval of each value.
struct CacheEdits {
    std::vector<RetimeEdit> edits;
    std::vector<ValueInterval> values;
};
/// An operation whose answers are kept from now on: hits take what a question to the cache takes, and all others ask it
/// in vain and fill it.
[[nodiscard]] CacheEdits keepingEdits(std::span<const KeyedRequest> requests, const CacheReplay &replay,
                                      const HitTime &hit);
/// Keys that live as long as in the replay: what missed and would hit no longer asks the origin nor fills the cache,
/// and what hit and would miss, as other questions fill the cache, does both.
[[nodiscard]] CacheEdits ttlEdits(const trace::SpanTable &spans, const SpanCalls &calls, const KeyedRequests &requests,
                                  const TtlStudy &study, const CacheReplay &replay);

/// What will be measured of as many requests later: they are others, so that their percentiles scatter as well.
[[nodiscard]] EndpointEffect ofLaterRequests(EndpointEffect effect);

} // namespace tailspan::advisor
