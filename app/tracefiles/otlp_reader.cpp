// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/json_details.h"
#include "app/tracefiles/json_head.h"
#include "app/tracefiles/span_fields.h"
#include "app/tracefiles/text_walk.h"

#include "models/trace/time_bounds.h"

#include <optional>

namespace tailspan::tracefiles {

namespace {

using json::JsonCursor;
using trace::SpanDraft;

/// OTLP in JSON: {"resourceSpans": [{"resource": {...}, "scopeSpans": [{"scope": {...}, "spans": [...]}]}]}, one
/// document or one a line (the collector's file exporter). Also the older names of the levels and Tempo's "batches".
/// Times are nanoseconds, mostly written as text.
class OtlpFormat final : public SpanDocumentFormat {
public:
    bool readSpan(JsonCursor &cursor, SpanSink &sink) const override
    {
        SpanDraft span;
        span.resource = sink.contextNumber();
        Fields fields;
        const bool isWhole = readSpanObject(cursor, sink, span, [&](std::string_view key, JsonCursor &value) {
            return readSpanField(key, value, sink, span, fields);
        });
        if (!isWhole)
            return false;
        takeDuration(span, fields);
        finishSpan(sink, span, fields.times, fields.status);
        sink.batch().spans.push_back(span);
        return true;
    }

    FieldAnswer readField(std::uint8_t level, std::string_view key, JsonCursor &cursor, SpanSink &sink) const override
    {
        if (level == kDocument && (key == "resourceSpans" || key == "resource_spans" || key == "batches"))
            return {Entry::Objects, kResource};
        if (level == kDocument && key == "trace") // answers of Tempo's newer interface
            return {Entry::Object, kDocument};
        if (level == kResource && key == "resource")
            return {readResource(cursor, sink) ? Entry::Consumed : Entry::Broken};
        if (level == kResource && (key == "scopeSpans" || key == "scope_spans" || key == "instrumentationLibrarySpans"))
            return {Entry::Objects, kScope};
        if (level == kScope && key == "spans")
            return {Entry::Spans, 0};
        return {};
    }

    bool beginsContext(std::uint8_t level) const override { return level == kResource; }

    void resolve(SpanDraft &span, const SpanContext &context,
                 const std::vector<std::uint32_t> &resources) const override
    {
        span.service = context.service.isValid() ? context.service : StringId(0);
        span.resource = resources[0];
    }

private:
    static constexpr std::uint8_t kDocument = 0;
    static constexpr std::uint8_t kResource = 1;
    static constexpr std::uint8_t kScope = 2;

    struct Fields {
        std::int64_t endNs = 0;
        bool hasEnd = false;
        TimeFields times;
        StatusEvidence status;
    };

    static bool readSpanField(std::string_view key, JsonCursor &value, SpanSink &sink, SpanDraft &span, Fields &fields)
    {
        if (key == "attributes")
            return readAttributes(value, [&](std::string_view name, std::string_view text) {
                noteAttribute(name, text, fields.status, span.kind, sink.quality());
            });
        if (key == "events")
            return noteArray(value, span, trace::kMarkHasEvents);
        if (key == "links")
            return noteArray(value, span, trace::kMarkHasLinks);
        if (key == "status")
            return readStatus(value, fields.status);
        std::string_view text;
        if (key == "traceId" || key == "trace_id") {
            if (!value.readText(text))
                return value.skipValue();
            span.trace = sink.traceId(text);
        } else if (key == "spanId" || key == "span_id") {
            if (!value.readText(text))
                return value.skipValue();
            span.span = sink.id(text);
        } else if (key == "parentSpanId" || key == "parent_span_id") {
            if (!value.readText(text))
                return value.skipValue();
            span.parent = sink.id(text);
        } else if (key == "name") {
            if (!value.readText(text))
                return value.skipValue();
            span.operation = sink.name(text);
        } else if (key == "kind") {
            if (!value.readText(text))
                return value.skipValue();
            span.kind = parseKind(text);
        } else if (key == "startTimeUnixNano" || key == "start_time_unix_nano") {
            return readTime(value, sink, 1, span.startNs, fields.times.hasStart);
        } else if (key == "endTimeUnixNano" || key == "end_time_unix_nano") {
            return readTime(value, sink, 1, fields.endNs, fields.hasEnd);
        } else {
            return value.skipValue();
        }
        return true;
    }

    static bool readStatus(JsonCursor &value, StatusEvidence &evidence)
    {
        if (value.peek() != '{')
            return value.skipValue();
        return json::forEachField(value, [&](std::string_view key, JsonCursor &field) {
            std::string_view code;
            if (key != "code" || !field.readText(code))
                return field.skipValue();
            evidence.saysError = code == "2" || code == "STATUS_CODE_ERROR";
            evidence.saysOk = code == "1" || code == "STATUS_CODE_OK";
            return true;
        });
    }

    /// [{"key": ..., "value": {"stringValue": ...}}, ...]; only attributes that say something about the status, and
    /// service.name, reach `note`.
    template <class Note>
    static bool readAttributes(JsonCursor &value, Note &&note)
    {
        if (value.peek() != '[')
            return value.skipValue();
        return json::forEachElement(value, [&](JsonCursor &element) {
            if (element.peek() != '{')
                return element.skipValue();
            std::string_view name;
            std::string_view text;
            std::optional<JsonCursor> early; // a value that stands before its key
            const auto isNoted = [&] { return isStatusAttribute(name) || name == "service.name"; };
            const bool isWhole = json::forEachField(element, [&](std::string_view key, JsonCursor &field) {
                if (key == "key")
                    return field.readText(name) || field.skipValue();
                if (key != "value" || field.peek() != '{')
                    return field.skipValue();
                if (isNoted())
                    return readAnyValue(field, text);
                if (name.empty())
                    early = field;
                return field.skipValue();
            });
            if (early && isNoted())
                (void)readAnyValue(*early, text);
            if (isWhole && !text.empty())
                note(name, text);
            return isWhole;
        });
    }

    /// {"stringValue": "x"}, {"intValue": "5"}, ...
    static bool readAnyValue(JsonCursor &value, std::string_view &text)
    {
        return json::forEachField(
            value, [&](std::string_view, JsonCursor &inner) { return inner.readText(text) || inner.skipValue(); });
    }

    static bool readResource(JsonCursor &cursor, SpanSink &sink)
    {
        JsonCursor inside = cursor;
        const std::uint32_t begin = cursor.offset();
        std::string_view record;
        if (!cursor.skipValue(record))
            return false;
        sink.context().recordOffset = sink.fileOffset(begin);
        sink.context().recordLength = static_cast<std::uint32_t>(record.size());
        (void)json::forEachField(inside, [&](std::string_view key, JsonCursor &value) {
            if (key != "attributes")
                return value.skipValue();
            return readAttributes(value, [&](std::string_view name, std::string_view text) {
                if (name == "service.name")
                    sink.context().service = sink.intern(text);
            });
        });
        return true;
    }

    /// OTLP has an end in place of a length.
    static void takeDuration(SpanDraft &span, Fields &fields)
    {
        // Without a start the end says nothing about the length; a start of 0 is one where the clock begins there.
        const bool hasStart = fields.times.hasStart
            && (span.startNs != 0 || fields.endNs < trace::kEarliestRealClockNs);
        fields.times.hasDuration = hasStart && fields.hasEnd && fields.endNs != 0;
        if (fields.times.hasDuration)
            span.durationNs = saturatingSubtract(fields.endNs, span.startNs);
    }
};

class OtlpReader final : public TraceReader {
public:
    TraceFormatInfo info() const override
    {
        return {"otlp-json", "OTLP JSON", "OpenTelemetry traces as JSON, whole or one object a line"};
    }
    bool sniff(const bytes::Head &head) const override
    {
        const JsonHead shape(head.bytes);
        const auto holdsSpans = [](const JsonHead::Object &object) {
            return object.has("resourceSpans") || object.has("resource_spans") || object.has("batches");
        };
        return holdsSpans(shape.root()) || holdsSpans(shape.firstIn(shape.root(), "trace"));
    }
    Result<> read(const ReadContext &context) const override { return readSpanDocuments(OtlpFormat(), context); }
    bool visitTexts(std::string_view record, trace::RecordPart part, const trace::TextVisitor &visit) const override
    {
        return walkOtlpTexts(record, part, visit);
    }

    Result<trace::SpanDetails> details(std::string_view record, std::string_view resource) const override
    {
        return otlpDetails(record, resource);
    }
};

} // namespace

std::unique_ptr<const TraceReader> makeOtlpReader()
{
    return std::make_unique<OtlpReader>();
}

} // namespace tailspan::tracefiles
