// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_details.h"

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tailspan::sources {

/// Attributes of spans that a store gave, so that a filter of spans that come by the second asks only for those that are
/// new. Spans of stores do not change. About 400 bytes a span; forgets everything when it is full. Thread: any.
class AttributeCache {
public:
    static constexpr std::size_t kMostSpans = 250'000;

    explicit AttributeCache(std::size_t mostSpans = kMostSpans) : m_mostSpans(mostSpans) {}

    void keep(const trace::SpanAddress &span, const trace::SpanDetails &details);
    /// Puts attributes and resource into `details`; false when the span is not known.
    [[nodiscard]] bool find(const trace::SpanAddress &span, trace::SpanDetails &details) const;

private:
    struct Kept {
        std::vector<std::uint32_t> names; ///< Rows of m_names: those of attributes, then those of the resource.
        std::uint32_t ownCount = 0;
        std::string values; ///< One after another.
        std::vector<std::uint32_t> ends;
    };

    [[nodiscard]] static std::string keyOf(const trace::SpanAddress &span);
    void add(Kept &kept, const trace::Attribute &attribute);

    std::size_t m_mostSpans;
    mutable std::mutex m_mutex;
    std::deque<std::string> m_names; ///< Does not move: m_numbers looks into it.
    std::unordered_map<std::string_view, std::uint32_t> m_numbers;
    std::unordered_map<std::string, Kept> m_spans;
};

} // namespace tailspan::sources
