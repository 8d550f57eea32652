// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "tests/sim/service_board.h"
#include "tests/sim/stored_record.h"

namespace tailspan::sim {

/// Where records go. Thread: the simulation's. After an error a sink is used no more.
class Sink {
public:
    virtual ~Sink() = default;
    /// May keep it until flush().
    [[nodiscard]] virtual Result<> addRecord(const StoredRecord &record) = 0;
    [[nodiscard]] virtual Result<> addRecovery(const RecoveryRecord &) { return {}; }
    /// Comes about once a second.
    [[nodiscard]] virtual Result<> addState(const ServiceBoard &, std::int64_t) { return {}; }
    /// Hands over what was added.
    [[nodiscard]] virtual Result<> flush() = 0;
    /// Comes once, after the last record and flush().
    [[nodiscard]] virtual Result<> finish() { return {}; }
};

} // namespace tailspan::sim
