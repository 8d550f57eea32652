// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/call_text.h"
#include "models/base/hash.h"
#include "models/base/utf8.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tailspan::advisor {

// Letters of statements and addresses; ASCII only, whatever the locale.
/// Of a longer statement or address only so much is looked at.
inline constexpr std::size_t kMostReadBytes = 8'000;

[[nodiscard]] inline char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] inline bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
[[nodiscard]] inline bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] inline bool isWord(char c)
{
    return isDigit(c) || isLetter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
[[nodiscard]] inline bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Shortens a text to what is kept of it, never inside a character.
inline void cutToMost(std::string &text)
{
    text.resize(utf8Prefix(text, kMostTextBytes).size());
}

/// What a call is called: its text; of one without any its span's name, which may be missing too.
[[nodiscard]] inline std::string shownText(const std::string &text, std::string_view operation)
{
    if (!text.empty())
        return text;
    return operation.empty() ? "unnamed call" : std::string(utf8Prefix(operation, kMostTextBytes));
}

/// Adds a value that was taken out of a text to the hash of all.
inline void addValue(CallText &call, std::string_view value)
{
    constexpr std::uint64_t kSeed = 0x51ed270b7a3c9f15ULL;
    call.parameters = hashBytes(value, call.parameters == 0 ? kSeed : call.parameters);
}

} // namespace tailspan::advisor
