// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/tracefiles/trace_reader.h"

#include <memory>

namespace tailspan::tracefiles {

/// Reads the details of a span again from the file it came from, and masks secrets unless asked not to.
[[nodiscard]] std::shared_ptr<const trace::SpanDetailSource> makeFileDetails(
    std::shared_ptr<const bytes::ByteSource> source, const TraceReader &reader);

} // namespace tailspan::tracefiles
