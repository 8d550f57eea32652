// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/query_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tailspan::trace {

namespace {

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::optional<Duration> parseDuration(std::string_view text)
{
    struct Unit {
        std::string_view name;
        double ns;
    };
    constexpr std::array<Unit, 9> kUnits{{{"ns", 1},
                                          {"us", 1e3},
                                          {"µs", 1e3},
                                          {"μs", 1e3},
                                          {"ms", 1e6},
                                          {"s", 1e9},
                                          {"m", 6e10},
                                          {"h", 3.6e12},
                                          {"d", 8.64e13}}};
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || !std::isfinite(number) || number < 0)
        return std::nullopt;
    std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
    while (!rest.empty() && rest.front() == ' ')
        rest.remove_prefix(1);
    for (const Unit &unit : kUnits) {
        if (rest == unit.name && number * unit.ns < 9.2e18)
            return Duration(std::llround(number * unit.ns));
    }
    return std::nullopt;
}

Result<std::optional<DurationBound>> parseDurationBound(std::string_view text)
{
    constexpr std::string_view kName = "duration";
    if (text.size() <= kName.size() || loweredText(text.substr(0, kName.size())) != kName)
        return std::optional<DurationBound>();
    const char direction = text[kName.size()];
    if (direction != '>' && direction != '<')
        return std::optional<DurationBound>();
    std::string_view value = text.substr(kName.size() + 1);
    const bool isInclusive = value.starts_with('=');
    value.remove_prefix(isInclusive ? 1 : 0);
    const std::optional<Duration> read = parseDuration(value);
    if (!read)
        return fail(ErrorCode::Malformed,
                    "\"" + std::string(value) + "\" is not a duration. Write a number and a unit: duration"
                        + std::string(1, direction) + "500ms");
    const Duration step(isInclusive ? 0 : 1);
    return std::optional(direction == '>' ? DurationBound{true, *read + step} : DurationBound{false, *read - step});
}

std::string loweredText(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lowered);
    return result;
}

bool containsLowered(std::string_view text, std::string_view needle)
{
    const auto found = std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                                   [](char a, char b) { return lowered(a) == b; });
    return found != text.end() || needle.empty();
}

} // namespace tailspan::trace
