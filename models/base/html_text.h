// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace tailspan {

/// For the text of HTML and SVG and for their attributes in double quotes: nothing of it can become markup. Line breaks
/// and tabs stay, for <pre>; other control characters become blanks.
[[nodiscard]] std::string htmlEscaped(std::string_view text);
/// "12.3": a number of SVG, whatever the locale; "0" for what is no number.
[[nodiscard]] std::string svgNumber(double value);

} // namespace tailspan
