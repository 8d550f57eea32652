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

/// A text that comes in blocks, as valid UTF-8. A character that the end of a block cuts in two waits for the next one.
/// Thread: one.
class Utf8Blocks {
public:
    /// The block, ill-formed parts replaced by U+FFFD; valid until the next call. An empty block ends the text.
    [[nodiscard]] std::string_view take(std::string_view block);
    [[nodiscard]] std::uint64_t replaced() const { return m_replaced; }

private:
    std::string m_waiting; // the begin of a character
    std::string m_text;
    std::uint64_t m_replaced = 0;
};

/// At most `maxBytes` of it, never cutting a character in two.
[[nodiscard]] std::string_view utf8Prefix(std::string_view text, std::size_t maxBytes);

} // namespace tailspan
