// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/json_details.h"
#include "app/tracefiles/json_head.h"
#include "app/tracefiles/span_document.h"
#include "app/tracefiles/stored_record.h"
#include "app/tracefiles/stored_records.h"

#include "models/base/iso_time.h"

namespace tailspan::tracefiles {

namespace {

using json::JsonCursor;
using trace::SpanDraft;

/// The target's span records as JSON: a list, one a line, or lines of "key TAB record" as a dump of Redis lists has
/// them. Their recorded parents name no stored span; whom a span called stands in its neighbors.
class RecordFormat final : public SpanDocumentFormat {
public:
    explicit RecordFormat(bool hasLinePrefix) : m_hasLinePrefix(hasLinePrefix) {}
    bool rootIsSpan() const override { return true; }
    bool hasLinePrefix() const override { return m_hasLinePrefix; }

    bool readSpan(JsonCursor &cursor, SpanSink &sink) const override
    {
        SpanDraft span;
        span.resource = sink.contextNumber();
        span.service = StringId(0);
        span.kind = trace::SpanKind::Server; // the middleware records requests that a service answered
        Fields fields;
        const std::uint32_t begin = cursor.offset();
        trace::SpanBatch &batch = sink.batch();
        if (batch.neighborBegin.empty())
            batch.neighborBegin.push_back(0);
        const std::size_t knownNeighbors = batch.neighbors.size();
        const bool isWhole = json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
            return readSpanField(key, value, sink, span, fields);
        });
        if (!isWhole || !(span.trace.isPresent() || span.span.isPresent())) { // without either id it is no span
            batch.neighbors.resize(knownNeighbors);
            return false;
        }
        span.recordOffset = sink.fileOffset(begin);
        span.recordLength = cursor.endOffset() - begin;
        applyStoredTimes(span, fields.times);
        span.status = storedStatus(fields.statusCode, fields.hasErrorText);
        if (!span.span.isPresent() || !fields.times.endNs)
            sink.quality().add(QualityIssue::MissingField, 1, "byte " + std::to_string(span.recordOffset));
        batch.spans.push_back(span);
        batch.neighborBegin.push_back(static_cast<std::uint32_t>(batch.neighbors.size()));
        return true;
    }

    void resolve(SpanDraft &span, const SpanContext &, const std::vector<std::uint32_t> &) const override
    {
        span.resource = trace::SpanTable::kNoResource;
    }

private:
    struct Fields {
        StoredTimes times;
        std::int64_t statusCode = 0;
        bool hasErrorText = false;
    };

    static bool readSpanField(std::string_view key, JsonCursor &value, SpanSink &sink, SpanDraft &span, Fields &fields)
    {
        if (key == "neighbors")
            return readNeighbors(value, sink);
        if (key == "error") {
            std::string_view error;
            fields.hasErrorText = value.peek() == '{'
                || (JsonCursor(value).readText(error) && !error.empty() && error != "null");
            return value.skipValue();
        }
        std::string_view text;
        if (key == "request" || key == "response" || key == "metadata" || !value.readText(text))
            return value.skipValue();
        if (key == "traceId")
            span.trace = sink.traceId(text);
        else if (key == "spanId")
            span.span = sink.id(text);
        else if (key == "parentSpanId")
            span.parent = sink.id(text);
        else if (key == "serviceName")
            span.service = sink.name(text);
        else if (key == "operation")
            span.operation = sink.name(text);
        else if (key == "timestamp")
            fields.times.endNs = parseIsoTimeNs(text);
        else if (key == "duration")
            takeNumber(text, sink, fields.times.durationMs);
        else if (key == "statusCode")
            fields.statusCode = sink.integer(text);
        return true;
    }

    static void takeNumber(std::string_view text, SpanSink &sink, std::optional<std::int64_t> &target)
    {
        const json::IntegerResult number = json::parseInteger(text, sink.quality());
        if (number.isPresent)
            target = number.value;
    }

    static bool readNeighbors(JsonCursor &value, SpanSink &sink)
    {
        if (value.peek() != '[')
            return value.skipValue();
        return json::forEachElement(value, [&](JsonCursor &element) {
            std::string_view name;
            if (!element.readRawString(name))
                return element.skipValue();
            sink.batch().neighbors.push_back(sink.intern(name));
            return true;
        });
    }

    bool m_hasLinePrefix;
};

bool isRecord(const JsonHead::Object &object)
{
    return object.has("traceId") && object.has("spanId") && object.has("serviceName") && object.has("operation");
}

/// "key TAB {": the part of the first line behind the tab, or nothing.
std::string_view behindPrefix(std::string_view head)
{
    const std::string_view line = head.substr(0, head.find('\n'));
    const std::size_t tab = line.find('\t');
    const bool isRecordLine = tab != std::string_view::npos && line.find_first_of("{[\"") > tab
        && line.substr(tab + 1).starts_with('{');
    return isRecordLine ? line.substr(tab + 1) : std::string_view();
}

class RecordReader final : public TraceReader {
public:
    TraceFormatInfo info() const override
    {
        return {"span-records", "Span records",
                "Spans as the collector stores them: JSON, one a line, or a dump of Redis lists"};
    }
    bool sniff(const bytes::Head &head) const override
    {
        const std::string_view prefixed = behindPrefix(head.bytes);
        return isRecord(JsonHead(prefixed.empty() ? std::string_view(head.bytes) : prefixed).root());
    }
    Result<> read(const ReadContext &context) const override
    {
        std::string head(std::min<std::uint64_t>(bytes::kHeadBytes, context.source->sizeBytes()), '\0');
        TS_TRY(const std::size_t got, context.source->readAt(0, head));
        head.resize(got);
        return readSpanDocuments(RecordFormat(!behindPrefix(head).empty()), context);
    }
    Result<trace::SpanDetails> details(std::string_view record, std::string_view) const override
    {
        return storedRecordDetails(record);
    }
};

} // namespace

Result<> addStoredRecords(std::string records, trace::TraceBuilder &builder, std::uint16_t input, std::stop_token stop)
{
    if (records.empty())
        return {};
    Progress progress; // of this step alone: the caller's counts other things
    return readSpanDocuments(
        RecordFormat(false),
        {bytes::sourceFromMemory("records", std::move(records)), builder, input, std::move(stop), progress});
}

bool StoredRecordSpans::add(const json::StructuralIndex &record)
{
    static const RecordFormat format(false);
    JsonCursor cursor = record.cursor();
    m_sink.moveTo(0, record.hasInvalidUtf8());
    if (!format.readSpan(cursor, m_sink)) {
        m_sink.quality().add(QualityIssue::MalformedRecord);
        return false;
    }
    format.resolve(m_sink.batch().spans.back(), {}, {});
    ++m_count;
    return true;
}

void StoredRecordSpans::keep(std::span<const std::size_t> numbers)
{
    const trace::SpanBatch &all = m_sink.batch();
    trace::SpanBatch kept;
    kept.neighborBegin.push_back(0);
    for (const std::size_t number : numbers) {
        kept.spans.push_back(all.spans[number]);
        for (std::uint32_t n = all.neighborBegin[number]; n < all.neighborBegin[number + 1]; ++n)
            kept.neighbors.push_back(all.neighbors[n]);
        kept.neighborBegin.push_back(static_cast<std::uint32_t>(kept.neighbors.size()));
    }
    m_sink.batch() = std::move(kept);
    m_count = numbers.size();
}

void StoredRecordSpans::addTo(trace::TraceBuilder &builder, std::uint16_t input)
{
    builder.input(input).quality.merge(m_sink.quality());
    builder.add(input, std::move(m_sink.batch()));
}

std::unique_ptr<const TraceReader> makeRecordReader()
{
    return std::make_unique<RecordReader>();
}

} // namespace tailspan::tracefiles
