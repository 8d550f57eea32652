// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/json_details.h"
#include "app/tracefiles/json_head.h"
#include "app/tracefiles/span_fields.h"
#include "app/tracefiles/text_walk.h"

#include <optional>

namespace tailspan::tracefiles {

namespace {

using json::JsonCursor;
using trace::SpanDraft;

/// {"data": [trace...]}, one trace, or one trace a line; a trace is {"traceID", "spans": [...], "processes": {...}}.
/// Spans name their process by key; the processes may stand behind the spans.
class JaegerFormat final : public SpanDocumentFormat {
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
        finishSpan(sink, span, fields.times, fields.status);
        sink.batch().spans.push_back(span);
        return true;
    }

    FieldAnswer readField(std::uint8_t, std::string_view key, JsonCursor &cursor, SpanSink &sink) const override
    {
        if (key == "data")
            return {Entry::Objects, 0};
        if (key == "spans")
            return {Entry::Spans, 0};
        if (key == "processes")
            return {readProcesses(cursor, sink) ? Entry::Consumed : Entry::Broken};
        return {};
    }

    bool beginsContext(std::uint8_t) const override { return true; }

    void resolve(SpanDraft &span, const SpanContext &context,
                 const std::vector<std::uint32_t> &resources) const override
    {
        span.resource = trace::SpanTable::kNoResource;
        if ((span.marks & kServiceIsKey) == 0)
            return;
        span.marks &= static_cast<trace::SpanMarks>(~kServiceIsKey);
        const auto process = context.process(span.service);
        if (process != context.processes.end()) {
            span.service = process->service;
            span.resource = resources[static_cast<std::size_t>(process - context.processes.begin()) + 1];
            return;
        }
        // The key itself stays as the name: the process is not in the file.
    }

private:
    static constexpr std::int64_t kMicrosecondNs = 1'000;

    /// While a span is a draft: its service is still the key of its process.
    static constexpr trace::SpanMarks kServiceIsKey = 1U << 15U;

    struct Fields {
        std::string_view traceText;
        TimeFields times;
        bool hasChildOf = false;
        int references = 0;
        StatusEvidence status;
    };

    static bool readSpanField(std::string_view key, JsonCursor &value, SpanSink &sink, SpanDraft &span, Fields &fields)
    {
        std::string_view text;
        if (key == "traceID") {
            if (!value.readText(text))
                return false;
            fields.traceText = text;
            span.trace = sink.traceId(text);
            return true;
        }
        if (key == "spanID") {
            if (!value.readText(text))
                return false;
            span.span = sink.id(text);
            return true;
        }
        if (key == "operationName") {
            if (!value.readText(text))
                return false;
            span.operation = sink.name(text);
            return true;
        }
        if (key == "references")
            return readReferences(value, sink, span, fields);
        if (key == "startTime")
            return readTime(value, sink, kMicrosecondNs, span.startNs, fields.times.hasStart);
        if (key == "duration")
            return readTime(value, sink, kMicrosecondNs, span.durationNs, fields.times.hasDuration);
        if (key == "tags")
            return readTags(value, sink, span, fields);
        if (key == "logs")
            return noteArray(value, span, trace::kMarkHasEvents);
        return readRareField(key, value, sink, span);
    }

    static bool readRareField(std::string_view key, JsonCursor &value, SpanSink &sink, SpanDraft &span)
    {
        std::string_view text;
        if (key == "processID") {
            if (!value.readText(text))
                return false;
            if (!span.service.isValid()) {
                span.service = sink.intern(text);
                span.marks |= kServiceIsKey;
            }
            return true;
        }
        if (key == "process") // Elasticsearch documents carry it in the span
            return readInlineProcess(value, sink, span);
        if (key == "parentSpanID" && value.peek() == '"') {
            if (!value.readText(text))
                return false;
            if (!span.parent.isPresent())
                span.parent = sink.id(text);
            return true;
        }
        return value.skipValue();
    }

    /// The parent is the first CHILD_OF of the same trace, else the first FOLLOWS_FROM; the others are links.
    static bool readReferences(JsonCursor &value, SpanSink &sink, SpanDraft &span, Fields &fields)
    {
        if (value.peek() != '[')
            return value.skipValue();
        return json::forEachElement(value, [&](JsonCursor &element) {
            if (element.peek() != '{')
                return element.skipValue();
            std::string_view kind;
            std::string_view traceText;
            std::string_view spanText;
            const bool isWhole = json::forEachField(element, [&](std::string_view key, JsonCursor &field) {
                if (key == "refType")
                    return field.readText(kind) || field.skipValue();
                if (key == "traceID")
                    return field.readText(traceText) || field.skipValue();
                if (key == "spanID")
                    return field.readText(spanText) || field.skipValue();
                return field.skipValue();
            });
            if (!isWhole)
                return false;
            takeReference(kind, traceText, spanText, sink, span, fields);
            return true;
        });
    }

    static void takeReference(std::string_view kind, std::string_view traceText, std::string_view spanText,
                              SpanSink &sink, SpanDraft &span, Fields &fields)
    {
        ++fields.references;
        const bool isSameTrace = traceText.empty() || traceText == fields.traceText || fields.traceText.empty();
        const bool isChildOf = kind != "FOLLOWS_FROM";
        if (!isSameTrace || fields.hasChildOf || (!isChildOf && span.parent.isPresent())) {
            span.marks |= trace::kMarkHasLinks;
            return;
        }
        if (span.parent.isPresent())
            span.marks |= trace::kMarkHasLinks; // a FOLLOWS_FROM that gives way to a CHILD_OF
        span.parent = sink.id(spanText);
        fields.hasChildOf = isChildOf;
        span.marks = static_cast<trace::SpanMarks>(isChildOf ? span.marks & ~trace::kMarkAsynchronous
                                                             : span.marks | trace::kMarkAsynchronous);
    }

    static bool readTags(JsonCursor &value, SpanSink &sink, SpanDraft &span, Fields &fields)
    {
        if (value.peek() != '[')
            return value.skipValue();
        return json::forEachElement(value, [&](JsonCursor &element) {
            if (element.peek() != '{')
                return element.skipValue();
            std::string_view name;
            std::string_view text;
            std::optional<JsonCursor> early; // a value that stands before its key
            const bool isWhole = json::forEachField(element, [&](std::string_view key, JsonCursor &field) {
                if (key == "key")
                    return field.readText(name) || field.skipValue();
                if (key == "value" && isStatusAttribute(name))
                    return field.readText(text) || field.skipValue();
                if (key == "value" && name.empty())
                    early = field;
                return field.skipValue();
            });
            if (early && isStatusAttribute(name))
                (void)early->readText(text);
            if (isWhole && !text.empty())
                noteAttribute(name, text, fields.status, span.kind, sink.quality());
            return isWhole;
        });
    }

    static bool readInlineProcess(JsonCursor &value, SpanSink &sink, SpanDraft &span)
    {
        if (value.peek() != '{')
            return value.skipValue();
        return json::forEachField(value, [&](std::string_view key, JsonCursor &field) {
            std::string_view text;
            if (key != "serviceName" || !field.readText(text))
                return field.skipValue();
            span.service = sink.name(text);
            span.marks &= static_cast<trace::SpanMarks>(~kServiceIsKey);
            return true;
        });
    }

    static bool readProcesses(JsonCursor &cursor, SpanSink &sink)
    {
        if (cursor.peek() != '{')
            return cursor.skipValue();
        return json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
            SpanContext::Process process;
            process.key = sink.intern(key);
            process.service = process.key;
            const JsonCursor begin = value;
            std::string_view record;
            if (!value.skipValue(record))
                return false;
            process.recordOffset = sink.fileOffset(begin.offset());
            process.recordLength = static_cast<std::uint32_t>(record.size());
            JsonCursor inside = begin;
            (void)json::forEachField(inside, [&](std::string_view name, JsonCursor &field) {
                std::string_view text;
                if (name != "serviceName" || !field.readText(text))
                    return field.skipValue();
                process.service = sink.intern(text);
                return true;
            });
            sink.context().processes.push_back(process);
            return true;
        });
    }
};

class JaegerReader final : public TraceReader {
public:
    TraceFormatInfo info() const override
    {
        return {"jaeger-json", "Jaeger JSON", "Traces as Jaeger's query service and its web page write them"};
    }
    bool sniff(const bytes::Head &head) const override
    {
        const JsonHead shape(head.bytes);
        const auto isTrace = [](const JsonHead::Object &object) {
            return object.has("spans") && (object.has("traceID") || object.has("processes"));
        };
        return isTrace(shape.root()) || isTrace(shape.firstIn(shape.root(), "data"));
    }
    Result<> read(const ReadContext &context) const override { return readSpanDocuments(JaegerFormat(), context); }
    bool visitTexts(std::string_view record, trace::RecordPart part, const trace::TextVisitor &visit) const override
    {
        return walkJaegerTexts(record, part, visit);
    }

    Result<trace::SpanDetails> details(std::string_view record, std::string_view resource) const override
    {
        return jaegerDetails(record, resource);
    }
};

} // namespace

std::unique_ptr<const TraceReader> makeJaegerReader()
{
    return std::make_unique<JaegerReader>();
}

} // namespace tailspan::tracefiles
