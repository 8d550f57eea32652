// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/explain/population.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace tailspan::explain {

inline constexpr std::size_t kMostCalledOperations = 128;

/// How often each of the most called operations is called below each span, itself not counted, and how long these calls
/// took outside of calls of their own; those that are the same everywhere are left out. Empty when stopped. `rows`: by position, ascending. Thread: any; uses all cores. Linear in the
/// spans of the traces, and logarithmic in them for each row and operation of its trace.
[[nodiscard]] std::vector<Column> callColumnsOf(const trace::TraceSnapshot &snapshot,
                                                std::span<const std::uint32_t> rows, const PopulationBuilder &builder,
                                                const std::stop_token &stop);

} // namespace tailspan::explain
