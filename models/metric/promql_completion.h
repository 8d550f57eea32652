// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::metric {

/// What can stand at a place of a PromQL expression.
struct PromqlPlace {
    enum class Kind : std::uint8_t {
        Nothing,    ///< In a number, a range, behind an operator's word.
        Expression, ///< A metric, a function or an aggregation.
        LabelName,  ///< In braces, or behind by, without, on, ignoring.
        LabelValue, ///< In the quotes behind a label.
    };
    Kind kind = Kind::Nothing;
    std::size_t begin = 0; ///< What is replaced: from there to the cursor.
    std::string prefix;    ///< That text.
    std::string metric;    ///< Whose braces these are; "" where not known.
    std::string label;     ///< Of LabelValue.
};

/// `cursor`: a place in the text, in bytes. Works on expressions that are not finished.
[[nodiscard]] PromqlPlace promqlPlace(std::string_view text, std::size_t cursor);
/// Functions and aggregations that begin with `prefix`, whatever the case.
[[nodiscard]] std::vector<std::string> promqlFunctions(std::string_view prefix);

} // namespace tailspan::metric
