// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/text_walk.h"

#include "app/json/structural_index.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace tailspan::tracefiles {

namespace {

using json::JsonCursor;
using trace::RecordPart;
using trace::TextKind;
using trace::TextVisitor;

/// Whether a scalar is written as the details write it: whole numbers that are sure to fit, and the words.
bool isPlainScalar(std::string_view raw)
{
    if (raw == "true" || raw == "false")
        return true;
    constexpr std::size_t kSureDigits = 18;
    const std::string_view digits = raw.starts_with('-') ? raw.substr(1) : raw;
    return !digits.empty() && digits.size() <= kSureDigits && (digits[0] != '0' || raw == "0")
        && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

/// A string or a plain scalar; null is empty text.
bool readPlain(JsonCursor &cursor, std::string_view &text)
{
    if (cursor.peek() == '"')
        return cursor.readRawString(text) && !json::hasEscape(text);
    if (!cursor.readScalar(text))
        return false;
    if (text == "null") {
        text = {};
        return true;
    }
    return isPlainScalar(text);
}

/// As forEachField, for objects none of whose keys is escaped. What comes twice is for the callback to notice.
template <class OnField>
bool forEachPlainField(JsonCursor &cursor, OnField &&onField)
{
    return json::forEachField(
        cursor, [&](std::string_view key, JsonCursor &value) { return !json::hasEscape(key) && onField(key, value); });
}

/// Notices fields that come twice: the details take the last one of a name.
class SeenFields {
public:
    [[nodiscard]] bool isNew(unsigned field)
    {
        const unsigned bit = 1U << field;
        const bool wasSeen = (m_seen & bit) != 0;
        m_seen |= bit;
        return !wasSeen;
    }

private:
    unsigned m_seen = 0;
};

/// An array or null; anything else counts as empty in the details.
template <class OnElement>
bool forEachIn(JsonCursor &value, OnElement &&onElement)
{
    return value.peek() == '[' ? json::forEachElement(value, onElement) : value.skipValue();
}

// Jaeger ---------------------------------------------------------------------------------------------------------

/// {"key": ..., "value": ...}
bool readTag(JsonCursor &tag, std::string_view &key, std::string_view &value)
{
    key = {};
    value = {};
    SeenFields seen;
    return forEachPlainField(tag, [&](std::string_view name, JsonCursor &cursor) {
        if (name == "key")
            return seen.isNew(0) && readPlain(cursor, key);
        if (name == "value")
            return seen.isNew(1) && readPlain(cursor, value);
        return cursor.skipValue();
    });
}

bool walkTags(JsonCursor &tags, TextKind kind, const TextVisitor &visit)
{
    return forEachIn(tags, [&](JsonCursor &tag) {
        std::string_view key;
        std::string_view value;
        if (!readTag(tag, key, value))
            return false;
        visit(kind, key, value);
        return true;
    });
}

/// The first field "event" names the event.
bool walkLogFields(JsonCursor &fields, const TextVisitor &visit)
{
    bool hasName = false;
    return forEachIn(fields, [&](JsonCursor &field) {
        std::string_view key;
        std::string_view value;
        if (!readTag(field, key, value))
            return false;
        const bool isName = key == "event" && !hasName;
        visit(isName ? TextKind::EventName : TextKind::EventAttribute, isName ? std::string_view() : key, value);
        hasName = hasName || (isName && !value.empty());
        return true;
    });
}

bool walkLogs(JsonCursor &logs, const TextVisitor &visit)
{
    return forEachIn(logs, [&](JsonCursor &log) {
        SeenFields seen;
        return forEachPlainField(log, [&](std::string_view name, JsonCursor &value) {
            return name == "fields" ? seen.isNew(0) && walkLogFields(value, visit) : value.skipValue();
        });
    });
}

bool walkWarnings(JsonCursor &warnings, const TextVisitor &visit)
{
    return forEachIn(warnings, [&](JsonCursor &warning) {
        std::string_view text;
        if (!readPlain(warning, text))
            return false;
        visit(TextKind::Attribute, "warning", text);
        return true;
    });
}

bool walkJaegerSpan(JsonCursor &cursor, const TextVisitor &visit)
{
    SeenFields seen;
    return forEachPlainField(cursor, [&](std::string_view name, JsonCursor &value) {
        if (name == "tags")
            return seen.isNew(0) && walkTags(value, TextKind::Attribute, visit);
        if (name == "logs")
            return seen.isNew(1) && walkLogs(value, visit);
        if (name == "warnings")
            return seen.isNew(2) && walkWarnings(value, visit);
        if (name == "process" && value.peek() == '{') // takes the place of the resource
            return false;
        return value.skipValue();
    });
}

bool walkJaegerProcess(JsonCursor &cursor, const TextVisitor &visit)
{
    SeenFields seen;
    return forEachPlainField(cursor, [&](std::string_view name, JsonCursor &value) {
        return name == "tags" ? seen.isNew(0) && walkTags(value, TextKind::Resource, visit) : value.skipValue();
    });
}

// OTLP -----------------------------------------------------------------------------------------------------------

/// {"stringValue": "x"}: one member, whose value is plain.
bool readOtlpValue(JsonCursor &cursor, std::string_view &text)
{
    if (cursor.peek() != '{')
        return readPlain(cursor, text);
    int members = 0;
    const bool isWhole = forEachPlainField(cursor, [&](std::string_view kind, JsonCursor &value) {
        return ++members == 1 && kind != "arrayValue" && kind != "kvlistValue" && readPlain(value, text);
    });
    return isWhole && members == 1;
}

bool walkOtlpAttributes(JsonCursor &attributes, TextKind kind, const TextVisitor &visit)
{
    return forEachIn(attributes, [&](JsonCursor &attribute) {
        std::string_view key;
        std::string_view text;
        SeenFields seen;
        const bool isWhole = forEachPlainField(attribute, [&](std::string_view name, JsonCursor &value) {
            if (name == "key")
                return seen.isNew(0) && readPlain(value, key);
            if (name == "value")
                return seen.isNew(1) && readOtlpValue(value, text);
            return value.skipValue();
        });
        if (isWhole)
            visit(kind, key, text);
        return isWhole;
    });
}

bool walkOtlpEvents(JsonCursor &events, const TextVisitor &visit)
{
    return forEachIn(events, [&](JsonCursor &event) {
        SeenFields seen;
        return forEachPlainField(event, [&](std::string_view name, JsonCursor &value) {
            if (name == "attributes")
                return seen.isNew(0) && walkOtlpAttributes(value, TextKind::EventAttribute, visit);
            std::string_view text;
            if (name != "name")
                return value.skipValue();
            if (!seen.isNew(1) || !readPlain(value, text))
                return false;
            visit(TextKind::EventName, {}, text);
            return true;
        });
    });
}

/// Empty ones are no attributes.
bool visitUnlessEmpty(JsonCursor &value, std::string_view key, const TextVisitor &visit)
{
    std::string_view text;
    if (!readPlain(value, text))
        return false;
    if (!text.empty())
        visit(TextKind::Attribute, key, text);
    return true;
}

bool walkOtlpStatus(JsonCursor &status, const TextVisitor &visit)
{
    if (status.peek() != '{')
        return status.skipValue();
    SeenFields seen;
    return forEachPlainField(status, [&](std::string_view name, JsonCursor &value) {
        return name == "message" ? seen.isNew(0) && visitUnlessEmpty(value, "status.message", visit)
                                 : value.skipValue();
    });
}

bool walkOtlp(JsonCursor &cursor, RecordPart part, const TextVisitor &visit)
{
    SeenFields seen;
    const TextKind kind = part == RecordPart::Span ? TextKind::Attribute : TextKind::Resource;
    return forEachPlainField(cursor, [&](std::string_view name, JsonCursor &value) {
        if (name == "attributes")
            return seen.isNew(0) && walkOtlpAttributes(value, kind, visit);
        if (part == RecordPart::Resource)
            return value.skipValue();
        if (name == "events")
            return seen.isNew(1) && walkOtlpEvents(value, visit);
        if (name == "status")
            return seen.isNew(2) && walkOtlpStatus(value, visit);
        if (name == "traceState")
            return seen.isNew(3) && visitUnlessEmpty(value, "trace.state", visit);
        return value.skipValue();
    });
}

// Zipkin ---------------------------------------------------------------------------------------------------------

bool walkMembers(JsonCursor &object, TextKind kind, std::string_view prefix, const TextVisitor &visit)
{
    if (object.peek() != '{')
        return object.skipValue();
    std::string name;
    return forEachPlainField(object, [&](std::string_view key, JsonCursor &value) {
        std::string_view text;
        if (!readPlain(value, text))
            return false;
        name.assign(prefix).append(key);
        visit(kind, name, text);
        return true;
    });
}

bool walkAnnotations(JsonCursor &annotations, const TextVisitor &visit)
{
    return forEachIn(annotations, [&](JsonCursor &annotation) {
        SeenFields seen;
        return forEachPlainField(annotation, [&](std::string_view name, JsonCursor &value) {
            std::string_view text;
            if (name != "value")
                return value.skipValue();
            if (!seen.isNew(0) || !readPlain(value, text))
                return false;
            visit(TextKind::EventName, {}, text);
            return true;
        });
    });
}

bool walkZipkinSpan(JsonCursor &cursor, const TextVisitor &visit)
{
    SeenFields seen;
    return forEachPlainField(cursor, [&](std::string_view name, JsonCursor &value) {
        if (name == "tags")
            return seen.isNew(0) && walkMembers(value, TextKind::Attribute, "", visit);
        if (name == "remoteEndpoint")
            return seen.isNew(1) && walkMembers(value, TextKind::Attribute, "remote.", visit);
        if (name == "localEndpoint")
            return seen.isNew(2) && walkMembers(value, TextKind::Resource, "", visit);
        if (name == "annotations")
            return seen.isNew(3) && walkAnnotations(value, visit);
        return value.skipValue();
    });
}

/// Indexes the record in memory of this thread and hands a cursor to `walk`.
template <class Walk>
bool withCursor(std::string_view record, Walk &&walk)
{
    struct Memory {
        json::PaddedBuffer buffer;
        json::StructuralIndex index;
    };
    static thread_local Memory memory;
    memory.buffer.reserve(record.size() + 1);
    std::copy(record.begin(), record.end(), memory.buffer.data());
    memory.buffer.setSize(record.size());
    memory.buffer.seal();
    DataQuality odd;
    memory.index.index(memory.buffer, odd);
    if (!odd.isClean() || memory.index.hasInvalidUtf8() || memory.index.endsInsideString())
        return false;
    JsonCursor cursor = memory.index.cursor();
    return cursor.peek() == '{' && walk(cursor) && cursor.atEnd();
}

} // namespace

bool walkJaegerTexts(std::string_view record, RecordPart part, const TextVisitor &visit)
{
    return withCursor(record, [&](JsonCursor &cursor) {
        return part == RecordPart::Span ? walkJaegerSpan(cursor, visit) : walkJaegerProcess(cursor, visit);
    });
}

bool walkOtlpTexts(std::string_view record, RecordPart part, const TextVisitor &visit)
{
    return withCursor(record, [&](JsonCursor &cursor) { return walkOtlp(cursor, part, visit); });
}

bool walkZipkinTexts(std::string_view record, const TextVisitor &visit)
{
    return withCursor(record, [&](JsonCursor &cursor) { return walkZipkinSpan(cursor, visit); });
}

} // namespace tailspan::tracefiles
