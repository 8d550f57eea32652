// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/trace/trace_snapshot.h"

#include <optional>

namespace tailspan::advisor {

/// The first span that the evidence of a finding names and that is loaded; where it names traces only, the first span
/// there of the service and operation that the finding is about.
[[nodiscard]] std::optional<SpanRow> namedSpan(const Finding &finding, const trace::TraceSnapshot &snapshot);

} // namespace tailspan::advisor
