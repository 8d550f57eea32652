// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace tailspan::trace {

/// Takes the place of a row among those asked for, its own attributes, and those of its process or resource; valid
/// during the call.
using RowAttributesVisitor =
    std::function<void(std::size_t place, std::span<const Attribute> own, std::span<const Attribute> around)>;
/// Takes a number of rows that could not be read, and why.
using OnUnreadRows = std::function<void(std::uint64_t rows, const Error &error)>;

/// Whether the records of the input are read by visitRowAttributes; those of a store are not.
[[nodiscard]] bool hasStoredRecords(const TraceInput &input);

/// Reads the attributes of rows of inputs with stored records. `rows` stand in the order of recordPlace(). Nothing is
/// masked: what is shown goes through maskSecret. With `onlyKey` others of another name may be left out, which is faster.
/// Stops between records. Thread: any.
void visitRowAttributes(const TraceSnapshot &snapshot, std::span<const std::uint32_t> rows, const std::stop_token &stop,
                        const RowAttributesVisitor &visit, const OnUnreadRows &onUnread, std::string_view onlyKey = {});

/// The same for rows of one input that is a store, with few questions to it; masked, without bodies. Rows that the store
/// does not hold any more count as unread. Thread: any; blocks until the store has answered.
void visitStoreAttributes(const TraceSnapshot &snapshot, std::span<const std::uint32_t> rows,
                          const std::stop_token &stop, Progress &progress, const RowAttributesVisitor &visit,
                          const OnUnreadRows &onUnread);

} // namespace tailspan::trace
