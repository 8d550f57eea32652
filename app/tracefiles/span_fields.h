// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/tracefiles/span_document.h"
#include "app/tracefiles/span_status.h"

#include <string>

namespace tailspan::tracefiles {

/// Steps that every format with JSON spans takes. Thread: the worker that owns the sink.

/// Whether a span's object held its times.
struct TimeFields {
    bool hasStart = false;
    bool hasDuration = false;
};

/// Reads one span's object: `readField(key, value)` takes each field. Notes where the object stands in the file. False:
/// the object is not whole.
template <class ReadField>
bool readSpanObject(json::JsonCursor &cursor, SpanSink &sink, trace::SpanDraft &span, ReadField &&readField)
{
    const std::uint32_t begin = cursor.offset();
    if (!json::forEachField(cursor, readField))
        return false;
    span.recordOffset = sink.fileOffset(begin);
    span.recordLength = cursor.endOffset() - begin;
    return true;
}

/// An integer in steps of `unitNs`, written as a number or as text. What is neither is left out.
inline bool readTime(json::JsonCursor &value, SpanSink &sink, std::int64_t unitNs, std::int64_t &targetNs,
                     bool &isPresent)
{
    std::string_view text;
    if (!value.readText(text))
        return value.skipValue();
    const json::IntegerResult number = json::parseInteger(text, sink.quality());
    isPresent = number.isPresent;
    targetNs = unitNs == 1 ? number.value : saturatingMultiply(number.value, unitNs);
    return true;
}

/// Passes over a list and marks the span when it holds anything.
inline bool noteArray(json::JsonCursor &value, trace::SpanDraft &span, trace::SpanMark mark)
{
    json::JsonCursor inside = value;
    if (inside.take('[') && inside.peek() != ']')
        span.marks |= mark;
    return value.skipValue();
}

/// Marks and counts what the span lacks.
inline void finishSpan(SpanSink &sink, trace::SpanDraft &span, TimeFields times, const StatusEvidence &status)
{
    if (!times.hasDuration)
        span.marks |= trace::kMarkMissingDuration;
    if (!times.hasStart)
        span.marks |= trace::kMarkTimeOutOfRange;
    if (!span.span.isPresent() || !times.hasStart)
        sink.quality().add(QualityIssue::MissingField, 1, "byte " + std::to_string(span.recordOffset));
    span.status = status.status();
}

} // namespace tailspan::tracefiles
