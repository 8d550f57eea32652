// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/row_attributes.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

/// The spans of one operation of one service that answer somebody: roots, server spans, and of stores
/// without kinds those that another service calls.
struct EndpointSpans {
    ServiceId service;
    OperationId operation;
    std::vector<std::uint32_t> rows; ///< Ascending.
    double totalMs = 0;
};

/// All endpoints of a snapshot, the most time first. Linear.
[[nodiscard]] std::vector<EndpointSpans> endpointsOf(const trace::TraceSnapshot &snapshot, const std::stop_token &stop);

/// Every so-many-th of the rows, at most `most`.
[[nodiscard]] std::vector<std::uint32_t> thinned(const std::vector<std::uint32_t> &rows, std::size_t most);

/// Hours of the snapshot's time, at least a minute's: what counts are divided by to get them for an hour.
[[nodiscard]] double hoursOf(const trace::TraceSnapshot &snapshot);

/// Reads the attributes of some rows, of files and of stores; rows that cannot be read are passed over. `visit` may get
/// them in any order and its place is of no meaning.
void visitAttributesOf(const trace::TraceSnapshot &snapshot, const std::vector<std::uint32_t> &rows,
                       const std::stop_token &stop, const trace::RowAttributesVisitor &visit);

/// The name of an attribute as the service gave it: without what a store puts before it ("metadata.tenant").
[[nodiscard]] std::string_view withoutStore(std::string_view attribute);
/// Whether an attribute or column tells which copy of the code answered: a pod, host, instance or version.
[[nodiscard]] bool isInstanceName(std::string_view attribute);
[[nodiscard]] bool isVersionName(std::string_view attribute);

} // namespace tailspan::advisor
