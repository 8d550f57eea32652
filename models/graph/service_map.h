// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/graph/declared_mesh.h"
#include "models/graph/graph_difference.h"
#include "models/trace/span_query.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::graph {

/// What the user wants to see on the service map.
struct ServiceMapRequest {
    trace::TraceSnapshotPtr snapshot;
    std::vector<trace::SpanQuery> filter;                   ///< Only traces that fit all of them.
    std::shared_ptr<const std::vector<TraceRow>> only = {}; ///< In place of a filter: only these traces.
    TimeRange range;                                        ///< Only spans that start in it; empty: all.
    std::optional<TimeRange> baseline;                      ///< What it is compared with.
    bool isFolded = false;                                  ///< Services of one namespace are one node.
    std::vector<std::string> opened;                        ///< Namespaces that stay open all the same.
    std::shared_ptr<const DeclaredMesh> mesh;
    std::shared_ptr<const ServiceFacts> facts; ///< Of the same snapshot, where they are known already.
};

/// A service graph with all that is laid over it. A value: holds no snapshot.
struct ServiceMap {
    ServiceGraph graph;
    std::optional<MeshDifference> mesh;
    std::optional<GraphDifference> difference;
    std::shared_ptr<const ServiceFacts> facts;                ///< Null where a store counted.
    std::shared_ptr<const std::vector<TraceRow>> traces = {}; ///< Those that fit the filter, ascending; null for all.
    std::string source;                                       ///< "" for loaded spans, else the store that counted.
    bool hasLatency = true;         ///< False where the store cannot tell how long calls took.
    bool isComplete = true;         ///< False: a limit stopped the store; the numbers are lower bounds.
    std::uint64_t spanCount = 0;    ///< That were counted; of a store the calls.
    std::vector<std::string> notes; ///< What is not in it, in words.
};

/// Thread: any, blocking; uses all cores. Errors: Cancelled.
[[nodiscard]] Result<ServiceMap> serviceMapOf(const ServiceMapRequest &request, const std::stop_token &stop,
                                              Progress &progress);

/// Calls from one service to another as a store counted them.
struct CountedCalls {
    std::string from;
    std::string to;
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    std::vector<std::uint64_t> bands; ///< By latency band; empty where the store cannot tell.
};

/// A map of what a store counted in `range`. Band i holds calls of at most boundsNs[i], one more the longer ones;
/// percentiles are read between the bounds in logarithm. A service has the calls to it; of those that nobody calls the
/// store knows no number.
[[nodiscard]] ServiceMap serviceMapOfCounts(const std::vector<CountedCalls> &counted,
                                            std::span<const std::int64_t> boundsNs, TimeRange range,
                                            const DeclaredMesh *mesh);

} // namespace tailspan::graph
