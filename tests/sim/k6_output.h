// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "tests/sim/load_run.h"

namespace tailspan::sim {

/// The run as k6 writes it with `--out json`: every sample of every request, with the trace id in the metadata as the
/// instrumentation for Tempo puts it there, the users once a second, and the limits of the test.
[[nodiscard]] Result<> writeK6Output(const std::vector<LoadRequest> &run, std::int64_t startNs,
                                     const std::string &path);

} // namespace tailspan::sim
