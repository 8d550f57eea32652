// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace tailspan::sim {

/// Random numbers that are the same for a seed everywhere: the distributions of the standard library may differ
/// between its versions.
class RandomSource {
public:
    explicit RandomSource(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next();
    double unit(); ///< 0 <= x < 1
    bool chance(double probability) { return unit() < probability; }
    double exponential(double mean);
    /// Latencies look like this: half are below the median, a few far above.
    double logNormal(double median, double sigma);
    std::string uuid(); ///< Version 4.

private:
    std::uint64_t m_state;
};

} // namespace tailspan::sim
