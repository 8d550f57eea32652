// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_details.h"

#include <string_view>

namespace tailspan::tracefiles {

/// The details of one record of each JSON format. Nothing is masked here. Values of objects and arrays come as compact
/// JSON text; a record whose nesting is deeper than 256 is Malformed. Errors: Malformed.
[[nodiscard]] Result<trace::SpanDetails> jaegerDetails(std::string_view record, std::string_view process);
[[nodiscard]] Result<trace::SpanDetails> otlpDetails(std::string_view record, std::string_view resource);
[[nodiscard]] Result<trace::SpanDetails> zipkinDetails(std::string_view record);

} // namespace tailspan::tracefiles
