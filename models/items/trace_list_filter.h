// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/span_query.h"
#include "models/trace/trace_snapshot.h"

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::items {

/// Which traces the list shows: those for which every term holds, and where some were picked elsewhere, on a map for
/// example, only those. A term is an expression in the language of trace::parseSpanQuery(), asked of a trace as
/// trace::searchTraces() says, and a chip of its own; so are the picked ones together.
struct TraceListFilter {
    std::vector<std::string> terms; ///< Each can be parsed.
    std::string pickTitle;          ///< What the picked traces have in common, in words; "" when none were picked.
    std::vector<std::string> pickedTraces; ///< Ids as TraceSnapshot::traceIdText() writes them, sorted.

    [[nodiscard]] bool isEmpty() const { return terms.empty() && !hasPick(); }
    [[nodiscard]] bool hasPick() const { return !pickTitle.empty(); }
    [[nodiscard]] std::vector<trace::SpanQuery> queries() const;
    /// Takes the traces that were not picked out of `fits`, by TraceRow; none when nothing was picked. Linear.
    void keepPicked(const trace::TraceSnapshot &snapshot, std::vector<bool> &fits) const;
    friend bool operator==(const TraceListFilter &, const TraceListFilter &) = default;
};

/// Reads what the user typed. Words and conditions beside each other are a term each; with AND, OR, NOT or parentheses
/// the whole text is one. Errors: those of parseSpanQuery().
[[nodiscard]] Result<TraceListFilter> parseTraceFilter(std::string_view text);

} // namespace tailspan::items
