// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <string>

namespace tailspan::test {

/// What every report promises, whatever its file holds: steps ascending and disjoint, never more failures than
/// requests, rows that exist, finite figures, texts that are UTF-8, no passed verdict of ours without a figure.
/// The first broken promise in words, or "".
[[nodiscard]] std::string brokenPromise(const loadtest::LoadTestReport &report);

} // namespace tailspan::test
