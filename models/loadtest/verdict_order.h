// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstddef>
#include <vector>

namespace tailspan::loadtest {

/// True when the file's own judgement of a scenario and ours differ: one says passed and the other does not.
[[nodiscard]] bool isDisputed(const Scenario &scenario);

/// One line of a verdict table.
struct VerdictLine {
    const Verdict *verdict = nullptr; ///< Points into the report.
    bool isDisputed = false;          ///< Its scenario is disputed, and this verdict takes part in it.
};

/// Every verdict in the order to show: disputed scenarios first, then failed, then open, then passed; inside a
/// scenario the file's own before ours.
[[nodiscard]] std::vector<VerdictLine> verdictsToShow(const LoadTestReport &report);

struct VerdictCounts {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t open = 0; ///< Cannot be judged.
};
[[nodiscard]] VerdictCounts countVerdicts(const LoadTestReport &report);

} // namespace tailspan::loadtest
