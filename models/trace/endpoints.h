// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/key_numbers.h"
#include "models/trace/trace_selection.h"

#include <cstdint>
#include <vector>

namespace tailspan::trace {

/// The endpoints of a selection, that is the operations of each service: numbered in the order of their first spans.
struct Endpoints {
    std::vector<std::uint32_t> ofPosition; ///< Endpoint number by position in the selection.
    std::vector<std::uint64_t> keys;       ///< pairKey(ServiceId, OperationId) by endpoint number.

    [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(keys.size()); }
    [[nodiscard]] ServiceId service(std::uint32_t endpoint) const { return ServiceId(highOfPair(keys[endpoint])); }
    [[nodiscard]] OperationId operation(std::uint32_t endpoint) const { return OperationId(lowOfPair(keys[endpoint])); }

    [[nodiscard]] static Endpoints of(const TraceSnapshot &snapshot, const TraceSelection &selection);
};

} // namespace tailspan::trace
