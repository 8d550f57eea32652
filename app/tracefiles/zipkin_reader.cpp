// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/json_details.h"
#include "app/tracefiles/json_head.h"
#include "app/tracefiles/span_document.h"
#include "app/tracefiles/span_status.h"

namespace tailspan::tracefiles {

namespace {

using json::JsonCursor;
using trace::SpanDraft;

/// Zipkin v2: a list of spans, a list of traces (lists of spans), or one span a line. Times are microseconds. The two
/// sides of a call may share one span id; the server's side then says "shared".
class ZipkinFormat final : public SpanDocumentFormat {
public:
    bool rootIsSpan() const override { return true; }

    bool readSpan(JsonCursor &cursor, SpanSink &sink) const override
    {
        SpanDraft span;
        span.resource = sink.contextNumber();
        span.service = StringId(0);
        Fields fields;
        const std::uint32_t begin = cursor.offset();
        const bool isWhole = json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
            return readSpanField(key, value, sink, span, fields);
        });
        if (!isWhole || !(span.trace.isPresent() || span.span.isPresent()))
            return false; // an object without either id is no span
        span.recordOffset = sink.fileOffset(begin);
        span.recordLength = cursor.endOffset() - begin;
        if (!fields.hasDuration)
            span.marks |= trace::kMarkMissingDuration;
        if (!fields.hasStart)
            span.marks |= trace::kMarkTimeOutOfRange;
        if (!span.span.isPresent() || !fields.hasStart)
            sink.quality().add(QualityIssue::MissingField, 1, "byte " + std::to_string(span.recordOffset));
        span.status = fields.status.status();
        sink.batch().spans.push_back(span);
        return true;
    }

    void resolve(SpanDraft &span, const SpanContext &, const std::vector<std::uint32_t> &) const override
    {
        span.resource = trace::SpanTable::kNoResource;
    }

private:
    struct Fields {
        bool hasStart = false;
        bool hasDuration = false;
        StatusEvidence status;
    };

    static bool readSpanField(std::string_view key, JsonCursor &value, SpanSink &sink, SpanDraft &span, Fields &fields)
    {
        if (key == "localEndpoint")
            return readServiceName(value, sink, span);
        if (key == "tags")
            return readTags(value, sink, span, fields);
        if (key == "annotations")
            return readAnnotations(value, span);
        std::string_view text;
        if (key == "timestamp")
            return readMicroseconds(value, sink, span.startNs, fields.hasStart);
        if (key == "duration")
            return readMicroseconds(value, sink, span.durationNs, fields.hasDuration);
        if (!value.readText(text))
            return value.skipValue();
        if (key == "traceId")
            span.trace = sink.traceId(text);
        else if (key == "id")
            span.span = sink.id(text);
        else if (key == "parentId")
            span.parent = sink.id(text);
        else if (key == "name")
            span.operation = sink.name(text);
        else if (key == "kind")
            span.kind = parseKind(text);
        else if (key == "shared" && text == "true")
            span.marks |= trace::kMarkSharedId;
        return true;
    }

    static bool readMicroseconds(JsonCursor &value, SpanSink &sink, std::int64_t &target, bool &isPresent)
    {
        std::string_view text;
        if (!value.readText(text))
            return value.skipValue();
        const json::IntegerResult number = json::parseInteger(text, sink.quality());
        isPresent = number.isPresent;
        target = saturatingMultiply(number.value, 1000);
        return true;
    }

    static bool readServiceName(JsonCursor &value, SpanSink &sink, SpanDraft &span)
    {
        if (value.peek() != '{')
            return value.skipValue();
        return json::forEachField(value, [&](std::string_view key, JsonCursor &field) {
            std::string_view text;
            if (key != "serviceName" || !field.readText(text))
                return field.skipValue();
            span.service = sink.name(text);
            return true;
        });
    }

    static bool readTags(JsonCursor &value, SpanSink &sink, SpanDraft &span, Fields &fields)
    {
        if (value.peek() != '{')
            return value.skipValue();
        return json::forEachField(value, [&](std::string_view key, JsonCursor &field) {
            std::string_view text;
            if (!isStatusAttribute(key) || !field.readText(text))
                return field.skipValue();
            // Zipkin's convention: the tag's presence is the error, its value the message. "false" is what
            // OpenTracing bridges write for success.
            if (key == "error")
                fields.status.saysError = text != "false";
            else
                noteAttribute(key, text, fields.status, span.kind, sink.quality());
            return true;
        });
    }

    static bool readAnnotations(JsonCursor &value, SpanDraft &span)
    {
        JsonCursor inside = value;
        if (inside.take('[') && inside.peek() != ']')
            span.marks |= trace::kMarkHasEvents;
        return value.skipValue();
    }
};

class ZipkinReader final : public TraceReader {
public:
    TraceFormatInfo info() const override
    {
        return {"zipkin-json", "Zipkin v2 JSON", "Spans or traces as Zipkin's interface and page write them"};
    }
    bool sniff(const bytes::Head &head) const override
    {
        const JsonHead shape(head.bytes);
        const JsonHead::Object &span = shape.root();
        return span.has("traceId") && span.has("id")
            && (span.has("localEndpoint") || span.has("timestamp") || span.has("duration") || span.has("kind")
                || span.has("name"));
    }
    Result<> read(const ReadContext &context) const override { return readSpanDocuments(ZipkinFormat(), context); }
    Result<trace::SpanDetails> details(std::string_view record, std::string_view) const override
    {
        return zipkinDetails(record);
    }
};

} // namespace

std::unique_ptr<const TraceReader> makeZipkinReader()
{
    return std::make_unique<ZipkinReader>();
}

} // namespace tailspan::tracefiles
