// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/asked_spans.h"

namespace tailspan::sources {

AskedSpans::AskedSpans(std::span<const trace::SpanAddress> spans)
    : m_spans(spans), m_isTaken(spans.size()), m_left(spans.size())
{
    m_numbers.reserve(spans.size());
    for (std::size_t i = 0; i < spans.size(); ++i)
        m_numbers.emplace(keyOf(spans[i].traceId, spans[i].spanId), i);
}

std::string AskedSpans::keyOf(std::string_view traceId, std::string_view spanId)
{
    std::string key;
    key.reserve(traceId.size() + spanId.size() + 1);
    for (const std::string_view id : {traceId, spanId}) {
        for (const char letter : id) {
            if (letter != '-')
                key += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
        }
        key += '/';
    }
    return key;
}

std::optional<std::size_t> AskedSpans::take(std::string_view traceId, std::string_view spanId, std::string_view service)
{
    const auto [begin, end] = m_numbers.equal_range(keyOf(traceId, spanId));
    for (auto number = begin; number != end; ++number) {
        const bool isIt = m_spans[number->second].service.empty() || m_spans[number->second].service == service;
        if (!isIt || m_isTaken[number->second])
            continue;
        m_isTaken[number->second] = true;
        --m_left;
        return number->second;
    }
    return std::nullopt;
}

} // namespace tailspan::sources
