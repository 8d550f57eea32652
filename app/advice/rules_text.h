// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace tailspan::advice {

/// The text of resources/rules/advisor.yaml, compiled in.
[[nodiscard]] std::string_view builtInRulesText();

} // namespace tailspan::advice
