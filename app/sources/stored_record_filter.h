// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/json/structural_index.h"
#include "models/trace/trace_query.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::sources {

/// What queries ask about in a record of the target's collector.
struct StoredRecordFields {
    std::string traceId;
    std::string spanId;
    std::string service;
    std::string operation;
    std::string error;
    std::optional<std::int64_t> endNs;
    std::optional<std::int64_t> durationNs;
    bool isError = false;

    void clear()
    {
        for (std::string *text : {&traceId, &spanId, &service, &operation, &error})
            text->clear();
        endNs.reset();
        durationNs.reset();
        isError = false;
    }
};

/// Reads records one after another and says which fit a query. Nothing is masked: texts stay inside.
/// Thread: one.
class StoredRecordFilter {
public:
    explicit StoredRecordFilter(trace::TraceQuery query) : m_query(std::move(query)) {}

    /// False when the text is not one whole JSON object with a trace or span id; fields() are of no use then.
    [[nodiscard]] bool read(std::string_view record);
    [[nodiscard]] const StoredRecordFields &fields() const { return m_fields; }
    /// Of the record that was read, until the next one: what makes a span of it needs no reading again.
    [[nodiscard]] const json::StructuralIndex &index() const { return m_index; }
    /// What indexing it met.
    [[nodiscard]] const DataQuality &oddBytes() const { return m_oddBytes; }
    /// Whether the record that was read fits every condition. A span without an end fits no range.
    [[nodiscard]] bool fits() const;

private:
    [[nodiscard]] bool readField(std::string_view key, json::JsonCursor &value);
    [[nodiscard]] bool fitsTexts() const;
    [[nodiscard]] bool fitsAttributes() const;

    trace::TraceQuery m_query;
    json::PaddedBuffer m_buffer;
    json::StructuralIndex m_index;
    DataQuality m_oddBytes;
    DataQuality m_oddNumbers; ///< Counted again where a span is made of the record.
    StoredRecordFields m_fields;
    std::int64_t m_statusCode = 0;
};

} // namespace tailspan::sources
