// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/tracefiles/span_sink.h"
#include "app/tracefiles/trace_reader.h"

#include <cstdint>
#include <vector>

namespace tailspan::tracefiles {

/// Where the reading of a document stands: the containers that are open around it, outermost first. Small numbers, so
/// that a block in the middle of a file can begin where the one before it ended.
struct Frame {
    enum class Kind : std::uint8_t { Object, Array, Spans };
    Kind kind = Kind::Object;
    std::uint8_t level = 0; ///< Meaning is the format's; 0 is the outermost object.
    friend bool operator==(const Frame &, const Frame &) = default;
};
using FrameStack = std::vector<Frame>;

/// A format whose spans are JSON objects somewhere inside JSON documents, one or many in a file.
class SpanDocumentFormat {
public:
    virtual ~SpanDocumentFormat() = default;

    /// True where the outermost value is a span itself or an array of spans.
    [[nodiscard]] virtual bool rootIsSpan() const { return false; }
    /// True where each line is a document, whatever stands before it in the line (a key and a tab).
    [[nodiscard]] virtual bool hasLinePrefix() const { return false; }
    /// Reads the span under the cursor and adds it to the sink's batch. False: cut off or malformed; nothing was added.
    [[nodiscard]] virtual bool readSpan(json::JsonCursor &cursor, SpanSink &sink) const = 0;

    enum class Entry : std::uint8_t { Skip, Objects, Object, Spans, Consumed, Broken };
    struct FieldAnswer {
        Entry entry = Entry::Skip;
        std::uint8_t level = 0; ///< Of the objects entered.
    };
    /// Says what the value of a field around the spans is; `Consumed` when it read the value itself.
    [[nodiscard]] virtual FieldAnswer readField(std::uint8_t level, std::string_view key, json::JsonCursor &cursor,
                                                SpanSink &sink) const
    {
        (void)level, (void)key, (void)cursor, (void)sink;
        return {};
    }
    /// True when an object of that level holds for the spans inside it (a trace, a resource).
    [[nodiscard]] virtual bool beginsContext(std::uint8_t level) const
    {
        (void)level;
        return false;
    }
    /// Gives a span its service and resource once all contexts are known. `resources` holds the builder's number for
    /// each process of the context, or one for the context itself.
    virtual void resolve(trace::SpanDraft &span, const SpanContext &context,
                         const std::vector<std::uint32_t> &resources) const
    {
        (void)span, (void)context, (void)resources;
    }
};

/// Reads every document of a source into the builder: in blocks, on all workers, each block from the state in which
/// the spans of the file stand. Should a block turn out to begin or end elsewhere, the file is read again as one block.
/// Where each line is a document, one that is damaged is counted and costs no other.
[[nodiscard]] Result<> readSpanDocuments(const SpanDocumentFormat &format, const ReadContext &context);

/// Walks one block from `stack` on, which it leaves as the state at the end. False: the block ends inside a value.
[[nodiscard]] bool walkDocument(const SpanDocumentFormat &format, json::JsonCursor cursor, FrameStack &stack,
                                SpanSink &sink);

} // namespace tailspan::tracefiles
