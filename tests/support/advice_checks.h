// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/runner.h"

#include <string>
#include <string_view>

namespace tailspan::test {

/// What the detectors of pools and scaling say, with the thresholds that come with the program; others would find
/// things of their own in the same inputs.
[[nodiscard]] advisor::Advice scalingAdvice(const advisor::Inputs &inputs);
/// The first finding of a detector; null when there is none.
[[nodiscard]] const advisor::Finding *findingOf(const advisor::Advice &advice, std::string_view detector);
/// All findings in a line, for the message of a test that failed.
[[nodiscard]] std::string titlesOf(const advisor::Advice &advice);
[[nodiscard]] bool has(std::string_view text, std::string_view part);

} // namespace tailspan::test
