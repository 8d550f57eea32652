// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/trace_snapshot.h"

#include <iosfwd>
#include <string>

namespace tailspan::capture {

/// Writes the spans of a snapshot as OTLP JSON, one document: what is on the screen, to be opened again here or
/// elsewhere. Attributes, events and bodies stay behind: they are read from the stores one span at a time, and a file
/// that travels must not carry secrets by accident.
///
/// OTLP has 16 bytes for a trace id and 8 for a span id. Longer or other ids are folded into these, the same id to the
/// same bytes, and kept as attributes `tailspan.trace_id` and `tailspan.span_id`. Parents are those that are shown; a
/// worked-out one is marked by `tailspan.parent_confidence`.
void writeOtlp(const trace::TraceSnapshot &snapshot, std::ostream &out);

/// The same into a file, which appears complete or not at all. Errors: Internal, with the system's words.
[[nodiscard]] Result<> writeOtlpFile(const trace::TraceSnapshot &snapshot, const std::string &path);

} // namespace tailspan::capture
