// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/limit_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace tailspan::loadtest {

std::string_view withoutBlanks(std::string_view text)
{
    const auto isBlank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::optional<LimitText> parseLimitText(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, const char *>, 8> kComparisons{{{"<=", "<="},
                                                                                     {">=", ">="},
                                                                                     {"<", "<"},
                                                                                     {">", ">"},
                                                                                     {"at most", "<="},
                                                                                     {"at least", ">="},
                                                                                     {"below", "<"},
                                                                                     {"above", ">"}}};
    LimitText result;
    text = withoutBlanks(text);
    for (const auto &[words, comparison] : kComparisons) {
        if (!text.starts_with(words))
            continue;
        result.comparison = comparison;
        text = withoutBlanks(text.substr(words.size()));
        break;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result.value);
    if (error != std::errc() || !std::isfinite(result.value))
        return std::nullopt;
    result.unit = withoutBlanks(text.substr(static_cast<std::size_t>(end - text.data())));
    return result;
}

std::optional<Duration> durationOf(const LimitText &text)
{
    constexpr std::array<std::pair<std::string_view, double>, 9> kUnits{{{"ns", 1},
                                                                         {"us", 1e3},
                                                                         {"µs", 1e3},
                                                                         {"ms", 1e6},
                                                                         {"s", 1e9},
                                                                         {"m", 60e9},
                                                                         {"min", 60e9},
                                                                         {"h", 3600e9},
                                                                         {"d", 86400e9}}};
    for (const auto &[unit, ns] : kUnits) {
        if (text.unit == unit && text.value >= 0 && text.value * ns < 9e18)
            return Duration(std::llround(text.value * ns));
    }
    return std::nullopt;
}

std::optional<Duration> parseDurationText(std::string_view text)
{
    const auto parsed = parseLimitText(text);
    return parsed && parsed->comparison.empty() ? durationOf(*parsed) : std::nullopt;
}

} // namespace tailspan::loadtest
