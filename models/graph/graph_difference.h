// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/graph/service_graph.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace tailspan::graph {

/// What set a service graph apart from its baseline, node by node and edge by edge.
///
/// Noise stays grey. Rates are compared as Poisson counts of traces, not of calls: calls of one trace come together.
/// Shares of failed calls, and shares of calls slower than the 95th percentile of both together, are compared as
/// proportions (proportion_test.h) of calls weighed down by the calls a trace makes on average (Kish's design effect at
/// its worst, where the calls of a trace tell nothing new). Hypotheses with fewer than kFewest traces of both together
/// are not tested; the p-values of all others go through Benjamini and Hochberg's procedure together.
struct GraphDifference {
    static constexpr double kFalseDiscoveries = 0.01;
    static constexpr double kFewest = 20;

    struct Figure {
        double now = 0;
        double before = 0;
        bool isSignificant = false;
        [[nodiscard]] double change() const { return now - before; }
    };
    struct Change {
        Figure rate;   ///< Calls a second.
        Figure errors; ///< Share of failed calls, 0 to 1.
        Figure p95;    ///< Nanoseconds; 0 on a side without calls.
        [[nodiscard]] bool isSignificant() const
        {
            return rate.isSignificant || errors.isSignificant || p95.isSignificant;
        }
        /// More errors or slower, beyond chance.
        [[nodiscard]] bool isWorse() const
        {
            return (errors.isSignificant && errors.change() > 0) || (p95.isSignificant && p95.change() > 0);
        }
        [[nodiscard]] bool isBetter() const
        {
            return !isWorse()
                && ((errors.isSignificant && errors.change() < 0) || (p95.isSignificant && p95.change() < 0));
        }
    };

    std::vector<Change> ofNode;           ///< By node of `now`.
    std::vector<Change> ofEdge;           ///< By edge of `now`.
    std::vector<std::uint32_t> goneNodes; ///< Nodes of `before` that are not in `now`.
    std::vector<std::uint32_t> goneEdges;
    TimeRange before;
    std::uint32_t tested = 0; ///< Hypotheses.
};

/// One side: a graph with the calls behind it.
struct ComparedGraph {
    const ServiceGraph &graph;
    const GraphCalls &calls;
};

/// Both from the same snapshot and selection, counted in two ranges. Thread: any. Errors: Cancelled.
[[nodiscard]] Result<GraphDifference> graphDifferenceOf(const trace::TraceSnapshot &snapshot,
                                                        const trace::TraceSelection &selection,
                                                        const ComparedGraph &now, const ComparedGraph &before,
                                                        const std::stop_token &stop);

} // namespace tailspan::graph
