// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/call_hints.h"

#include <cstdint>
#include <vector>

namespace tailspan::advisor {

/// What the names, kinds and services of spans alone say about calls.
struct CallNames {
    std::vector<NameFacts> facts;           ///< By OperationId.
    std::vector<CallSignature> signatures;  ///< Of service, operation without ids and type.
    std::vector<std::uint32_t> signatureOf; ///< By SpanRow; SpanCalls::kNone for no call.
};

/// A call is an outgoing span (client, producer), a span whose name leaves no doubt, and where a store keeps no outgoing
/// spans the first span of another service. The answer to a recorded call is none. Uses all cores.
[[nodiscard]] CallNames callNamesOf(const trace::TraceSnapshot &snapshot);

} // namespace tailspan::advisor
