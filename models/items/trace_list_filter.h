// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/base/time.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::items {

/// One condition of the trace list.
struct TraceFilterTerm {
    enum class Kind {
        Text,        ///< Some operation, service or the trace id contains it; case does not matter.
        Service,     ///< Some service of the trace has exactly this name.
        MinDuration, ///< The trace lasts at least this long.
        ErrorsOnly,  ///< At least one span failed.
    };
    Kind kind = Kind::Text;
    std::string text;
    Duration minimum;

    friend bool operator==(const TraceFilterTerm &, const TraceFilterTerm &) = default;
};

/// Which traces the list shows: those for which every term holds.
struct TraceListFilter {
    std::vector<TraceFilterTerm> terms;

    [[nodiscard]] bool isEmpty() const { return terms.empty(); }
    friend bool operator==(const TraceListFilter &, const TraceListFilter &) = default;
};

/// Reads what the user typed: words, "quoted phrases", service=NAME, duration>500ms (or >=), status=error.
/// Malformed when a duration cannot be read; the message says how to write one.
[[nodiscard]] Result<TraceListFilter> parseTraceFilter(std::string_view text);
/// What a chip says: "service = payment", "duration >= 500 ms", "with errors".
[[nodiscard]] std::string termLabel(const TraceFilterTerm &term);
/// What parseTraceFilter reads back to the same term.
[[nodiscard]] std::string termSource(const TraceFilterTerm &term);
[[nodiscard]] std::string filterSource(const TraceListFilter &filter);

/// A filter made ready for one snapshot: names are looked at once, not once a span. Keeps a reference to both.
class TraceMatcher {
public:
    TraceMatcher(const trace::TraceSnapshot &snapshot, const TraceListFilter &filter);
    [[nodiscard]] bool matches(const trace::TraceSummary &trace) const;

private:
    struct Names {
        std::vector<std::uint8_t> services;   ///< 1 where the name fits, by ServiceId.
        std::vector<std::uint8_t> operations; ///< By OperationId.
        bool hasOperation = false;
    };
    [[nodiscard]] bool matchesTerm(const trace::TraceSummary &trace, std::size_t term) const;
    [[nodiscard]] bool matchesText(const trace::TraceSummary &trace, std::size_t term) const;
    [[nodiscard]] bool matchesService(const trace::TraceSummary &trace, const Names &names) const;

    const trace::TraceSnapshot &m_snapshot;
    const TraceListFilter &m_filter;
    std::vector<Names> m_names; // one a term
};

} // namespace tailspan::items
