// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/call_tree.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// Two sets of traces, A (before, the baseline) and B (after), side by side by call path. Changes are B minus A.
///
/// What explains the difference: each trace's critical path is the sum of its spans' own segments, so the changes of
/// `critical` over all paths add up to the change of the mean critical path, which for traces with one root and
/// children inside their parents is the change of the mean duration. The changes of `self` add up to the change of the
/// mean work of a trace, in sequence or side by side.
///
/// Significance: traces are the observations, never spans, because spans of one trace are not independent. A trace
/// without the path counts as 0. The two sets' values are compared by the rank sum test (rank_sum_test.h, exact for few
/// traces), and the p-values of all measures of all paths go together through Benjamini and Hochberg's procedure.
/// Left out of it are hypotheses that could not reach kFalseDiscoveries whatever the order, because too few traces have
/// the path (Tarone 1990): they would take power from the others. The test covers chance between traces as if they
/// were drawn alike; it knows nothing of how the two sets were chosen, nor of differences from one run to the next.
struct TraceComparison {
    static constexpr std::uint32_t kNone = CallTree::kNone;
    static constexpr double kFalseDiscoveries = 0.05;

    /// A quantity summed up within each trace.
    struct Measure {
        double a = 0; ///< Mean over all traces of A, those without the path included.
        double b = 0;
        double pValue = 1;
        double falseDiscoveryRate = 1; ///< The adjusted p-value; 1 for what cannot be tested.

        [[nodiscard]] double change() const { return b - a; }
        /// Of all measures that say so at most one in twenty is expected to be there by chance.
        [[nodiscard]] bool isSignificant() const { return falseDiscoveryRate <= kFalseDiscoveries; }
    };

    struct Path {
        std::uint32_t parent = kNone; ///< Into paths.
        std::uint32_t subtreeSize = 1;
        std::uint32_t depth = 0;
        std::uint32_t nodeA = kNone; ///< Into a.nodes; kNone for a path that B added.
        std::uint32_t nodeB = kNone; ///< Into b.nodes; kNone for a path that B no longer has.
        Measure selfNs;              ///< Nanoseconds a trace.
        Measure criticalNs;          ///< Nanoseconds a trace.
        Measure errors;              ///< Failed spans a trace.

        [[nodiscard]] bool isAdded() const { return nodeA == kNone; }
        [[nodiscard]] bool isRemoved() const { return nodeB == kNone; }
        [[nodiscard]] bool isSignificant() const
        {
            return selfNs.isSignificant() || criticalNs.isSignificant() || errors.isSignificant();
        }
    };

    /// What one side says of a path; zeros where it has none.
    struct Side {
        std::int64_t p50Ns = 0; ///< Of the durations of the path's spans.
        std::int64_t p95Ns = 0;
        double countPerTrace = 0;
        double errorShare = 0;    ///< Failed ones of the path's spans, 0 to 1.
        double criticalShare = 0; ///< Of the critical paths of all traces of the side, 0 to 1.

        friend bool operator==(const Side &, const Side &) = default;
    };

    CallTree a;
    CallTree b;
    std::vector<Path> paths; ///< In tree order, siblings by total duration a trace in both, the largest first.
    /// Paths with any change, those first that change the critical path most, then those that change self time most.
    std::vector<std::uint32_t> byContribution;
    double meanDurationA = 0; ///< Nanoseconds, of TraceSummary::durationNs.
    double meanDurationB = 0;
    double meanCriticalA = 0; ///< Nanoseconds, of the lengths of the critical paths.
    double meanCriticalB = 0;

    [[nodiscard]] bool isEmpty() const { return byContribution.empty(); } ///< Nothing differs.
    [[nodiscard]] Side sideA(const Path &path) const { return sideOf(a, path.nodeA, meanCriticalA); }
    [[nodiscard]] Side sideB(const Path &path) const { return sideOf(b, path.nodeB, meanCriticalB); }
    [[nodiscard]] std::size_t memoryBytes() const; ///< Both trees included.

private:
    [[nodiscard]] static Side sideOf(const CallTree &tree, std::uint32_t node, double meanCriticalNs);
};

/// A set of traces of a snapshot. Both outlive the comparison's making, not the comparison.
struct TraceSet {
    const TraceSnapshot &snapshot;
    const TraceSelection &selection;
};

/// Paths of two snapshots are the same when the names along them are. Thread: any; uses all cores, and the answer is
/// the same on any number of them. n log n in the spans. Errors: Cancelled.
[[nodiscard]] Result<TraceComparison> compareTraces(const TraceSet &a, const TraceSet &b, const std::stop_token &stop);

} // namespace tailspan::trace
