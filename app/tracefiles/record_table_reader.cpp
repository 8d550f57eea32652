// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/csv_table.h"
#include "app/json/structural_index.h"
#include "app/tracefiles/record_columns.h"
#include "app/tracefiles/stored_record.h"
#include "app/tracefiles/stored_records.h"
#include "app/tracefiles/trace_reader.h"

#include "models/base/iso_time.h"
#include "models/base/utf8.h"

#include <limits>

namespace tailspan::tracefiles {

namespace {

using trace::SpanDraft;

/// Reads rows of the table into drafts.
class TableReading {
public:
    /// `header` is what the details of a row are read with.
    TableReading(const ReadContext &context, const RecordColumns &columns, std::uint32_t header)
        : m_context(context), m_columns(columns), m_header(header)
    {}

    Result<> run(bytes::CsvTable &table, const bytes::ByteStream &stream)
    {
        constexpr std::size_t kBatchSpans = 8192;
        trace::SpanBatch batch = emptyBatch();
        while (true) {
            TS_TRY(const bool isRow, table.next());
            if (isRow)
                readRow(table, batch);
            if (batch.spans.size() >= kBatchSpans || !isRow) {
                if (m_context.stop.stop_requested())
                    return fail(ErrorCode::Cancelled, "cancelled");
                m_context.progress.done.store(stream.fileBytesRead(), std::memory_order_relaxed);
                m_context.builder.add(m_context.input, std::move(batch));
                batch = emptyBatch();
            }
            if (!isRow)
                return {};
        }
    }

private:
    static trace::SpanBatch emptyBatch()
    {
        trace::SpanBatch batch;
        batch.neighborBegin.push_back(0);
        return batch;
    }

    DataQuality &quality() { return m_context.builder.input(m_context.input).quality; }

    void readRow(const bytes::CsvTable &table, trace::SpanBatch &batch)
    {
        const std::span<const std::string_view> cells = table.cells();
        const std::string where = "line " + std::to_string(table.line());
        const bool isCutOff = table.isUnterminated() && (cells.size() < m_columns.width() || table.hasOpenQuote());
        if (isCutOff || cells.size() != m_columns.width()) {
            m_context.builder.input(m_context.input).isComplete &= !isCutOff;
            quality().add(isCutOff ? QualityIssue::Truncated : QualityIssue::WrongWidthRow, 1, where);
            return;
        }
        if (table.rowLength() > std::numeric_limits<std::uint32_t>::max())
            return quality().add(QualityIssue::DroppedByLimit, 1, where);
        SpanDraft span;
        span.recordOffset = table.rowOffset();
        span.recordLength = static_cast<std::uint32_t>(table.rowLength());
        span.kind = trace::SpanKind::Server;
        span.resource = m_header;
        span.trace = id(text(cells, RecordColumn::TraceId));
        span.span = id(text(cells, RecordColumn::SpanId));
        span.parent = id(text(cells, RecordColumn::ParentSpanId));
        span.service = intern(text(cells, RecordColumn::ServiceName));
        span.operation = intern(text(cells, RecordColumn::Operation));
        StoredTimes times;
        times.endNs = parseIsoTimeNs(text(cells, RecordColumn::Timestamp));
        if (const auto duration = json::parseInteger(text(cells, RecordColumn::Duration), quality());
            duration.isPresent)
            times.durationMs = duration.value;
        applyStoredTimes(span, times);
        const auto code = json::parseInteger(text(cells, RecordColumn::StatusCode), quality());
        span.status = storedStatus(code.value, !text(cells, RecordColumn::Error).empty());
        if (!span.span.isPresent() || !times.endNs)
            quality().add(QualityIssue::MissingField, 1, where);
        batch.spans.push_back(span);
        addNeighbors(text(cells, RecordColumn::Neighbors), batch);
    }

    std::string_view text(std::span<const std::string_view> cells, RecordColumn column) const
    {
        return m_columns.cell(cells, column);
    }

    trace::Id id(std::string_view cell)
    {
        StringPool &pool = m_context.builder.strings();
        return isValidUtf8(cell) ? trace::parseId(cell, pool) : trace::parseId(mended(cell), pool);
    }

    StringId intern(std::string_view cell)
    {
        StringPool &pool = m_context.builder.strings();
        return isValidUtf8(cell) ? pool.intern(cell) : pool.intern(mended(cell));
    }

    std::string mended(std::string_view cell)
    {
        std::uint64_t replaced = 0;
        std::string valid = validUtf8(cell, replaced);
        quality().add(QualityIssue::InvalidUtf8, replaced);
        return valid;
    }

    /// ["auth", "payment"] as jsonb prints it.
    void addNeighbors(std::string_view cell, trace::SpanBatch &batch)
    {
        for (std::size_t at = cell.find('"'); at != std::string_view::npos;) {
            std::size_t end = at + 1;
            while (end < cell.size() && cell[end] != '"')
                end += cell[end] == '\\' ? 2 : 1;
            if (end >= cell.size())
                break;
            batch.neighbors.push_back(intern(json::decodeString(cell.substr(at + 1, end - at - 1))));
            at = cell.find('"', end + 1);
        }
        batch.neighborBegin.push_back(static_cast<std::uint32_t>(batch.neighbors.size()));
    }

    const ReadContext &m_context;
    const RecordColumns &m_columns;
    std::uint32_t m_header;
};

class RecordTableReader final : public TraceReader {
public:
    TraceFormatInfo info() const override
    {
        return {"span-table-csv", "Span table (CSV)", "The collector's PostgreSQL table, exported with its header"};
    }
    bool sniff(const bytes::Head &head) const override
    {
        return RecordColumns(std::string_view(head.bytes).substr(0, head.bytes.find('\n'))).isSpanTable();
    }
    Result<> read(const ReadContext &context) const override
    {
        const std::unique_ptr<bytes::ByteStream> stream = bytes::streamOf(context.source);
        TS_TRY(const std::string header, headerLine(*context.source));
        const RecordColumns columns(header);
        bytes::CsvTable table(*stream, columns.delimiter());
        context.progress.begin("reading", stream->fileBytes());
        TS_TRY(const bool hasHeader, table.next());
        if (!hasHeader)
            return {};
        const std::uint32_t headerRecord =
            context.builder.addResource({0, static_cast<std::uint32_t>(header.size()), context.input});
        Result<> outcome = TableReading(context, columns, headerRecord).run(table, *stream);
        context.builder.input(context.input).quality.merge(table.quality());
        return outcome;
    }
    /// Columns may stand in any order, so the header says what the cells of the row are. The raw record is the row as a
    /// JSON record: that is what secrets are known by.
    Result<trace::SpanDetails> details(std::string_view record, std::string_view header) const override
    {
        const RecordColumns columns(header);
        TS_TRY(const std::string json, columns.asJson(record));
        TS_TRY(trace::SpanDetails details, storedRecordDetails(json));
        details.rawRecord = json;
        return details;
    }

private:
    static Result<std::string> headerLine(const bytes::ByteSource &source)
    {
        std::string head(std::min<std::uint64_t>(bytes::kHeadBytes, source.sizeBytes()), '\0');
        TS_TRY(const std::size_t got, source.readAt(0, head));
        head.resize(std::min(got, head.find('\n')));
        return head;
    }
};

} // namespace

std::unique_ptr<const TraceReader> makeRecordTableReader()
{
    return std::make_unique<RecordTableReader>();
}

} // namespace tailspan::tracefiles
