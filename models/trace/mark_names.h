// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_table.h"

#include <string_view>
#include <vector>

namespace tailspan::trace {

/// The stable names of a span's marks, as JSON output has them: "inferred-parent", "outside-parent", ...
[[nodiscard]] std::vector<std::string_view> markNames(SpanMarks marks);

} // namespace tailspan::trace
