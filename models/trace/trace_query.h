// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::trace {

/// "request.path=/orders" of a filter: an attribute of a span and its exact value as text.
struct AttributeCondition {
    std::string key; ///< A path with dots, "http.route", "request.query.r"
    std::string value;
    friend bool operator==(const AttributeCondition &, const AttributeCondition &) = default;
};

enum class TraceOrder : std::uint8_t {
    Newest,  ///< By the end of the newest span that fits, latest first.
    Longest, ///< By the longest span that fits.
};

/// Where a page of a search ended: the order's value of its last trace, and the trace's id to break ties.
struct PageEnd {
    std::int64_t value = 0; ///< End or duration, ns, as `order` says.
    std::string traceId;
    friend bool operator==(const PageEnd &, const PageEnd &) = default;
};

/// What to look for in a store: traces with at least one span for which every condition holds. A value.
struct TraceQuery {
    std::optional<TimeRange> range;            ///< A span fits when it ended inside; absent: all times.
    std::vector<std::string> services;         ///< Any of these; empty: all.
    std::vector<std::string> operations;       ///< Any of these; empty: all.
    std::optional<std::int64_t> minDurationNs; ///< At least.
    std::optional<std::int64_t> maxDurationNs; ///< At most.
    bool errorsOnly = false;
    std::string traceId;            ///< This trace only; "" for all.
    std::vector<std::string> texts; ///< Each occurs in operation, service or error text; ASCII case does not matter.
    std::vector<AttributeCondition> attributes;
    TraceOrder order = TraceOrder::Newest;
    std::optional<PageEnd> after; ///< Where the page before this one ended.
    std::size_t traceLimit = 200;
    friend bool operator==(const TraceQuery &, const TraceQuery &) = default;
};

} // namespace tailspan::trace
