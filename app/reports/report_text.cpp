// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/report_text.h"

#include "models/base/number_text.h"
#include "models/base/time.h"
#include "models/base/utf8.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace tailspan::reports {

Result<std::string> readWholeText(bytes::ByteStream &stream, std::size_t maxBytes, std::stop_token stop,
                                  Progress &progress)
{
    constexpr std::size_t kStep = 1ULL << 20;
    progress.begin("reading", stream.fileBytes());
    std::string text;
    while (true) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled", stream.name());
        if (text.size() > maxBytes)
            return fail(ErrorCode::LimitReached,
                        "is larger than " + bytesText(maxBytes) + ", more than a report of this format holds",
                        stream.name());
        const std::size_t filled = text.size();
        text.resize(filled + kStep);
        TS_TRY(const std::size_t got, stream.read(std::span(text).subspan(filled)));
        text.resize(filled + got);
        progress.done.store(stream.fileBytesRead(), std::memory_order_relaxed);
        if (got == 0)
            return text;
    }
}

Result<PeekedStream> PeekedStream::open(bytes::ByteStream &inner)
{
    PeekedStream stream(inner);
    stream.m_first.resize(bytes::kHeadBytes);
    std::size_t filled = 0;
    while (filled < stream.m_first.size()) {
        TS_TRY(const std::size_t got, inner.read(std::span(stream.m_first).subspan(filled)));
        if (got == 0)
            break;
        filled += got;
    }
    stream.m_first.resize(filled);
    return stream;
}

Result<std::size_t> PeekedStream::read(std::span<char> target)
{
    if (m_given == m_first.size())
        return m_inner->read(target);
    const std::size_t count = std::min(target.size(), m_first.size() - m_given);
    std::memcpy(target.data(), m_first.data() + m_given, count);
    m_given += count;
    return count;
}

std::optional<std::int64_t> integerIn(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::int64_t nsFromMs(double ms)
{
    constexpr double kLargest = 9.2e18;
    return std::llround(std::clamp(ms * 1e6, -kLargest, kLargest));
}

std::string plainName(std::string_view text)
{
    constexpr std::size_t kMaxBytes = 500;
    std::uint64_t replaced = 0;
    return validUtf8(utf8Prefix(text, kMaxBytes), replaced);
}

std::string failureText(std::string_view message)
{
    constexpr std::size_t kMaxBytes = 160;
    std::string text;
    for (const char c : message.substr(0, message.find_first_of("\r\n"))) {
        const bool isDigit = c >= '0' && c <= '9';
        if (!isDigit)
            text += c;
        else if (!text.ends_with('N'))
            text += 'N';
        if (text.size() > kMaxBytes)
            break;
    }
    std::uint64_t replaced = 0;
    return validUtf8(utf8Prefix(text, kMaxBytes), replaced);
}

} // namespace tailspan::reports
