// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/utf8.h"

namespace tailspan {

namespace {

/// What may follow a lead byte: how many bytes, and the bounds of the first of them (table 3-7 of Unicode 15).
struct Follow {
    int count = -1;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
};

Follow followOf(unsigned char lead)
{
    if (lead < 0x80)
        return {0};
    if (lead >= 0xC2 && lead <= 0xDF)
        return {1};
    if (lead == 0xE0)
        return {2, 0xA0, 0xBF};
    if (lead == 0xED)
        return {2, 0x80, 0x9F};
    if (lead >= 0xE1 && lead <= 0xEF)
        return {2};
    if (lead == 0xF0)
        return {3, 0x90, 0xBF};
    if (lead == 0xF4)
        return {3, 0x80, 0x8F};
    if (lead >= 0xF1 && lead <= 0xF3)
        return {3};
    return {};
}

/// The length of the character at `at`; negative: the length of the ill-formed part.
std::ptrdiff_t lengthAt(std::string_view text, std::size_t at)
{
    const Follow follow = followOf(static_cast<unsigned char>(text[at]));
    if (follow.count < 0)
        return -1;
    for (int i = 0; i < follow.count; ++i) {
        const std::size_t next = at + 1 + static_cast<std::size_t>(i);
        if (next >= text.size())
            return -(i + 1);
        const auto byte = static_cast<unsigned char>(text[next]);
        const unsigned char low = i == 0 ? follow.low : 0x80;
        const unsigned char high = i == 0 ? follow.high : 0xBF;
        if (byte < low || byte > high)
            return -(i + 1);
    }
    return follow.count + 1;
}

/// How many bytes at the end are the begin of a character whose rest is not there.
std::size_t cutCharacterBytes(std::string_view text)
{
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0U) == 0x80U)
            continue;
        const bool isCut = followOf(byte).count >= static_cast<int>(back)
            && lengthAt(text, text.size() - back) == -static_cast<std::ptrdiff_t>(back);
        return isCut ? back : 0;
    }
    return 0;
}

} // namespace

void appendUtf8(std::string &text, char32_t point)
{
    const auto put = [&text](char32_t byte) { text.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0U | (point >> 6U));
        put(0x80U | (point & 0x3FU));
    } else if (point >= 0x110000 || (point >= 0xD800 && point < 0xE000)) {
        text += kReplacementCharacter;
    } else if (point < 0x10000) {
        put(0xE0U | (point >> 12U));
        put(0x80U | ((point >> 6U) & 0x3FU));
        put(0x80U | (point & 0x3FU));
    } else {
        put(0xF0U | (point >> 18U));
        put(0x80U | ((point >> 12U) & 0x3FU));
        put(0x80U | ((point >> 6U) & 0x3FU));
        put(0x80U | (point & 0x3FU));
    }
}

std::string validUtf8(std::string_view text, std::uint64_t &replaced)
{
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::ptrdiff_t length = lengthAt(text, at);
        if (length > 0) {
            result += text.substr(at, static_cast<std::size_t>(length));
            at += static_cast<std::size_t>(length);
        } else {
            result += kReplacementCharacter;
            ++replaced;
            at += static_cast<std::size_t>(-length);
        }
    }
    return result;
}

bool isValidUtf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::ptrdiff_t length = lengthAt(text, at);
        if (length <= 0)
            return false;
        at += static_cast<std::size_t>(length);
    }
    return true;
}

std::string_view Utf8Blocks::take(std::string_view block)
{
    m_text = m_waiting;
    m_text += block;
    m_waiting.clear();
    if (!block.empty()) {
        const std::size_t cut = cutCharacterBytes(m_text);
        m_waiting = m_text.substr(m_text.size() - cut);
        m_text.resize(m_text.size() - cut);
    }
    if (!isValidUtf8(m_text))
        m_text = validUtf8(m_text, m_replaced);
    return m_text;
}

std::string_view utf8Prefix(std::string_view text, std::size_t maxBytes)
{
    if (text.size() <= maxBytes)
        return text;
    constexpr std::size_t kMostFollowing = 3; // of one character; more are none of any
    const auto isFollowing = [text](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
    std::size_t end = maxBytes;
    while (end > 0 && maxBytes - end < kMostFollowing && isFollowing(end))
        --end;
    return text.substr(0, isFollowing(end) ? maxBytes : end);
}

} // namespace tailspan
