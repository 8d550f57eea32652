// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace tailspan::advisor {

/// For what the requests of a service wait: of the time that decided how long they took, what was spent below the
/// service's own work, in other services or in calls of its own.
struct WaitingShare {
    double share = 0;         ///< 0 to 1.
    std::string where;        ///< The service or call with the most of it: "postgres", "SELECT ledger".
    std::uint32_t traces = 0; ///< That were looked at.
    std::string slowest;      ///< Id of the one that waited longest.
    std::int64_t slowestNs = 0;
};
/// Of traces that begin in the range, at most about 2,000 of them, evenly chosen. Nothing when there are fewer than
/// `fewest`, or the service is in none. Thread: any.
[[nodiscard]] std::optional<WaitingShare> waitingShareOf(const trace::TraceSnapshot &snapshot, std::string_view service,
                                                         TimeRange range, std::uint32_t fewest,
                                                         const std::stop_token &stop);

} // namespace tailspan::advisor
