// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/data_quality.h"
#include "models/trace/span_table.h"
#include "models/trace/time_bounds.h"

#include <cstdint>
#include <vector>

namespace tailspan::trace {

/// A span as a reader saw it, before it has a place in a tree. String ids belong to the pool of its batch.
struct SpanDraft {
    Id trace;
    Id span;
    Id parent;
    std::int64_t startNs = 0;    ///< Where none was recorded 0, and kMarkTimeOutOfRange is set.
    std::int64_t durationNs = 0; ///< As recorded: may be negative.
    std::uint64_t recordOffset = 0;
    std::uint32_t recordLength = 0;
    StringId service;
    StringId operation;
    std::uint32_t resource = SpanTable::kNoResource; ///< From TraceBuilder::addResource.
    SpanMarks marks = 0;
    std::uint16_t file = 0; ///< Set by TraceBuilder::add.
    SpanKind kind = SpanKind::Unspecified;
    SpanStatus status = SpanStatus::Unset;
};

/// Whether the start is one; `clockBeginsAtZero` as for isPlausibleTime.
[[nodiscard]] inline bool hasPlausibleStart(const SpanDraft &span, bool clockBeginsAtZero)
{
    return (span.marks & kMarkTimeOutOfRange) == 0 && isPlausibleTime(span.startNs, clockBeginsAtZero);
}

/// The spans of one block of an input, in their order there.
struct SpanBatch {
    std::vector<SpanDraft> spans;
    /// For stores that record whom a span called instead of resolvable parents: service names of span i are
    /// neighbors[neighborBegin[i] .. neighborBegin[i + 1]). Empty when the input has no such thing.
    std::vector<std::uint32_t> neighborBegin;
    std::vector<StringId> neighbors;
};

} // namespace tailspan::trace
