// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_details.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tailspan::sources {

/// Finds records among many spans that were asked for, by their ids in whatever case and with or without dashes. Of two
/// spans with one id the service tells which is meant. Thread: one.
class AskedSpans {
public:
    explicit AskedSpans(std::span<const trace::SpanAddress> spans);

    /// The number of the span that a record is of, each number once; nothing for one that was not asked for.
    [[nodiscard]] std::optional<std::size_t> take(std::string_view traceId, std::string_view spanId,
                                                  std::string_view service);
    [[nodiscard]] bool areAllTaken() const { return m_left == 0; }

private:
    [[nodiscard]] static std::string keyOf(std::string_view traceId, std::string_view spanId);

    std::span<const trace::SpanAddress> m_spans;
    std::unordered_multimap<std::string, std::size_t> m_numbers;
    std::vector<bool> m_isTaken;
    std::size_t m_left = 0;
};

} // namespace tailspan::sources
