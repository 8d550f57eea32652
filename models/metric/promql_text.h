// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace tailspan::metric {

/// Every `what` in the text becomes `with`.
void replaceAll(std::string &text, std::string_view what, std::string_view with);
/// A value of a label as PromQL writes it, in quotes.
[[nodiscard]] std::string quotedLabel(std::string_view value);

} // namespace tailspan::metric
