// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/graph/service_facts.h"
#include "models/trace/span_times.h"
#include "models/trace/span_totals.h"

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::graph {

/// Services and who calls whom, added up from spans. A value: holds no snapshot.
/// A call is a span whose parent belongs to another service; it takes as long as the called span, and failed when that
/// one did. Where a caller records its side as a span of its own, that span is the parent, and the call counts once.
/// A call to a peer without spans (ServiceFacts) is the caller's own span.
struct ServiceGraph {
    struct Node {
        std::string name;
        trace::SpanTotals totals; ///< Of the spans of the service; of a peer those of its callers.
        NodeKind kind = NodeKind::Service;
        trace::SpanTotals calls;       ///< Of the spans by which it was entered: roots, and calls from other nodes.
        std::uint32_t memberCount = 1; ///< Services of a Group.
        std::string term;              ///< Finds its spans in the language of find; "" where nothing does.
    };
    struct Edge {
        std::uint32_t from = 0; ///< Into nodes.
        std::uint32_t to = 0;
        trace::SpanTotals totals; ///< Of the called spans; count is the number of calls.
        /// On the critical paths of the traces, spent in the called service for these calls: until it calls another
        /// service itself. Of all edges and the services of the roots these add up to the whole.
        std::int64_t criticalNs = 0;
    };

    std::vector<Node> nodes;     ///< By name.
    std::vector<Edge> edges;     ///< By caller, then by the called one.
    std::int64_t criticalNs = 0; ///< Of all traces.
    TimeRange range;             ///< In which spans were counted: what rates are made of.

    /// Into nodes; kNone for a service that is not there.
    static constexpr std::uint32_t kNone = 0xffffffff;
    [[nodiscard]] std::uint32_t nodeNamed(std::string_view name) const;
    /// Into edges.
    [[nodiscard]] std::uint32_t edgeBetween(std::uint32_t from, std::uint32_t to) const;
};

struct GraphOptions {
    /// Only spans that start in it count; `times` should be those of the same range.
    std::optional<TimeRange> within;
    const ServiceFacts *facts = nullptr;          ///< Of the same snapshot: peers without spans become nodes.
    std::span<const std::string> nodeOfService{}; ///< By ServiceId, the node a service is part of; empty: itself.
};

/// The calls behind the figures, as positions in the selection: what a comparison of two graphs is made of.
struct GraphCalls {
    trace::SpanGroups ofNode; ///< By node: the spans of Node::calls.
    trace::SpanGroups ofEdge; ///< By edge.
};

/// `times` are those of the same selection. Percentiles are exact. Thread: any; uses all cores, and the answer is the
/// same on any number of them. Linear. Errors: Cancelled.
[[nodiscard]] Result<ServiceGraph> serviceGraphOf(const trace::TraceSnapshot &snapshot,
                                                  const trace::TraceSelection &selection, const trace::SpanTimes &times,
                                                  const std::stop_token &stop, const GraphOptions &options = {},
                                                  GraphCalls *calls = nullptr);

/// `service="payment"`, in the language of find; "" for a name that it cannot hold.
[[nodiscard]] std::string termOfService(std::string_view name);

} // namespace tailspan::graph
