// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "tests/sim/load_run.h"

namespace tailspan::sim {

inline constexpr const char *kPoolAlert = "PaymentPoolExhausted";
/// How long requests have to wait for a connection, at every look, until that alert fires; so it stands in
/// packaging/demo/loadtest-alerts.yml.
inline constexpr std::int64_t kPoolAlertForNs = 10'000'000'000;

/// What Prometheus would have kept of the services during the run and some minutes around it, as OpenMetrics text for
/// `promtool tsdb create-blocks-from openmetrics`: the series of ServiceBoard with one instance of each service, the pool
/// of payment as the run's queue has it, and ALERTS as the rule above makes it.
[[nodiscard]] Result<> writeLoadMetrics(const std::vector<LoadRequest> &run, std::int64_t startNs,
                                        const std::string &path);

} // namespace tailspan::sim
