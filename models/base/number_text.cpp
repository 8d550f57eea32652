// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/number_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

namespace tailspan {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

template <class... Args>
std::string format(const char *pattern, Args... args)
{
    std::array<char, 96> text{};
    // NOLINTNEXTLINE: every caller passes a literal pattern
    const int length = std::snprintf(text.data(), text.size(), pattern, args...);
    return {text.data(), std::min(static_cast<std::size_t>(std::max(length, 0)), text.size() - 1)};
}

/// Beyond this a number is written with an exponent: nobody reads a row of 300 digits.
constexpr double kLongestPlain = 1e18;

/// Three significant digits without an exponent down to 1e-9, which is a nanosecond of a second.
std::string smallDigits(double value)
{
    const double size = std::abs(value);
    if (size >= 1e-4 || size == 0)
        return format("%.3g", value);
    if (size < 1e-9)
        return format("%.2e", value);
    const int firstDigit = static_cast<int>(std::ceil(-std::log10(size)));
    std::string text = format("%.*f", firstDigit + 2, value);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

/// Three significant digits for 1 <= value < 1000; fewer decimals when they are zeros of a whole number.
std::string threeDigits(double value)
{
    if (value >= 99.95)
        return format("%.0f", value);
    if (std::abs(value - std::round(value)) < 1e-9)
        return format("%.0f", value);
    return value >= 9.995 ? format("%.1f", value) : format("%.2f", value);
}

std::string twoUnits(std::uint64_t ns, std::int64_t big, const char *bigName, std::int64_t small, const char *smallName)
{
    const auto rounded = (ns + static_cast<std::uint64_t>(small) / 2) / static_cast<std::uint64_t>(small);
    const auto perBig = static_cast<std::uint64_t>(big / small);
    return format("%llu %s %02llu %s", static_cast<unsigned long long>(rounded / perBig), bigName,
                  static_cast<unsigned long long>(rounded % perBig), smallName);
}

std::string magnitudeText(std::uint64_t ns)
{
    if (ns < 1'000)
        return format("%llu ns", static_cast<unsigned long long>(ns));
    // Each limit is where three digits would round up into the next unit.
    if (ns < 999'500)
        return threeDigits(static_cast<double>(ns) / 1e3) + " µs";
    if (ns < 999'500'000)
        return threeDigits(static_cast<double>(ns) / 1e6) + " ms";
    if (ns < 59'950'000'000ULL)
        return threeDigits(static_cast<double>(ns) / 1e9) + " s";
    if (ns < static_cast<std::uint64_t>(kHour) - kSecond / 2)
        return twoUnits(ns, kMinute, "m", kSecond, "s");
    if (ns < static_cast<std::uint64_t>(kDay) - kMinute / 2)
        return twoUnits(ns, kHour, "h", kMinute, "m");
    return twoUnits(ns, kDay, "d", kHour, "h");
}

/// False for the last days at the lower end of int64 (September 1677): their midnight is beyond it.
bool hasMidnight(std::int64_t ns)
{
    return ns >= std::numeric_limits<std::int64_t>::min() + kDay;
}

} // namespace

std::string durationText(Duration duration)
{
    const std::int64_t ns = duration.ns();
    if (ns >= 0)
        return magnitudeText(static_cast<std::uint64_t>(ns));
    return "-" + magnitudeText(~static_cast<std::uint64_t>(ns) + 1);
}

std::string countText(std::uint64_t count)
{
    std::string digits = std::to_string(count);
    for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
        digits.insert(static_cast<std::size_t>(place), 1, ',');
    return digits;
}

std::string rateText(double perSecond)
{
    if (!std::isfinite(perSecond))
        return "no data";
    if (perSecond < 0)
        return "-" + rateText(-perSecond);
    if (perSecond >= kLongestPlain)
        return format("%.2e/s", perSecond);
    if (perSecond >= 999'500'000)
        return decimalText(perSecond / 1e6) + "M/s";
    if (perSecond >= 999'500)
        return threeDigits(perSecond / 1e6) + "M/s";
    if (perSecond >= 999.5)
        return format(perSecond >= 99'950 ? "%.0fk/s" : "%.1fk/s", perSecond / 1e3);
    if (perSecond > 0 && perSecond < 0.01)
        return smallDigits(perSecond * 3600) + "/h";
    return (perSecond >= 99.95 ? format("%.0f", perSecond) : smallDigits(perSecond)) + "/s";
}

std::string percentText(double ratio)
{
    if (!std::isfinite(ratio))
        return "no data";
    const double percent = ratio * 100;
    if (percent != 0 && std::abs(percent) < 0.05)
        return percent > 0 ? "< 0.1 %" : "> -0.1 %";
    if (std::abs(percent) >= kLongestPlain)
        return format("%.2e %%", percent);
    return std::abs(percent) < 9.95 && percent != 0 ? format("%.1f %%", percent) : format("%.0f %%", percent);
}

std::string bytesText(std::uint64_t bytes)
{
    constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1023.5 && unit + 1 < kUnits.size()) {
        value /= 1024;
        ++unit;
    }
    return unit == 0 || value >= 99.95 ? format("%.0f %s", value, kUnits[unit])
                                       : format("%.1f %s", value, kUnits[unit]);
}

std::string decimalText(double value)
{
    if (!std::isfinite(value))
        return "no data";
    const double size = std::abs(value);
    if (size >= kLongestPlain)
        return format("%.2e", value);
    if (size >= 999.5)
        return (value < 0 ? "-" : "") + countText(static_cast<std::uint64_t>(std::llround(size)));
    return smallDigits(value);
}

std::string isoText(TimePoint time)
{
    using namespace std::chrono;
    if (!hasMidnight(time.ns()))
        return std::to_string(time.ns()) + " ns (out of range)";
    const sys_time<nanoseconds> instant{nanoseconds(time.ns())};
    const auto day = floor<days>(instant);
    const year_month_day date{day};
    const hh_mm_ss clock{instant - day};
    std::string text = format("%04d-%02u-%02uT%02d:%02d:%02d", int{date.year()}, unsigned{date.month()},
                              unsigned{date.day()}, static_cast<int>(clock.hours().count()),
                              static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    const auto fraction = static_cast<long>(clock.subseconds().count());
    if (fraction % 1'000'000 == 0)
        text += fraction == 0 ? std::string() : format(".%03ld", fraction / 1'000'000);
    else
        text += fraction % 1'000 == 0 ? format(".%06ld", fraction / 1'000) : format(".%09ld", fraction);
    return text + "Z";
}

std::string clockText(TimePoint time, bool withMilliseconds)
{
    const std::string iso = isoText(time);
    const std::size_t clock = iso.find('T');
    if (clock == std::string::npos)
        return iso;
    const std::string seconds = iso.substr(clock + 1, 8);
    if (!withMilliseconds)
        return seconds;
    const std::int64_t inSecond = ((time.ns() % kSecond) + kSecond) % kSecond;
    return seconds + format(".%03lld", static_cast<long long>(inSecond / 1'000'000));
}

std::string pluralText(std::uint64_t count, const char *one, const char *many)
{
    return countText(count) + " " + (count == 1 ? one : many);
}

} // namespace tailspan
