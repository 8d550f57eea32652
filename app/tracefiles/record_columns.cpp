// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/record_columns.h"

#include "app/bytes/csv_table.h"

#include <nlohmann/json.hpp>

namespace tailspan::tracefiles {

namespace {

struct ColumnName {
    std::string_view table;  ///< In the header.
    std::string_view record; ///< In the JSON record.
    bool isJson;             ///< The cell is JSON or a number, not text; shown as text where it is damaged.
};

// In the order of RecordColumn.
constexpr std::array<ColumnName, kRecordColumnCount> kNames{{
    {"trace_id", "traceId", false},
    {"span_id", "spanId", false},
    {"parent_span_id", "parentSpanId", false},
    {"service_name", "serviceName", false},
    {"operation", "operation", false},
    {"timestamp", "timestamp", false},
    {"duration", "duration", true},
    {"status_code", "statusCode", true},
    {"request", "request", true},
    {"response", "response", true},
    {"error", "error", false},
    {"metadata", "metadata", true},
    {"neighbors", "neighbors", true},
}};

Result<std::vector<std::string>> cellsOf(std::string_view row, char delimiter)
{
    const auto stream = bytes::streamOf(bytes::sourceFromMemory("row", std::string(row)));
    bytes::CsvTable table(*stream, delimiter);
    TS_TRY(const bool isRow, table.next());
    if (!isRow)
        return std::vector<std::string>();
    return std::vector<std::string>(table.cells().begin(), table.cells().end());
}

void appendJsonString(std::string &json, std::string_view text)
{
    json += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\')
            json += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) {
            json += c;
        } else {
            constexpr std::string_view kDigits = "0123456789abcdef";
            json += "\\u00";
            json += kDigits[static_cast<unsigned char>(c) >> 4U];
            json += kDigits[static_cast<unsigned char>(c) & 15U];
        }
    }
    json += '"';
}

} // namespace

RecordColumns::RecordColumns(std::string_view headerLine)
{
    m_places.fill(kAbsent);
    if (headerLine.ends_with('\r'))
        headerLine.remove_suffix(1);
    m_delimiter = bytes::delimiterOf(headerLine);
    const auto cells = cellsOf(headerLine, m_delimiter);
    if (!cells.has_value())
        return;
    m_width = cells->size();
    for (std::size_t place = 0; place < cells->size(); ++place) {
        for (std::size_t column = 0; column < kRecordColumnCount; ++column) {
            if ((*cells)[place] == kNames[column].table)
                m_places[column] = place;
        }
    }
}

bool RecordColumns::isSpanTable() const
{
    for (const RecordColumn needed : {RecordColumn::TraceId, RecordColumn::SpanId, RecordColumn::ServiceName,
                                      RecordColumn::Operation, RecordColumn::Timestamp}) {
        if (m_places[static_cast<std::size_t>(needed)] == kAbsent)
            return false;
    }
    return true;
}

std::string_view RecordColumns::cell(std::span<const std::string_view> cells, RecordColumn column) const
{
    const std::size_t place = m_places[static_cast<std::size_t>(column)];
    return place < cells.size() ? cells[place] : std::string_view();
}

Result<std::string> RecordColumns::asJson(std::string_view row) const
{
    TS_TRY(const std::vector<std::string> cells, cellsOf(row, m_delimiter));
    std::string json = "{";
    for (std::size_t column = 0; column < kRecordColumnCount; ++column) {
        const std::size_t place = m_places[column];
        if (place >= cells.size() || cells[place].empty())
            continue;
        if (json.size() > 1)
            json += ',';
        appendJsonString(json, kNames[column].record);
        json += ':';
        if (kNames[column].isJson && nlohmann::json::accept(cells[place]))
            json += cells[place];
        else
            appendJsonString(json, cells[place]);
    }
    return json + "}";
}

} // namespace tailspan::tracefiles
