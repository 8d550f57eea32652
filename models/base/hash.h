// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tailspan {

/// Spreads all bits of a 64-bit value over the result: the finalizer of splitmix64 (Steele, Lea, Flood 2014).
[[nodiscard]] constexpr std::uint64_t mixBits(std::uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9ULL;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/// A hash of a short string, eight bytes a step. Not for adversaries' hash tables that must not degrade:
/// tables that use it probe linearly over mixed bits and stay correct under any collision.
[[nodiscard]] inline std::uint64_t hashBytes(std::string_view text, std::uint64_t seed = 0)
{
    std::uint64_t hash = seed ^ (text.size() * 0x9e3779b97f4a7c15ULL);
    const char *p = text.data();
    std::size_t left = text.size();
    while (left >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, p, 8);
        hash = mixBits(hash ^ word);
        p += 8;
        left -= 8;
    }
    std::uint64_t word = 0;
    if (left > 0)
        std::memcpy(&word, p, left);
    return mixBits(hash ^ word);
}

} // namespace tailspan
