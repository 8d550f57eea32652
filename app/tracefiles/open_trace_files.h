// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/tracefiles/trace_reader.h"
#include "models/trace/trace_snapshot.h"

#include <string>
#include <vector>

namespace tailspan::tracefiles {

/// The reader that knows this content, or nullptr.
[[nodiscard]] const TraceReader *sniffTraceFormat(const bytes::Head &head);

/// Formats of traces that are recognised but not read: their name, or "" when the content is none of them.
[[nodiscard]] std::string unsupportedTraceFormat(const bytes::Head &head);

/// Opens trace files together: one snapshot on one time axis, a trace whose spans are in several files is one trace.
/// Blocking; call from a worker. Errors name the file: NotFound, Unsupported (with the list of known formats),
/// Malformed, LimitReached, Cancelled.
[[nodiscard]] Result<trace::TraceSnapshotPtr> openTraceFiles(const std::vector<std::string> &paths,
                                                             std::stop_token stop, Progress &progress);

/// The same for bytes that are in memory.
[[nodiscard]] Result<trace::TraceSnapshotPtr> openTraceBytes(std::shared_ptr<const bytes::ByteSource> source,
                                                             std::stop_token stop, Progress &progress);

} // namespace tailspan::tracefiles
