// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/random_source.h"

#include <cmath>
#include <numbers>

namespace tailspan::sim {

std::uint64_t RandomSource::next()
{
    // SplitMix64 (Steele, Lea, Flood 2014).
    m_state += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = m_state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

double RandomSource::unit()
{
    return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

double RandomSource::exponential(double mean)
{
    return -mean * std::log(1.0 - unit());
}

double RandomSource::logNormal(double median, double sigma)
{
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    return median * std::exp(sigma * radius * std::cos(2.0 * std::numbers::pi * unit()));
}

std::string RandomSource::uuid()
{
    constexpr char kDigits[] = "0123456789abcdef";
    std::uint64_t bits[2] = {next(), next()};
    bits[0] = (bits[0] & ~0xf000ULL) | 0x4000ULL;
    bits[1] = (bits[1] & ~(3ULL << 62U)) | (2ULL << 62U);
    std::string text;
    text.reserve(36);
    for (unsigned i = 0; i < 32; ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            text += '-';
        text += kDigits[(bits[i / 16] >> (60U - 4U * (i % 16U))) & 15U];
    }
    return text;
}

} // namespace tailspan::sim
