// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/parent_inference.h"

#include <algorithm>
#include <cstdint>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// A range of rows in one of the pools of InferenceProblem.
struct PoolRange {
    std::uint32_t begin = 0, end = 0;
};

/// A stored record that says it called somebody.
struct CallerRow {
    std::uint32_t record = 0;
    std::uint32_t kind = 0;         // dense number of its (service, operation)
    std::uint32_t group = kNoGroup; // row of the group it belongs to as a child
    PoolRange services;             // distinct services it called, sorted
    std::int64_t startNs = 0, endNs = 0;
};

/// The records that name one dangling parent id.
struct GroupRow {
    std::uint32_t number = 0; // as the input numbers it
    std::uint32_t size = 0;
    std::uint32_t signature = 0; // dense number of the set of its children's kinds
    PoolRange services, kinds;   // distinct services and kinds of the children, sorted
    PoolRange edges;
    std::int64_t firstStartNs = 0, lastEndNs = 0, longestNs = 0;
};

/// "This caller may have made this group's calls."
struct CandidateEdge {
    std::uint32_t caller = 0;
    std::uint32_t pattern = 0;
    float leadNs = 0;        // first child's start - caller's start
    float tailNs = 0;        // caller's end - last child's end
    bool isTooShort = false; // the caller lasted less than its longest child
};

/// What edges have in common: who calls, and which kinds of children, how many.
struct EdgePattern {
    std::uint32_t callerKind = 0, signature = 0,
                  sizeClass = 0; // size class: 0, 1, 2 for one, two, more children
    std::uint32_t group = 0;     // any group of this signature
    std::uint32_t edgeCount = 0;
};

/// Groups of one trace, at most kBlockGroups, in order of time, and the callers that started among them.
/// Edges may lead to callers of another block of the same trace.
struct TraceBlock {
    std::uint32_t trace = 0;
    PoolRange groups, callers;
    double extentNs = 0;
};

/// The input sorted into traces, with every pair of group and caller worth scoring.
struct InferenceProblem {
    std::vector<TraceBlock> blocks;
    std::vector<GroupRow> groups;
    std::vector<CallerRow> callers;
    std::vector<CandidateEdge> edges;
    std::vector<EdgePattern> patterns;
    std::vector<std::uint32_t> services, kinds; // pools; services are dense numbers here
    std::vector<std::uint32_t> kindService;     // kind -> service
    std::uint32_t serviceCount = 0, signatureCount = 0;
    double scaleNs = 1; // finer differences of times say nothing
};

inline constexpr std::uint32_t kBlockGroups = 512;

/// Traces, groups, callers and candidate pairs of the input. Empty where the columns contradict each other,
/// or a stop was asked for. O(n log n) time.
InferenceProblem buildProblem(const CallerInferenceInput &input, const std::stop_token &stop);

/// Adds edges and patterns, the last step of buildProblem. A pair is a candidate in the same trace where
/// every service of the children is among those the caller says it called, and the caller is not itself one
/// of the children: all such pairs in traces of ordinary size; where more than 48 callers of one trace called
/// the same service, only the 24 nearest by start and the 8 longest.
void findCandidates(InferenceProblem &problem, const std::stop_token &stop);

/// a - b, held at the ends of the range.
std::int64_t saturatingDifference(std::int64_t a, std::int64_t b);

template <class Key>
std::vector<Key> sortedDistinct(std::vector<Key> keys)
{
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

template <class Key>
std::uint32_t positionOf(const std::vector<Key> &sorted, const Key &key)
{
    return static_cast<std::uint32_t>(std::ranges::lower_bound(sorted, key) - sorted.begin());
}

} // namespace tailspan::trace
