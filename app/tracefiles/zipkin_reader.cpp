// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/json_details.h"
#include "app/tracefiles/json_head.h"
#include "app/tracefiles/span_fields.h"
#include "app/tracefiles/text_walk.h"

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
        const bool isWhole = readSpanObject(cursor, sink, span, [&](std::string_view key, JsonCursor &value) {
            return readSpanField(key, value, sink, span, fields);
        });
        if (!isWhole || !(span.trace.isPresent() || span.span.isPresent()))
            return false; // an object without either id is no span
        finishSpan(sink, span, fields.times, fields.status);
        sink.batch().spans.push_back(span);
        return true;
    }

    void resolve(SpanDraft &span, const SpanContext &, const std::vector<std::uint32_t> &) const override
    {
        span.resource = trace::SpanTable::kNoResource;
    }

private:
    static constexpr std::int64_t kMicrosecondNs = 1'000;

    struct Fields {
        TimeFields times;
        StatusEvidence status;
    };

    static bool readSpanField(std::string_view key, JsonCursor &value, SpanSink &sink, SpanDraft &span, Fields &fields)
    {
        if (key == "localEndpoint")
            return readServiceName(value, sink, span);
        if (key == "tags")
            return readTags(value, sink, span, fields);
        if (key == "annotations")
            return noteArray(value, span, trace::kMarkHasEvents);
        std::string_view text;
        if (key == "timestamp")
            return readTime(value, sink, kMicrosecondNs, span.startNs, fields.times.hasStart);
        if (key == "duration")
            return readTime(value, sink, kMicrosecondNs, span.durationNs, fields.times.hasDuration);
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
    bool visitTexts(std::string_view record, trace::RecordPart part, const trace::TextVisitor &visit) const override
    {
        return part == trace::RecordPart::Span && walkZipkinTexts(record, visit);
    }

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
