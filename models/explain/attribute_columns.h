// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/explain/population.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::explain {

/// The attributes of some spans, one column a name.
struct AttributeColumns {
    std::vector<Column> columns; ///< By name.
    std::uint64_t unreadCount = 0;
    std::vector<std::string> problems; ///< Each once.
    std::vector<std::string> notes;
};

/// Attributes beyond these limits are left out or share one code, which is said in the notes.
inline constexpr std::size_t kMostAttributeNames = 400;
inline constexpr std::size_t kMostValueBytes = 1024;
inline constexpr std::size_t kMostDistinctValues = 100'000;

/// `rows`: by position, ascending. Thread: any; uses all cores.
[[nodiscard]] AttributeColumns readAttributeColumns(const trace::TraceSnapshot &snapshot,
                                                    std::span<const std::uint32_t> rows,
                                                    const PopulationBuilder &builder, const std::stop_token &stop,
                                                    Progress &progress);

} // namespace tailspan::explain
