// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tailspan {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD"; // U+FFFD

/// Appends a code point; surrogates and points beyond U+10FFFF become U+FFFD.
void appendUtf8(std::string &text, char32_t point);

/// The text with each maximal ill-formed part replaced by U+FFFD (Unicode 15, section 3.9, "substitution of maximal
/// subparts"); `replaced` is raised by the number of replacements. Well-formed text comes back as it is.
[[nodiscard]] std::string validUtf8(std::string_view text, std::uint64_t &replaced);
[[nodiscard]] bool isValidUtf8(std::string_view text);

/// At most `maxBytes` of it, never cutting a character in two.
[[nodiscard]] std::string_view utf8Prefix(std::string_view text, std::size_t maxBytes);

} // namespace tailspan
