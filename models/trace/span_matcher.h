// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_query.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tailspan::trace {

/// Whether a span fits, as far as the columns can tell. In this order AND is the smaller of two answers, OR the larger.
enum class Match : std::uint8_t {
    No,
    Unknown, ///< Its attributes decide, which are not in the columns.
    Yes,
};

/// A query made ready for one snapshot: names are compared once, not once a span.
/// Thread: any number of readers. Keeps references to the snapshot and the query.
class SpanMatcher {
public:
    SpanMatcher(const TraceSnapshot &snapshot, const SpanQuery &query);

    /// By the columns alone.
    [[nodiscard]] Match match(std::uint32_t row) const;
    /// By the columns, and where they say Unknown by the answer to that condition; one entry a condition.
    [[nodiscard]] Match match(std::uint32_t row, std::span<const Match> answers) const;
    /// By columns and details, which are those of that row with nothing masked. What fits only as a secret, or only in
    /// what stands in its place, does not count: an answer must not tell what may not be shown.
    [[nodiscard]] bool match(std::uint32_t row, const SpanDetails &details) const;
    /// Whether one text of a span (TextVisitor) makes a condition true, one on text or on an attribute; other conditions
    /// are never true here. What fits only as a secret or as its mask does not count.
    [[nodiscard]] bool fitsText(std::size_t condition, std::string_view key, std::string_view value) const;
    /// False when no answer will ever be Unknown.
    [[nodiscard]] bool needsDetails() const { return m_needsDetails; }

private:
    /// What a condition says of each name, and the ids it was looked up to.
    struct Prepared {
        std::vector<std::uint8_t> services, operations; // 1 where the name fits
        std::string lowered;                            // the value in lower case
        std::optional<std::uint32_t> trace;
        Id span;
    };

    [[nodiscard]] Prepared prepare(const SpanCondition &condition) const;
    [[nodiscard]] Match askColumns(std::size_t condition, std::uint32_t row) const;
    [[nodiscard]] bool fitsPlain(std::size_t condition, std::string_view key, std::string_view value) const;
    [[nodiscard]] bool fitsAny(std::size_t condition, const std::vector<Attribute> &attributes) const;
    [[nodiscard]] bool askDetails(std::size_t condition, const SpanDetails &details) const;
    template <class Ask>
    [[nodiscard]] Match evaluate(Ask &&ask) const;

    const TraceSnapshot &m_snapshot;
    const SpanQuery &m_query;
    std::vector<Prepared> m_prepared; // by condition
    bool m_needsDetails = false;
};

} // namespace tailspan::trace
