// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/trace/span_statistics.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::trace {

/// Spans by the value of an attribute of theirs or, where they have none of that name, of their process or resource.
struct AttributeGroups {
    SpanGrouping grouping;         ///< Groups in the order of first appearance; spans without the attribute in none.
    std::uint64_t unreadCount = 0; ///< Spans whose attributes are in a store or could not be read.
    std::string problem;           ///< Why, of the first of them.
    bool isCut = false;            ///< There were more than kMostGroups values; what came later is in no group.

    static constexpr std::uint32_t kMostGroups = 10'000;
};

/// Reads the record of every span of the selection, in the order of the files, on all cores. Values that must not be
/// shown are masked. Progress counts spans. Thread: any. Errors: Cancelled.
[[nodiscard]] Result<AttributeGroups> groupedByAttribute(const TraceSnapshot &snapshot, const TraceSelection &selection,
                                                         std::string_view key, const std::stop_token &stop,
                                                         Progress &progress);

/// The names of the attributes of the first spans of the selection and of their resources, sorted, each once; those
/// whose values are always masked are left out. Reads at most `most` records. Thread: any.
[[nodiscard]] std::vector<std::string> attributeKeysOf(const TraceSnapshot &snapshot, const TraceSelection &selection,
                                                       std::uint32_t most, const std::stop_token &stop);

} // namespace tailspan::trace
