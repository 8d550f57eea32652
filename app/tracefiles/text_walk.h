// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_details.h"

#include <string_view>

namespace tailspan::tracefiles {

/// The texts of a record of each JSON format without a document: names and values of attributes, and names of events,
/// exactly as the details give them (json_details.h). False for what only the details can give: escapes, numbers with
/// fractions, nested values, fields that come twice, text that is not UTF-8, broken records. The visitor may have been
/// called before; whoever gets false reads the details instead.
/// Thread: any; keeps its memory for the next record of the same thread.
[[nodiscard]] bool walkJaegerTexts(std::string_view record, trace::RecordPart part, const trace::TextVisitor &visit);
[[nodiscard]] bool walkOtlpTexts(std::string_view record, trace::RecordPart part, const trace::TextVisitor &visit);
[[nodiscard]] bool walkZipkinTexts(std::string_view record, const trace::TextVisitor &visit);

} // namespace tailspan::tracefiles
