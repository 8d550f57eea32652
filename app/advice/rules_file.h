// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/rules.h"

#include <string>
#include <string_view>

namespace tailspan::advice {

/// The thresholds that come with the program: resources/rules/advisor.yaml. Its correctness is a matter of tests; what
/// is wrong in it ends up as a rule without a value, with which no detector finds anything.
[[nodiscard]] const advisor::Rules &builtInRules();

/// Thresholds in YAML: sections of `name: {value: number, unit: text, source: text}`. The name in full is
/// "section.name". Errors: Malformed with the line, also for an unknown key; LimitReached as yaml::readDocument().
[[nodiscard]] Result<advisor::Rules> parseRules(std::string_view text, const std::string &name);

/// The built-in thresholds with those of a user's file in their place: the same form, or `name: number` alone; what the
/// file does not name stays. Errors: as parseRules(), and for a rule that does not exist.
[[nodiscard]] Result<advisor::Rules> rulesWith(std::string_view ownText, const std::string &name);

} // namespace tailspan::advice
