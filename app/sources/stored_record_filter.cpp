// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/stored_record_filter.h"

#include "app/tracefiles/stored_record.h"
#include "models/base/iso_time.h"

#include <algorithm>

namespace tailspan::sources {

namespace {

using json::JsonCursor;

std::string decoded(std::string_view raw)
{
    return json::hasEscape(raw) ? json::decodeString(raw) : std::string(raw);
}

/// Keeps the target's memory: a filter reads many records.
void decodeInto(std::string &target, std::string_view raw)
{
    if (json::hasEscape(raw))
        target = json::decodeString(raw);
    else
        target.assign(raw);
}

template <class List>
bool isAnyOf(const List &wanted, const std::string &value)
{
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool containsText(std::string_view whole, std::string_view part)
{
    const auto found = std::search(whole.begin(), whole.end(), part.begin(), part.end(),
                                   [](char a, char b) { return lowered(a) == lowered(b); });
    return part.empty() || found != whole.end();
}

/// Whether the value under the cursor, or an element of the list there, is that text.
bool isValue(JsonCursor cursor, std::string_view wanted)
{
    if (cursor.peek() == '[') {
        bool isFound = false;
        json::forEachElement(cursor, [&](JsonCursor &element) {
            isFound = isFound || isValue(element, wanted);
            return element.skipValue();
        });
        return isFound;
    }
    std::string_view raw;
    const bool isString = cursor.peek() == '"';
    return cursor.readText(raw) && (isString ? decoded(raw) == wanted : raw == wanted);
}

/// Follows a path with dots through objects; a member's own name may have dots too.
bool hasValueAt(JsonCursor cursor, std::string_view path, std::string_view wanted)
{
    bool isFound = false;
    json::forEachField(cursor, [&](std::string_view rawKey, JsonCursor &value) {
        const std::string key = decoded(rawKey);
        if (path == key)
            isFound = isFound || isValue(value, wanted);
        else if (value.peek() == '{' && path.starts_with(key) && path.size() > key.size() && path[key.size()] == '.')
            isFound = isFound || hasValueAt(value, path.substr(key.size() + 1), wanted); // as deep as the path is long
        return value.skipValue();
    });
    return isFound;
}

} // namespace

bool StoredRecordFilter::read(std::string_view record)
{
    m_fields.clear();
    m_statusCode = 0;
    m_buffer.reserve(record.size() + 1);
    std::copy(record.begin(), record.end(), m_buffer.data());
    m_buffer.setSize(record.size());
    m_buffer.seal();
    if (!m_oddBytes.isClean())
        m_oddBytes = {};
    m_index.index(m_buffer, m_oddBytes);
    JsonCursor cursor = m_index.cursor();
    const bool isWhole =
        json::forEachField(cursor, [this](std::string_view key, JsonCursor &value) { return readField(key, value); });
    const bool hasErrorText = !m_fields.error.empty() && m_fields.error != "null";
    m_fields.isError = tracefiles::storedStatus(m_statusCode, hasErrorText) == trace::SpanStatus::Error;
    return isWhole && cursor.atEnd() && !m_index.endsInsideString()
        && !(m_fields.traceId.empty() && m_fields.spanId.empty());
}

bool StoredRecordFilter::readField(std::string_view key, JsonCursor &value)
{
    std::string_view text;
    if (key == "error" && value.peek() == '{') {
        const bool isWhole = value.skipValue(text);
        m_fields.error = text;
        return isWhole;
    }
    if (key == "request" || key == "response" || key == "metadata" || !value.readText(text))
        return value.skipValue();
    if (key == "traceId")
        decodeInto(m_fields.traceId, text);
    else if (key == "spanId")
        decodeInto(m_fields.spanId, text);
    else if (key == "serviceName")
        decodeInto(m_fields.service, text);
    else if (key == "operation")
        decodeInto(m_fields.operation, text);
    else if (key == "error")
        decodeInto(m_fields.error, text);
    else if (key == "timestamp")
        m_fields.endNs = parseIsoTimeNs(text);
    else if (key == "statusCode")
        m_statusCode = json::parseInteger(text, m_oddNumbers).value;
    else if (key == "duration") {
        const json::IntegerResult number = json::parseInteger(text, m_oddNumbers);
        if (number.isPresent)
            m_fields.durationNs = saturatingMultiply(number.value, 1'000'000);
    }
    return true;
}

bool StoredRecordFilter::fits() const
{
    const trace::TraceQuery &query = m_query;
    if (query.range && !(m_fields.endNs && query.range->contains(TimePoint(*m_fields.endNs))))
        return false;
    if (query.minDurationNs && m_fields.durationNs.value_or(0) < *query.minDurationNs)
        return false;
    if (query.maxDurationNs && m_fields.durationNs.value_or(0) > *query.maxDurationNs)
        return false;
    if ((query.errorsOnly && !m_fields.isError) || (!query.traceId.empty() && query.traceId != m_fields.traceId))
        return false;
    return isAnyOf(query.services, m_fields.service) && isAnyOf(query.operations, m_fields.operation) && fitsTexts()
        && fitsAttributes();
}

bool StoredRecordFilter::fitsTexts() const
{
    return std::all_of(m_query.texts.begin(), m_query.texts.end(), [this](const std::string &text) {
        return containsText(m_fields.operation, text) || containsText(m_fields.service, text)
            || containsText(m_fields.error, text);
    });
}

bool StoredRecordFilter::fitsAttributes() const
{
    return std::all_of(m_query.attributes.begin(), m_query.attributes.end(),
                       [this](const trace::AttributeCondition &condition) {
                           // The name that details show differs from the record's own.
                           const std::string &key = condition.key;
                           const std::string path = key == "http.status_code" ? "statusCode" : key;
                           return hasValueAt(m_index.cursor(), path, condition.value);
                       });
}

} // namespace tailspan::sources
