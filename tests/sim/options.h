// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "tests/sim/fault.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::sim {

/// What the command line asks for.
struct Options {
    std::uint64_t seed = 1;
    double ratePerS = 50;            ///< Records a second, on average and without faults.
    std::optional<double> durationS; ///< Absent: until it is stopped.
    std::optional<std::int64_t> startNs;
    bool isFast = false; ///< Does not wait for the clock.
    std::vector<Fault> faults;
    std::string redisUrl, postgresAddress, folder, truthPath, metricsHistoryPath;
    std::optional<std::uint16_t> metricsPort;
    bool showsHelp = false;

    [[nodiscard]] bool hasStore() const { return !redisUrl.empty() || !postgresAddress.empty(); }
};

[[nodiscard]] Result<Options> parseOptions(const std::vector<std::string> &arguments, std::int64_t nowNs);
[[nodiscard]] std::string usage();

} // namespace tailspan::sim
