// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <span>

namespace tailspan::loadtest {

/// Fills scenarios, thresholds and checks of `merged` from its parts. Limits on the duration, the failures and the
/// number of all requests are judged by the merged figures; of any other each part knows its own share only, so they
/// are open and a note says so.
void mergeVerdicts(std::span<const LoadTestReportPtr> parts, LoadTestReport &merged);

} // namespace tailspan::loadtest
