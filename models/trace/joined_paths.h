// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/call_tree.h"

#include <cstdint>
#include <vector>

namespace tailspan::trace {

/// The call paths of two trees as one numbering, parents before children: those of the first in its tree order, then
/// those that only the second has.
struct JoinedPaths {
    std::vector<std::uint32_t> parent; ///< By number; CallTree::kNone for a root.
    std::vector<std::uint32_t> nodeA;  ///< By number; CallTree::kNone where the first tree has no such path.
    std::vector<std::uint32_t> nodeB;

    /// Paths are the same when the names of their services and operations are: the trees may be of two snapshots.
    [[nodiscard]] static JoinedPaths of(const TraceSnapshot &snapshotA, const CallTree &a,
                                        const TraceSnapshot &snapshotB, const CallTree &b);
};

} // namespace tailspan::trace
