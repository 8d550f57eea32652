// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/strong_id.h"
#include "models/base/time.h"
#include "models/trace/span_id.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::trace {

enum class SpanKind : std::uint8_t { Unspecified, Internal, Server, Client, Producer, Consumer };
enum class SpanStatus : std::uint8_t { Unset, Ok, Error };
/// Where a span's place in the tree comes from.
enum class ParentOrigin : std::uint8_t { Root, Recorded, Inferred };

/// What is special about a span; each is badged in the waterfall and, where it is a repair, has a ledger entry.
enum SpanMark : std::uint16_t {
    kMarkInferredParent = 1 << 0,   ///< The parent was worked out, not recorded.
    kMarkUnresolvedParent = 1 << 1, ///< Names a parent that is not in the data; shown as a root.
    kMarkSelfParent = 1 << 2,       ///< Named itself as its parent; shown as a root.
    kMarkCycle = 1 << 3,            ///< Member of a parent cycle.
    kMarkCycleCut = 1 << 4,         ///< The member at which the cycle was cut; shown as a root.
    kMarkDuplicateId = 1 << 5,      ///< Shares its span id with another span of the trace.
    kMarkOutsideParent = 1 << 6,    ///< Starts before or ends after its parent; drawn thin.
    kMarkNegativeDuration = 1 << 7, ///< Ended before it started; shown with no length at its start.
    kMarkMissingDuration = 1 << 8,  ///< No end was recorded; shown with no length.
    kMarkTimeOutOfRange = 1 << 9,   ///< Start of 0 or beyond what a clock can mean; not part of the trace's range.
    kMarkAsynchronous = 1 << 10,    ///< Its parent does not wait for it (FOLLOWS_FROM, consumer of a producer).
    kMarkHasEvents = 1 << 11,       ///< Has events (logs); read them with the details.
    kMarkHasLinks = 1 << 12,
    kMarkZeroDuration = 1 << 13, ///< Recorded with a duration of 0.
    kMarkSharedId = 1 << 14,     ///< Server half of a Zipkin span whose client half has the same id.
};
using SpanMarks = std::uint16_t;

/// Where the bytes of one span stand in its input: read again when the user opens the span.
struct RecordRef {
    std::uint64_t offset = 0;
    std::uint32_t length = 0;
    std::uint16_t file = 0; ///< Row of TraceSnapshot::inputs().
};

/// The spans of a snapshot as columns; row numbers are SpanRow values.
///
/// Order: the rows of one trace are contiguous, and within a trace they stand in tree order (a parent before its
/// children, siblings by start, roots by start). So the subtree of row r is [r, r + subtreeSize[r]), a fold skips a
/// range, and a waterfall that is fully open shows the rows one after the other.
/// About 70 bytes a span. Immutable inside a TraceSnapshot; filled by TraceBuilder only.
struct SpanTable {
    std::vector<std::int64_t> startNs;
    std::vector<std::int64_t> durationNs; ///< Never negative.
    std::vector<std::uint64_t> idLow;
    std::vector<std::uint64_t> idHigh;      ///< Empty when every id has at most 64 bits.
    std::vector<std::uint32_t> trace;       ///< TraceRow
    std::vector<std::uint32_t> parent;      ///< SpanRow; SpanRow::kNone for a root
    std::vector<std::uint32_t> subtreeSize; ///< Itself included.
    std::vector<std::uint32_t> depth;       ///< 0 for a root.
    std::vector<std::uint32_t> service;     ///< ServiceId
    std::vector<std::uint32_t> operation;   ///< OperationId
    std::vector<std::uint32_t> resource;    ///< Row of TraceSnapshot::resources(), or kNoResource.
    std::vector<std::uint64_t> recordOffset;
    std::vector<std::uint32_t> recordLength;
    std::vector<std::uint16_t> file;
    std::vector<SpanMarks> marks;
    std::vector<IdForm> idForm;
    std::vector<SpanKind> kind;
    std::vector<SpanStatus> status;

    static constexpr std::uint32_t kNoResource = 0xffffffff;

    [[nodiscard]] std::size_t size() const { return startNs.size(); }
    [[nodiscard]] bool isEmpty() const { return startNs.empty(); }
    void resize(std::size_t spans, bool withHighIds);
    [[nodiscard]] std::size_t memoryBytes() const;

    // Reading one row. Precondition: the row is valid.
    [[nodiscard]] TimePoint start(SpanRow row) const { return TimePoint(startNs[row.value()]); }
    [[nodiscard]] Duration duration(SpanRow row) const { return Duration(durationNs[row.value()]); }
    [[nodiscard]] TimePoint end(SpanRow row) const { return start(row) + duration(row); }
    [[nodiscard]] SpanRow parentOf(SpanRow row) const { return SpanRow(parent[row.value()]); }
    [[nodiscard]] bool isRoot(SpanRow row) const { return parent[row.value()] == SpanRow::kNone; }
    [[nodiscard]] bool isError(SpanRow row) const { return status[row.value()] == SpanStatus::Error; }
    [[nodiscard]] bool hasMark(SpanRow row, SpanMark mark) const { return (marks[row.value()] & mark) != 0; }
    [[nodiscard]] Id id(SpanRow row) const
    {
        const std::uint32_t r = row.value();
        return {idHigh.empty() ? 0 : idHigh[r], idLow[r], idForm[r]};
    }
    [[nodiscard]] RecordRef record(SpanRow row) const
    {
        const std::uint32_t r = row.value();
        return {recordOffset[r], recordLength[r], file[r]};
    }
};

} // namespace tailspan::trace
