// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_record.h"

#include <array>
#include <charconv>

namespace tailspan::sources {

namespace {

struct RecordField {
    SpanColumn column;
    const char *name;
    bool isJson; ///< Written as it is: JSON or a number.
};

// As the collector writes the same record elsewhere.
constexpr std::array<RecordField, 14> kFields{{
    {SpanColumn::TraceId, "traceId", false},
    {SpanColumn::SpanId, "spanId", false},
    {SpanColumn::ParentId, "parentSpanId", false},
    {SpanColumn::Service, "serviceName", false},
    {SpanColumn::Operation, "operation", false},
    {SpanColumn::Start, "startTime", false},
    {SpanColumn::End, "timestamp", false},
    {SpanColumn::Duration, "duration", true},
    {SpanColumn::Status, "statusCode", true},
    {SpanColumn::Request, "request", true},
    {SpanColumn::Response, "response", true},
    {SpanColumn::Error, "error", false},
    {SpanColumn::Metadata, "metadata", true},
    {SpanColumn::Neighbors, "neighbors", true},
}};

void appendJsonString(std::string &json, std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    json += '"';
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\')
            json += '\\';
        if (byte >= 0x20)
            json += letter;
        else
            json.append("\\u00").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
    }
    json += '"';
}

bool isJsonValue(std::string_view text)
{
    if (text.starts_with('{') || text.starts_with('[') || text.starts_with('"') || text == "true" || text == "false"
        || text == "null")
        return true;
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

} // namespace

std::string recordOf(const net::PostgresRow &row)
{
    std::string json = "{";
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        const int place = static_cast<int>(i);
        if (row.isNull(place))
            continue;
        if (json.size() > 1)
            json += ',';
        appendJsonString(json, kFields[i].name);
        json += ':';
        if (kFields[i].isJson && isJsonValue(row.text(place)))
            json += row.text(place);
        else
            appendJsonString(json, row.text(place));
    }
    return json + "}";
}

std::string detailColumns(const PostgresTable &table)
{
    std::string columns;
    for (const RecordField &field : kFields)
        columns += (columns.empty() ? "" : ", ") + table.asText(field.column);
    return columns;
}

std::string attributeColumns(const PostgresTable &table)
{
    std::string columns;
    for (const RecordField &field : kFields)
        columns += (columns.empty() ? "" : ", ") + table.asAttributes(field.column);
    return columns;
}

} // namespace tailspan::sources
