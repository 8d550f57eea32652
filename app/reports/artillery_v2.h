// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/json_document.h"
#include "models/loadtest/load_test_report.h"

namespace tailspan::reports {

/// Fills `report` from the layout that Artillery 2 writes. Values of another kind than expected count as absent.
void readArtilleryV2(const Json &root, loadtest::LoadTestReport &report);

} // namespace tailspan::reports
