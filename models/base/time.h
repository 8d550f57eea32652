// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <limits>

namespace tailspan {

/// Sums and differences that stop at the ends of int64 instead of overflowing: time stamps from outside may be
/// anything, and a sum at the limit is still drawn and sorted, only badged.
[[nodiscard]] constexpr std::int64_t saturatingAdd(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(a, b, &sum))
        return sum;
    return b > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

[[nodiscard]] constexpr std::int64_t saturatingSubtract(std::int64_t a, std::int64_t b)
{
    std::int64_t difference = 0;
    if (!__builtin_sub_overflow(a, b, &difference))
        return difference;
    return b < 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

[[nodiscard]] constexpr std::int64_t saturatingMultiply(std::int64_t a, std::int64_t b)
{
    std::int64_t product = 0;
    if (!__builtin_mul_overflow(a, b, &product))
        return product;
    return (a < 0) == (b < 0) ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

/// A length of time in nanoseconds.
class Duration {
public:
    constexpr Duration() = default;
    constexpr explicit Duration(std::int64_t ns) : m_ns(ns) {}
    [[nodiscard]] static constexpr Duration microseconds(std::int64_t us)
    {
        return Duration(saturatingMultiply(us, 1'000));
    }
    [[nodiscard]] static constexpr Duration milliseconds(std::int64_t ms)
    {
        return Duration(saturatingMultiply(ms, 1'000'000));
    }
    [[nodiscard]] static constexpr Duration seconds(std::int64_t s)
    {
        return Duration(saturatingMultiply(s, 1'000'000'000));
    }

    [[nodiscard]] constexpr std::int64_t ns() const { return m_ns; }
    [[nodiscard]] constexpr double toSeconds() const { return static_cast<double>(m_ns) / 1e9; }
    friend constexpr auto operator<=>(Duration, Duration) = default;
    friend constexpr Duration operator+(Duration a, Duration b) { return Duration(saturatingAdd(a.m_ns, b.m_ns)); }
    friend constexpr Duration operator-(Duration a, Duration b) { return Duration(saturatingSubtract(a.m_ns, b.m_ns)); }
    constexpr Duration &operator+=(Duration other) { return *this = *this + other; }

private:
    std::int64_t m_ns = 0;
};

/// An instant: nanoseconds since the Unix epoch, UTC.
class TimePoint {
public:
    constexpr TimePoint() = default;
    constexpr explicit TimePoint(std::int64_t nsSinceEpoch) : m_ns(nsSinceEpoch) {}

    [[nodiscard]] constexpr std::int64_t ns() const { return m_ns; }
    friend constexpr auto operator<=>(TimePoint, TimePoint) = default;
    friend constexpr TimePoint operator+(TimePoint t, Duration d) { return TimePoint(saturatingAdd(t.m_ns, d.ns())); }
    friend constexpr TimePoint operator-(TimePoint t, Duration d)
    {
        return TimePoint(saturatingSubtract(t.m_ns, d.ns()));
    }
    friend constexpr Duration operator-(TimePoint a, TimePoint b)
    {
        return Duration(saturatingSubtract(a.m_ns, b.m_ns));
    }

private:
    std::int64_t m_ns = 0;
};

/// Half open: [begin, end). A default range is empty.
struct TimeRange {
    TimePoint begin;
    TimePoint end;

    [[nodiscard]] constexpr Duration length() const { return end - begin; }
    [[nodiscard]] constexpr bool isEmpty() const { return !(begin < end); }
    [[nodiscard]] constexpr bool contains(TimePoint t) const { return begin <= t && t < end; }
    /// The smallest range that holds both; an empty one adds nothing.
    [[nodiscard]] constexpr TimeRange united(TimeRange other) const
    {
        if (isEmpty())
            return other;
        if (other.isEmpty())
            return *this;
        return {std::min(begin, other.begin), std::max(end, other.end)};
    }
    friend constexpr bool operator==(TimeRange, TimeRange) = default;
};

} // namespace tailspan
