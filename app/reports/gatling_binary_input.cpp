// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/gatling_binary_input.h"

#include "models/base/utf8.h"

#include <algorithm>

namespace tailspan::reports {

namespace {

/// Latin-1 as UTF-8.
std::string fromLatin1(std::string_view raw)
{
    std::string text;
    for (const char c : raw)
        appendUtf8(text, static_cast<unsigned char>(c));
    return text;
}

/// UTF-16 in the byte order of the machine that wrote it: little-endian on all that Gatling is run on.
std::string fromUtf16(std::string_view raw)
{
    std::string text;
    const auto unit = [raw](std::size_t at) {
        return static_cast<char32_t>(static_cast<unsigned char>(raw[at]))
            | static_cast<char32_t>(static_cast<unsigned char>(raw[at + 1])) << 8;
    };
    for (std::size_t at = 0; at + 1 < raw.size(); at += 2) {
        char32_t point = unit(at);
        const bool isHigh = point >= 0xD800 && point < 0xDC00;
        if (isHigh && at + 3 < raw.size() && unit(at + 2) >= 0xDC00 && unit(at + 2) < 0xE000) {
            point = 0x10000 + ((point - 0xD800) << 10) + (unit(at + 2) - 0xDC00);
            at += 2;
        }
        appendUtf8(text, point);
    }
    return text;
}

} // namespace

bool GatlingBinaryInput::fill()
{
    if (m_problem != Problem::None)
        return false;
    const Result<std::size_t> got = m_stream.read(m_buffer);
    if (!got) {
        m_streamError = got.error();
        stop(Problem::Stream);
        return false;
    }
    m_at = 0;
    m_end = *got;
    return *got > 0;
}

bool GatlingBinaryInput::isAtEnd()
{
    return m_at == m_end && !fill();
}

void GatlingBinaryInput::stop(Problem problem)
{
    if (m_problem == Problem::None)
        m_problem = problem;
    m_at = m_end;
}

std::uint8_t GatlingBinaryInput::byte()
{
    if (m_at == m_end && !fill()) {
        stop(Problem::End);
        return 0;
    }
    ++m_offset;
    return static_cast<std::uint8_t>(m_buffer[m_at++]);
}

std::uint64_t GatlingBinaryInput::number(int bytes)
{
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i)
        value = value << 8 | byte();
    return m_problem == Problem::None ? value : 0;
}

std::int32_t GatlingBinaryInput::count()
{
    constexpr std::int32_t kMost = 1'000'000;
    const std::int32_t value = int32();
    if (value >= 0 && value <= kMost)
        return value;
    stop(Problem::Malformed);
    return 0;
}

std::string GatlingBinaryInput::text()
{
    const std::int32_t length = int32();
    if (length == 0)
        return {};
    if (length < 0 || static_cast<std::size_t>(length) > kMaxTextBytes) {
        stop(Problem::Malformed);
        return {};
    }
    std::string raw;
    for (std::int32_t i = 0; i < length && m_problem == Problem::None; ++i)
        raw += static_cast<char>(byte());
    const std::uint8_t coder = byte();
    if (coder > 1)
        stop(Problem::Malformed);
    if (m_problem != Problem::None)
        return {};
    return coder == 0 ? fromLatin1(raw) : fromUtf16(raw);
}

std::string_view GatlingBinaryInput::cachedText()
{
    const std::int32_t index = int32();
    if (m_problem != Problem::None)
        return {};
    if (index > 0) {
        std::string added = text();
        m_cacheBytes += added.size() + sizeof(std::string);
        // Gatling numbers its texts from 1 as it writes them.
        if (static_cast<std::size_t>(index) != m_cache.size() + 1)
            stop(Problem::Malformed);
        else if (m_cacheBytes > kMaxCacheBytes)
            stop(Problem::Limit);
        else if (m_problem == Problem::None)
            m_cache.push_back(std::move(added));
        return m_problem == Problem::None ? std::string_view(m_cache.back()) : std::string_view();
    }
    const auto number = static_cast<std::size_t>(-static_cast<std::int64_t>(index));
    if (number == 0 || number > m_cache.size()) {
        stop(Problem::Malformed);
        return {};
    }
    return m_cache[number - 1];
}

void GatlingBinaryInput::skip(std::int32_t bytes)
{
    for (std::int32_t i = 0; i < bytes && m_problem == Problem::None; ++i)
        (void)byte();
}

} // namespace tailspan::reports
