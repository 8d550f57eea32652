// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_details.h"
#include "models/trace/trace_builder.h"

#include <stop_token>
#include <string>
#include <string_view>

namespace tailspan::tracefiles {

/// Adds records of the target's collector, JSON objects one a line, to an input of a builder; odd ones are counted in
/// its quality. One thread; the records are not kept. Errors: Cancelled.
[[nodiscard]] Result<> addStoredRecords(std::string records, trace::TraceBuilder &builder, std::uint16_t input,
                                        std::stop_token stop);

/// The details of one such record. Nothing is masked here. Errors: Malformed.
[[nodiscard]] Result<trace::SpanDetails> storedRecordDetails(std::string_view record);

} // namespace tailspan::tracefiles
