// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/json_scan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>

namespace tailspan::reports {

namespace {

constexpr std::array<double, 16> kPowersOfTen{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

NumberScan scanGeneral(std::string_view text)
{
    NumberScan scan;
    // from_chars also takes "inf" and "nan", which are no JSON.
    if (text.empty() || !(isDigit(text.front()) || (text.front() == '-' && text.size() > 1 && isDigit(text[1]))))
        return scan;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), scan.value);
    scan.length = static_cast<std::size_t>(end - text.data());
    scan.state = NumberScan::State::Fine;
    if (error == std::errc::result_out_of_range) {
        const std::string_view token = text.substr(0, scan.length);
        const bool isTiny = token.find("e-") != std::string_view::npos || token.find("E-") != std::string_view::npos;
        const double largest = std::numeric_limits<double>::max();
        scan.value = isTiny ? 0 : (text.front() == '-' ? -largest : largest);
        scan.state = isTiny ? NumberScan::State::Fine : NumberScan::State::OutOfRange;
    }
    return scan;
}

} // namespace

std::size_t skipBlanks(std::string_view text, std::size_t at)
{
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n'))
        ++at;
    return at;
}

std::size_t skipString(std::string_view text, std::size_t at)
{
    ++at;
    while (at < text.size()) {
        const auto *quote = static_cast<const char *>(std::memchr(text.data() + at, '"', text.size() - at));
        if (quote == nullptr)
            return std::string_view::npos;
        const auto end = static_cast<std::size_t>(quote - text.data());
        std::size_t backslashes = 0;
        while (end - backslashes > at && text[end - backslashes - 1] == '\\')
            ++backslashes;
        if (backslashes % 2 == 0)
            return end + 1;
        at = end + 1;
    }
    return std::string_view::npos;
}

std::size_t skipValue(std::string_view text, std::size_t at)
{
    if (at >= text.size())
        return std::string_view::npos;
    if (text[at] == '"')
        return skipString(text, at);
    if (text[at] != '{' && text[at] != '[') {
        const std::size_t end = text.find_first_of(",}] \t\r\n", at);
        return end == at ? std::string_view::npos : std::min(end, text.size());
    }
    std::size_t depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = skipString(text, at);
            if (at == std::string_view::npos)
                return at;
            continue;
        }
        depth += c == '{' || c == '[' ? 1 : 0;
        ++at;
        if ((c == '}' || c == ']') && --depth == 0)
            return at;
    }
    return std::string_view::npos;
}

NumberScan scanNumber(std::string_view text)
{
    // Up to 15 digits without an exponent: one exact integer divided by one exact power of ten is correctly rounded.
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const std::size_t begin = at;
    std::uint64_t digits = 0;
    while (at < text.size() && isDigit(text[at]))
        digits = digits * 10 + static_cast<std::uint64_t>(text[at++] - '0');
    std::size_t fraction = 0;
    std::size_t count = at - begin;
    if (at < text.size() && text[at] == '.') {
        const std::size_t point = at++;
        while (at < text.size() && isDigit(text[at]))
            digits = digits * 10 + static_cast<std::uint64_t>(text[at++] - '0');
        fraction = at - point - 1;
        count += fraction;
    }
    const bool hasExponent = at < text.size() && (text[at] == 'e' || text[at] == 'E');
    if (count == 0 || count > 15 || hasExponent)
        return scanGeneral(text);
    const double value = static_cast<double>(digits) / kPowersOfTen[fraction];
    return {NumberScan::State::Fine, begin == 1 ? -value : value, at};
}

} // namespace tailspan::reports
