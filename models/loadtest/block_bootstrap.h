// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tailspan::loadtest {

/// Random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).
class SeededRandom {
public:
    explicit SeededRandom(std::uint64_t seed) : m_state(seed) {}
    [[nodiscard]] std::uint64_t next();
    /// 0 to bound - 1; bound at least 1.
    [[nodiscard]] std::size_t below(std::size_t bound);
    /// [0, 1)
    [[nodiscard]] double unit();

private:
    std::uint64_t m_state;
};

/// For how many steps values depend on those before: the integrated autocorrelation time, one half plus the sum of the
/// autocorrelations (Sokal 1997, "Monte Carlo methods in statistical mechanics") up to the first that chance explains:
/// in short series the sum of the others is mostly noise.
/// One half for independent values.
[[nodiscard]] double autocorrelationTime(std::span<const double> values);

/// How steps of time are drawn: blocks of neighbors, so that what hangs together stays together (moving-block
/// bootstrap, Kuensch 1989).
struct BlockPlan {
    std::size_t blockSteps = 1;
    std::size_t blocks = 0; ///< Drawn in each round: as many as cover the steps.
};
inline constexpr std::size_t kFewestBlocks = 20;

/// Blocks of at least three autocorrelation times, about thirty of them. nullopt: fewer than kFewestBlocks would fit,
/// the stretch of time is too short for what it depends on.
[[nodiscard]] std::optional<BlockPlan> planBlocks(std::size_t steps, double autocorrelationTime);

} // namespace tailspan::loadtest
