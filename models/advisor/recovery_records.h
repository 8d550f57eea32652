// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// One recovery as the target recorded it (its table recovery_records): what was tried on which service, and whether it
/// helped by its own account.
struct RecoveryRecord {
    std::string service;
    std::string cause; ///< As the stored plan names it; empty where it does not.
    std::vector<std::string> actions;
    bool helped = false;
    std::int64_t atNs = 0;
    std::optional<double> seconds; ///< How long it took.
};

/// A step of a plan that is stored and not executed, with what it would overwrite.
struct PlannedStep {
    std::string action;     ///< "restore_config", "warm_cache", ...
    std::string target;     ///< Key or object
    std::string overwrites; ///< What stands there now, in words; empty: not known.
};

/// The newest stored plan of a service.
struct RecoveryPlan {
    std::string service;
    std::string cause;
    std::vector<PlannedStep> steps;
    std::optional<double> statedConfidence; ///< As stored, 0 to 100.
    std::int64_t atNs = 0;
};

struct RecoveryRecords {
    std::vector<RecoveryRecord> records; ///< By time.
    std::vector<RecoveryPlan> plans;
};

} // namespace tailspan::advisor
