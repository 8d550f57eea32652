// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace tailspan::advisor {

/// Where errors begin: an operation whose spans fail although what they called did not.
struct ErrorCause {
    ServiceId service;
    OperationId operation;
    std::vector<std::uint32_t> failed; ///< Rows of spans that failed first, ascending.
    std::uint64_t total = 0;           ///< Spans of the operation.
    std::uint64_t traces = 0;          ///< Traces with such a span.
};

/// All of a snapshot, most failures first. Linear.
[[nodiscard]] std::vector<ErrorCause> errorCauses(const trace::TraceSnapshot &snapshot, const std::stop_token &stop);

/// How many of the rows answered with a status of 400 to 499, of those that tell a status; reads at most 500 of them.
struct ClientErrors {
    std::uint64_t told = 0;
    std::uint64_t clientErrors = 0;
};
[[nodiscard]] ClientErrors clientErrorsOf(const trace::TraceSnapshot &snapshot, const std::vector<std::uint32_t> &rows,
                                          const std::stop_token &stop);

} // namespace tailspan::advisor
