// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/json_document.h"
#include "models/loadtest/load_test_report.h"

#include <string>

namespace tailspan::reports {

/// Appends one suite of the target's performance tests ({passed, details, metrics, error}): a scenario for each of its
/// tests with the file's own verdict and Tailspan's, nominal stages, and notes about what the file does not tell.
void addAzoraSuite(const Json &suite, const std::string &suiteName, loadtest::LoadTestReport &report);

/// The notes that hold for every file of these suites.
void addAzoraNotes(loadtest::LoadTestReport &report);

} // namespace tailspan::reports
