// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scalingfiles/quantity.h"

#include <charconv>
#include <cmath>
#include <utility>

namespace tailspan::scalingfiles {

namespace {

/// Takes a number off the front.
std::optional<double> takeNumber(std::string_view &text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(value) || value < 0 || std::signbit(value))
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

std::optional<double> suffixFactor(std::string_view suffix)
{
    static constexpr std::pair<std::string_view, double> kFactors[] = {
        {"", 1},        {"n", 1e-9},    {"u", 1e-6},    {"m", 1e-3},   {"k", 1e3},     {"M", 1e6},
        {"G", 1e9},     {"T", 1e12},    {"P", 1e15},    {"E", 1e18},   {"Ki", 0x1p10}, {"Mi", 0x1p20},
        {"Gi", 0x1p30}, {"Ti", 0x1p40}, {"Pi", 0x1p50}, {"Ei", 0x1p60}};
    for (const auto &[name, factor] : kFactors) {
        if (name == suffix)
            return factor;
    }
    const bool isExponent = suffix.size() > 1 && (suffix[0] == 'e' || suffix[0] == 'E');
    int exponent = 0;
    const char *begin = suffix.data() + (isExponent && suffix[1] == '+' ? 2 : 1);
    const char *const end = suffix.data() + suffix.size();
    if (!isExponent || begin == end)
        return std::nullopt;
    const auto [stop, error] = std::from_chars(begin, end, exponent);
    if (error != std::errc{} || stop != end || exponent < -18 || exponent > 18)
        return std::nullopt;
    return std::pow(10.0, exponent);
}

std::optional<double> unitSeconds(std::string_view unit)
{
    static constexpr std::pair<std::string_view, double> kUnits[] = {
        {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}};
    for (const auto &[name, seconds] : kUnits) {
        if (name == unit)
            return seconds;
    }
    return std::nullopt;
}

} // namespace

std::optional<double> parseNumber(std::string_view text)
{
    const auto value = takeNumber(text);
    return text.empty() ? value : std::nullopt;
}

std::optional<double> parseQuantity(std::string_view text)
{
    const auto value = takeNumber(text);
    const auto factor = value ? suffixFactor(text) : std::nullopt;
    return factor ? std::optional(*value * *factor) : std::nullopt;
}

std::optional<double> parseCores(std::string_view text)
{
    if (text.ends_with('i'))
        return std::nullopt;
    return parseQuantity(text);
}

std::optional<double> parseBytes(std::string_view text)
{
    const auto bytes = parseQuantity(text);
    return bytes && (*bytes == 0 || *bytes >= 1) && !text.ends_with('m') ? bytes : std::nullopt;
}

std::optional<double> parseSeconds(std::string_view text, double unit)
{
    if (const auto plain = parseNumber(text))
        return *plain * unit;
    if (text.empty())
        return std::nullopt;
    double sum = 0;
    while (!text.empty()) {
        const auto value = takeNumber(text);
        const std::size_t length = text.find_first_of("0123456789.");
        const std::string_view name = text.substr(0, length);
        const auto seconds = value ? unitSeconds(name) : std::nullopt;
        if (!seconds)
            return std::nullopt;
        sum += *value * *seconds;
        text.remove_prefix(name.size());
    }
    return sum;
}

std::optional<double> parseRatio(std::string_view text)
{
    const bool isPercent = text.ends_with('%');
    if (isPercent)
        text.remove_suffix(1);
    const auto value = parseNumber(text);
    if (!value || (!isPercent && *value == 1))
        return std::nullopt;
    return isPercent || *value > 1 ? *value / 100 : *value;
}

} // namespace tailspan::scalingfiles
