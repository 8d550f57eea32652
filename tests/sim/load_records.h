// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/load_run.h"
#include "tests/sim/sink.h"

namespace tailspan::sim {

/// The record that the collector keeps of a call of a load test.
[[nodiscard]] StoredRecord loadRecord(const Call &call);
/// All of the run, in the order in which the collector gets them.
[[nodiscard]] Result<> writeLoadRecords(const std::vector<LoadRequest> &run, Sink &sink);

} // namespace tailspan::sim
