// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// What inference looks at: one entry a stored record, as columns. All numbers are indices chosen by the
/// caller.
struct CallerInferenceInput {
    std::vector<std::uint32_t> trace;   // trace of the record
    std::vector<std::uint32_t> service; // service that wrote the record
    std::vector<std::uint32_t> operation;
    std::vector<std::int64_t> startNs;        // timestamp - duration, late by the transit time
    std::vector<std::int64_t> endNs;          // timestamp: time of receipt by the collector
    std::vector<std::uint32_t> parentGroup;   // number of the (trace, dangling parent id), or kNoGroup without one
    std::vector<std::uint32_t> neighborBegin; // where a record's neighbors begin; one entry more than records
    std::vector<std::uint32_t> neighbor;      // services the record says it called; none: it called nobody
    std::uint32_t groupCount = 0;
};

inline constexpr std::uint32_t kNoGroup = 0xffffffff, kNoCaller = 0xffffffff;

struct InferredCaller {
    std::uint32_t record = kNoCaller;
    float confidence = 0; // chance that the link is right, 0..1
};

/// One entry a group: the record that most probably is the hidden caller of the group's children, or none.
///
/// For stores that give every record a new span id, so that no recorded parent id is found, though all
/// children of one call still share that id.
///
/// Method. A group can belong to any record of its trace that says it called all services of the group's
/// children and is not one of the children itself. Each such pair gets odds: how usual the kinds of children
/// are for this kind of caller, which called services have no child, how the first child's start and the last
/// child's end lie within the caller (a learned two-dimensional density, delays in transit included), against
/// the chance that the caller or the group's records were never stored. Everything is learned from the input
/// itself by expectation maximisation over enough traces to hold 600 groups of every set of child kinds, or
/// all there are; the first rounds look at 100 of each (record linkage after Fellegi and Sunter 1969, with one-to-one matching as the constraint).
/// The odds become probabilities by summing over all one-to-one matchings of the groups that compete for
/// callers (exactly for up to 10 callers, by belief propagation after Huang and Jebara 2009 above that). The
/// links given are those with the most right ones expected, where an invented link costs as much as six
/// missed ones; a link's confidence is its probability.
///
/// Promises: a record is the caller of at most one group, of its own trace, never of the group it is in;
/// walking from a group to its caller's group and on always ends. The same input gives the same answer.
///
/// Limits: times decide between like callers that ran at once, so where these started and ended together the
/// choice is a guess and its confidence says so. Traces of more than 512 groups are weighed in windows of
/// 512, where more than 48 callers in a trace called one service only the 24 nearest and the 8 longest are
/// tried, and beyond 200 competing groups the links are chosen greedily by confidence.
///
/// Pure function for any thread. Time O(n log n) for n records, about 1 to 2 microseconds a record in small
/// traces and 4 to 8 in one giant trace; about 50 bytes a candidate pair while it runs. Nothing is thrown but
/// out of memory. Columns that contradict each other (lengths, order of neighborBegin) and a stop while
/// working give no links at all; group numbers from groupCount on are taken for
/// kNoGroup, and a group number used in several traces stands for its children in the first.
std::vector<InferredCaller> inferCallers(const CallerInferenceInput &input, std::stop_token stop);

} // namespace tailspan::trace
