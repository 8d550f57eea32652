// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/clock_skew.h"

#include <map>
#include <string>
#include <utility>

namespace tailspan::trace {

/// What the user wants to be done about clocks that disagree. Services go by name: their numbers change from one
/// snapshot of live traces to the next.
struct ClockCorrection {
    bool isOn = false;
    /// Nanoseconds to add to the second service's times to be on the first one's clock, as for ClockPair::offsetNs; the
    /// names in alphabetical order, as services are numbered. Instead of what was found for the pair.
    std::map<std::pair<std::string, std::string>, std::int64_t> overrides;
    friend bool operator==(const ClockCorrection &, const ClockCorrection &) = default;
};

/// The key of a pair in ClockCorrection::overrides.
[[nodiscard]] std::pair<std::string, std::string> namesOf(const TraceSnapshot &snapshot, const ClockPair &pair);

/// The pairs with what the user has set for them in the place of what was found.
[[nodiscard]] std::vector<ClockPair> withOverrides(const TraceSnapshot &snapshot, std::vector<ClockPair> pairs,
                                                   const ClockCorrection &correction);

/// The same spans with the times of each service moved by `offsetNs` (by ServiceId): siblings, roots and traces stand
/// in the order of the moved times, and what lies outside its parent is found anew. Parents, ids, records, services and
/// their numbers stay; TraceSnapshot::clockOffsetNs() says by how much each was moved. Times that mean nothing are not
/// moved; where clocks begin at 0, all are moved along if one would begin before it.
/// n log n; needs about twice the snapshot's memory while it works. Thread: any. Errors: Cancelled.
[[nodiscard]] Result<TraceSnapshotPtr> withClocksMoved(const TraceSnapshot &snapshot,
                                                       const std::vector<std::int64_t> &offsetNs,
                                                       const std::stop_token &stop);

/// What is known about the clocks of a snapshot, and the snapshot to show.
struct ClockFinding {
    TraceSnapshotPtr recorded;
    std::vector<ClockPair> pairs;  ///< As found.
    ClockOffsets offsets;          ///< That the pairs and the overrides come to, on or not.
    std::size_t movedServices = 0; ///< Of them not 0.
    TraceSnapshotPtr shown;        ///< `recorded` itself where the correction is off or moves nothing.
};

/// All of it in one go. Thread: any. Errors: Cancelled.
[[nodiscard]] Result<ClockFinding> correctClocks(TraceSnapshotPtr recorded, const ClockCorrection &correction,
                                                 const std::stop_token &stop);

} // namespace tailspan::trace
