// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/span_query.h"
#include "models/trace/trace_query.h"

#include <string_view>

namespace tailspan::trace {

/// What the user typed, divided into what a store is asked for and what is applied to its answer.
struct StoreQuery {
    TraceQuery query; ///< Conditions that one span must meet all.
    SpanQuery rest;   ///< What no store answers: OR, NOT, patterns, kinds; for searchTraces(). Mostly empty.
};

/// Reads the language of parseSpanQuery(). Conditions joined by AND go to the store; several services, or several
/// operations, beside each other are alternatives. `query` is what holds already. Errors: those of parseSpanQuery().
[[nodiscard]] Result<StoreQuery> storeQueryOf(std::string_view text, TraceQuery query = {});

} // namespace tailspan::trace
