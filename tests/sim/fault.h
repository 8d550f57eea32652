// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::sim {

enum class FaultKind : std::uint8_t {
    SlowQuery,
    NPlusOne,
    RetryStorm,
    ErrorBurst,
    Leak,
    PoolWait,
    ChattyRpc,
    BadVersion,
    BadInstance
};

/// What is known of each kind of fault, for parsing, help and the truth file.
struct FaultInfo {
    FaultKind kind = FaultKind::SlowQuery;
    const char *id = "";        ///< "slow-query"
    const char *parameter = ""; ///< What PARAM means: "extraMs"
    double fallback = 0;        ///< PARAM when none is given
    const char *effect = "";    ///< One sentence
};
[[nodiscard]] const std::vector<FaultInfo> &faultInfos();
[[nodiscard]] const FaultInfo &faultInfo(FaultKind kind);

/// A fault that is planted in one service for a while; times are seconds since the start of the run.
struct Fault {
    FaultKind kind = FaultKind::SlowQuery;
    std::string service;
    double parameter = 0;
    double fromS = 0;
    double toS = std::numeric_limits<double>::infinity();

    [[nodiscard]] bool isActiveAt(double seconds) const { return seconds >= fromS && seconds < toS; }
};

/// Reads "KIND:SERVICE[:PARAM][@FROM-TO]", FROM and TO in seconds, TO may be left out: "slow-query:auth:400@60-120".
[[nodiscard]] Result<Fault> parseFault(std::string_view text);
/// The operation of the service that the fault strikes; nullptr when it strikes all of them.
[[nodiscard]] const char *struckOperation(const Fault &fault);

} // namespace tailspan::sim
