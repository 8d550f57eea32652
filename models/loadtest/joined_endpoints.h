// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <span>
#include <vector>

namespace tailspan::loadtest {

/// The endpoints over time of several parts of one run, added up; rows are those of `endpoints`, found by name. Empty
/// where a part with requests holds none: half of a run must not stand for all of it.
[[nodiscard]] EndpointTimeline joinedEndpoints(std::span<const LoadTestReportPtr> parts,
                                               const std::vector<Endpoint> &endpoints);

} // namespace tailspan::loadtest
