// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/span_query.h"

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::items {

/// Which traces the list shows: those for which every term holds. A term is an expression in the language of
/// trace::parseSpanQuery(), asked of a trace as trace::searchTraces() says, and a chip of its own.
struct TraceListFilter {
    std::vector<std::string> terms; ///< Each can be parsed.

    [[nodiscard]] bool isEmpty() const { return terms.empty(); }
    [[nodiscard]] std::vector<trace::SpanQuery> queries() const;
    friend bool operator==(const TraceListFilter &, const TraceListFilter &) = default;
};

/// Reads what the user typed. Words and conditions beside each other are a term each; with AND, OR, NOT or parentheses
/// the whole text is one. Errors: those of parseSpanQuery().
[[nodiscard]] Result<TraceListFilter> parseTraceFilter(std::string_view text);

} // namespace tailspan::items
