// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/json/structural_index.h"
#include "models/base/utf8.h"

#include <charconv>
#include <cmath>
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

IntegerResult parseInteger(std::string_view raw, DataQuality &quality)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (error == std::errc() && end == raw.data() + raw.size())
        return {value, true};
    if (isAbsentWord(raw))
        return {};
    double real = 0;
    const auto [realEnd, realError] = std::from_chars(raw.data(), raw.data() + raw.size(), real);
    const bool isNumber = realEnd == raw.data() + raw.size() && (realError == std::errc() || realError == std::errc::result_out_of_range);
    if (!isNumber || std::isnan(real) || (std::isinf(real) && realError == std::errc())) {
        quality.add(QualityIssue::NotANumber);
        return {};
    }
    constexpr double kLimit = 9223372036854775808.0; // 2^63
    const bool isTooLarge = realError == std::errc::result_out_of_range ? raw.find("e-") == raw.npos && raw.find("E-") == raw.npos
                                                                        : std::abs(real) >= kLimit;
    if (isTooLarge) {
        quality.add(QualityIssue::NumberOutOfRange);
        const bool isNegative = raw.front() == '-';
        return {isNegative ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max(), true};
    }
    return {realError == std::errc() ? static_cast<std::int64_t>(real) : 0, true};
}

RealResult parseReal(std::string_view raw, DataQuality &quality)
{
    double value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (error == std::errc() && end == raw.data() + raw.size() && std::isfinite(value))
        return {value, true};
    if (isAbsentWord(raw))
        return {};
    quality.add(error == std::errc::result_out_of_range ? QualityIssue::NumberOutOfRange : QualityIssue::NotANumber);
    return {};
}

} // namespace tailspan::json
