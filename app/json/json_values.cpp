// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/json/structural_index.h"
#include "models/base/utf8.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace tailspan::json {

namespace {

/// The value of four hexadecimal digits, or -1.
std::int32_t hexUnit(std::string_view raw, std::size_t at)
{
    if (at + 4 > raw.size())
        return -1;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(raw.data() + at, raw.data() + at + 4, value, 16);
    if (error != std::errc() || end != raw.data() + at + 4)
        return -1;
    return static_cast<std::int32_t>(value);
}

/// Decodes the \u escape whose digits begin at `at`; moves `at` behind it.
char32_t unicodeEscape(std::string_view raw, std::size_t &at)
{
    const std::int32_t first = hexUnit(raw, at);
    if (first < 0)
        return 0xFFFD;
    at += 4;
    const bool isLead = first >= 0xD800 && first < 0xDC00;
    if (!isLead || raw.substr(at, 2) != "\\u")
        return static_cast<char32_t>(first); // appendUtf8 turns a lone surrogate into U+FFFD
    const std::int32_t second = hexUnit(raw, at + 2);
    if (second < 0xDC00 || second >= 0xE000)
        return 0xFFFD;
    at += 6;
    return 0x10000U + (static_cast<char32_t>(first - 0xD800) << 10U) + static_cast<char32_t>(second - 0xDC00);
}

char simpleEscape(char c)
{
    switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'b': return '\b';
    case 'f': return '\f';
    case '"':
    case '\\':
    case '/': return c;
    default: return '\0';
    }
}

std::string withoutEscapes(std::string_view raw)
{
    std::string text;
    text.reserve(raw.size());
    for (std::size_t at = 0; at < raw.size();) {
        const char c = raw[at++];
        if (c != '\\') {
            text.push_back(c);
            continue;
        }
        const char kind = at < raw.size() ? raw[at++] : '\0';
        if (kind == 'u')
            appendUtf8(text, unicodeEscape(raw, at));
        else if (const char simple = simpleEscape(kind); simple != '\0')
            text.push_back(simple);
        else
            text += kReplacementCharacter;
    }
    return text;
}

bool isAbsentWord(std::string_view raw)
{
    return raw.empty() || raw == "null";
}

} // namespace

std::string decodeString(std::string_view raw, DataQuality *quality)
{
    std::string text = hasEscape(raw) ? withoutEscapes(raw) : std::string(raw);
    if (quality == nullptr)
        return text;
    std::uint64_t replaced = 0;
    std::string valid = validUtf8(text, replaced);
    quality->add(QualityIssue::InvalidUtf8, replaced);
    return valid;
}

namespace {

/// Any number as from_chars reads it. What is too small for a double is 0, what is too large an infinity of its sign;
/// isPresent is false for what is no number, NaN and the words for infinity.
RealResult readReal(std::string_view raw)
{
    double value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (end != raw.data() + raw.size() || error == std::errc::invalid_argument)
        return {};
    if (error == std::errc::result_out_of_range) // strtod says which of the two it is
        return {std::strtod(std::string(raw).c_str(), nullptr), true};
    return {value, std::isfinite(value)};
}

} // namespace

IntegerResult parseInteger(std::string_view raw, DataQuality &quality)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (error == std::errc() && end == raw.data() + raw.size())
        return {value, true};
    if (isAbsentWord(raw))
        return {};
    const RealResult real = readReal(raw);
    if (!real.isPresent) {
        quality.add(QualityIssue::NotANumber);
        return {};
    }
    constexpr double kLimit = 9223372036854775808.0; // 2^63
    if (std::abs(real.value) < kLimit)
        return {static_cast<std::int64_t>(real.value), true};
    using Limits = std::numeric_limits<std::int64_t>;
    quality.add(QualityIssue::NumberOutOfRange);
    return {real.value < 0 ? Limits::min() : Limits::max(), true};
}

RealResult parseReal(std::string_view raw, DataQuality &quality)
{
    if (isAbsentWord(raw))
        return {};
    const RealResult real = readReal(raw);
    if (real.isPresent && std::isfinite(real.value))
        return real;
    quality.add(real.isPresent ? QualityIssue::NumberOutOfRange : QualityIssue::NotANumber);
    return {};
}

} // namespace tailspan::json
