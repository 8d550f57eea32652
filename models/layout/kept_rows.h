// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/row_set.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <span>

namespace tailspan::layout {

/// What stays on the page when all but the hits is hidden: the hits, their ancestors and, `withDescendants`, all that
/// is below a hit. So a kept span always hangs on kept ones. Counted from the trace's first row.
/// `hits`: span rows in any order; those of other traces are skipped.
/// Thread: any. Cost: hits plus rows kept, plus rows / 64 for each hit with descendants that no other hit holds.
[[nodiscard]] RowSet keptRows(const trace::TraceSnapshot &snapshot, TraceRow trace, std::span<const std::uint32_t> hits,
                              bool withDescendants);

} // namespace tailspan::layout
