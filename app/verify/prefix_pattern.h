// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tailspan::verify {

/// "abc%" that the planner takes for about as many rows as the statement's own patterns select: `value` cut to so many
/// letters that `share` of the column's values begin alike (unknown: a few letters). `bounds` are the values of the
/// histogram, of which `value` may be one. The planner counts how many of them match; a bound's own letters always match
/// one, a hundredth of the rows where most patterns match none (selfuncs.c: histogram_selectivity). So where no other
/// bound begins alike the last letter is another one's.
[[nodiscard]] std::string prefixPattern(const std::string &value, const std::vector<std::string> &bounds,
                                        std::optional<double> share);

} // namespace tailspan::verify
