// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/json/block_reader.h"
#include "app/tracefiles/span_document.h"

namespace tailspan::tracefiles {

/// Where a file may be cut into blocks and the state in which each block but the first begins.
struct CutPlan {
    json::CutRule rule = json::CutRule::never();
    FrameStack stackAtCuts;
    bool isByLine = false; ///< Each line is a document, so that a damaged one costs no other.
};

/// Learns from the first megabyte how the spans of a file stand: a document a line, or an array of spans whose objects
/// open alike, with the same two keys. A file that is neither is read as one block.
[[nodiscard]] Result<CutPlan> planCuts(const SpanDocumentFormat &format, const bytes::ByteSource &source);

} // namespace tailspan::tracefiles
