// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace tailspan::trace {

/// Where nodes of a forest stand in tree order (a parent, then the whole subtree of each child); by node number.
struct TreePlaces {
    static constexpr std::uint32_t kNoParent = std::numeric_limits<std::uint32_t>::max();

    std::vector<std::uint32_t> place;
    std::vector<std::uint32_t> subtreeSize; ///< Itself included.
    std::vector<std::uint32_t> depth;       ///< 0 for a root.
};

/// `parentOf` has a smaller number than its child, or kNoParent. `isBefore(a, b)` orders siblings and must be total.
/// Loops over the nodes and no stack: any depth and any number of siblings work. Sorts on all cores.
template <class IsBefore>
[[nodiscard]] TreePlaces placesInTreeOrder(std::span<const std::uint32_t> parentOf, IsBefore isBefore)
{
    const auto count = static_cast<std::uint32_t>(parentOf.size());
    TreePlaces places{std::vector<std::uint32_t>(count), std::vector<std::uint32_t>(count, 1),
                      std::vector<std::uint32_t>(count)};
    const auto siblingGroup = [&](std::uint32_t node) { return parentOf[node] + 1U; }; // kNoParent becomes 0
    std::vector<std::uint32_t> begin(std::size_t{count} + 2);
    for (std::uint32_t node = count; node-- > 0;) {
        ++begin[siblingGroup(node) + 1U];
        if (parentOf[node] != TreePlaces::kNoParent)
            places.subtreeSize[parentOf[node]] += places.subtreeSize[node];
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::uint32_t> siblings(count);
    std::vector<std::uint32_t> next(begin);
    for (std::uint32_t node = 0; node < count; ++node)
        siblings[next[siblingGroup(node)]++] = node;
    const auto siblingsOf = [&](std::uint32_t group) {
        return std::span(siblings).subspan(begin[group], begin[group + 1U] - begin[group]);
    };
    tbb::parallel_for(std::uint32_t{0}, count + 1U, [&](std::uint32_t group) {
        const std::span<std::uint32_t> children = siblingsOf(group);
        std::sort(children.begin(), children.end(), isBefore);
    });
    // Group 0 are the roots, group n + 1 the children of n: parents have their place before their children ask for it.
    for (std::uint32_t group = 0; group <= count; ++group) {
        std::uint32_t at = group == 0 ? 0 : places.place[group - 1] + 1;
        for (const std::uint32_t child : siblingsOf(group)) {
            places.place[child] = at;
            places.depth[child] = group == 0 ? 0 : places.depth[group - 1] + 1;
            at += places.subtreeSize[child];
        }
    }
    return places;
}

} // namespace tailspan::trace
