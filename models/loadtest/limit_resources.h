// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/limit.h"

#include <optional>

namespace tailspan::loadtest {

/// Judges a Resource limit by what stores of metrics measured during the run, or during `range`. Of several series the
/// worst one counts, and the note says which. A breach begins with the earliest point of any series that broke the
/// limit. Without values the verdict stays open, with the reason in its note.
void judgeResource(const LoadTestReport &report, const Limit &limit, std::optional<TimeRange> range,
                   const LimitInputs &inputs, Verdict &verdict);

} // namespace tailspan::loadtest
