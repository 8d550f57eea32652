// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/call_hints.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// Takes the number of a chunk, the row and what its attributes say. Called from several threads at once, for one chunk
/// from one.
using CallVisitor = std::function<void(std::size_t chunk, std::uint32_t row, const DescribedCall &call)>;

struct CallReading {
    std::uint64_t readCount = 0;
    std::uint64_t unreadCount = 0;
    std::string problem; ///< Why, of the first.
};

/// How many chunks that many rows are read in, at most.
[[nodiscard]] std::size_t callChunks(const trace::TraceSnapshot &snapshot, std::size_t rows);
/// Reads the attributes of calls: of files on all cores, of stores with few questions, at most `storeRows` of each.
/// `names`: by OperationId. Stops between records.
[[nodiscard]] CallReading readCalls(const trace::TraceSnapshot &snapshot, std::vector<std::uint32_t> rows,
                                    std::span<const NameFacts> names, std::uint32_t storeRows, const CallVisitor &visit,
                                    const std::stop_token &stop, Progress &progress);

} // namespace tailspan::advisor
