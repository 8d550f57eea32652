// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/json_details.h"
#include "app/tracefiles/stored_records.h"

#include "app/json/structural_index.h"
#include "models/base/time.h"
#include "models/base/utf8.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace tailspan::tracefiles {

namespace {

using Json = nlohmann::json; // the ordered kind looks up keys one by one
using trace::Attribute;
using trace::SpanDetails;

constexpr std::size_t kMaxDepth = 256;

bool isDeep(std::string_view text)
{
    std::size_t depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kMaxDepth)
                return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return false;
}

bool isJsonScalar(std::string_view text)
{
    if (text == "true" || text == "false" || text == "null")
        return true;
    DataQuality ignored;
    const bool looksLikeNumber = text.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
    return looksLikeNumber && json::parseReal(text, ignored).isPresent;
}

/// What strict JSON does not allow, put right: raw control characters in strings become spaces; NaN, words and numbers
/// beyond a double become text.
std::string mendedJson(std::string_view record)
{
    json::PaddedBuffer buffer;
    buffer.reserve(record.size() + 1);
    std::copy(record.begin(), record.end(), buffer.data());
    buffer.setSize(record.size());
    buffer.seal();
    json::StructuralIndex index;
    DataQuality ignored;
    index.index(buffer, ignored);
    if (index.endsInsideString())
        return std::string(record); // cut off: nothing mends that
    std::string mended;
    std::size_t done = 0;
    for (json::JsonCursor cursor = index.cursor(); !cursor.atEnd();) {
        const std::size_t begin = cursor.offset();
        std::string_view scalar;
        if (!cursor.readScalar(scalar)) {
            cursor.advance();
        } else if (!isJsonScalar(scalar)) {
            mended.append(buffer.text(), done, begin - done);
            mended += Json(scalar).dump(-1, ' ', false, Json::error_handler_t::replace);
            done = begin + scalar.size();
        }
    }
    return mended.append(buffer.text(), done);
}

/// Discarded when the text is no JSON even when mended.
Json parsed(std::string_view record)
{
    std::uint64_t replaced = 0;
    const std::string text = validUtf8(record, replaced);
    Json json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json::parse(mendedJson(text), nullptr, false) : json;
}

/// The only place that may see the library's exceptions: everything after works on values.
template <class Read>
Result<SpanDetails> withJson(std::string_view record, std::string_view around, Read &&read)
{
    if (isDeep(record) || isDeep(around))
        return fail(ErrorCode::Malformed, "the record is nested deeper than 256 levels");
    try {
        const Json json = parsed(record);
        const Json outer = around.empty() ? Json::object() : parsed(around);
        if (json.is_object() && !outer.is_discarded()) {
            SpanDetails details;
            read(json, outer, details);
            return details;
        }
    } catch (const Json::exception &) { // what it says may quote the record, and so a secret
    }
    return fail(ErrorCode::Malformed, "the record is no JSON object any more; if the file has changed, open it again");
}

const Json &field(const Json &object, const char *key)
{
    static const Json kNull;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : kNull;
}

/// The value if it is an array, else an empty one: what is missing or of another type is skipped.
const Json &asArray(const Json &value)
{
    static const Json kEmpty = Json::array();
    return value.is_array() ? value : kEmpty;
}

const Json &asObject(const Json &value)
{
    static const Json kEmpty = Json::object();
    return value.is_object() ? value : kEmpty;
}

const Json &arrayAt(const Json &object, const char *key)
{
    return asArray(field(object, key));
}

std::string textOf(const Json &value)
{
    if (value.is_string())
        return value.get<std::string>();
    return value.is_null() ? std::string() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Numbers may be written as numbers or as text (OTLP writes 64-bit ones as text).
std::int64_t integerOf(const Json &value)
{
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        return number > static_cast<std::uint64_t>(INT64_MAX) ? INT64_MAX : static_cast<std::int64_t>(number);
    }
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (!value.is_string())
        return 0;
    const auto &text = value.get_ref<const std::string &>();
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Jaeger ---------------------------------------------------------------------------------------------------------

std::vector<Attribute> jaegerTags(const Json &tags)
{
    std::vector<Attribute> result;
    for (const Json &tag : asArray(tags))
        result.push_back({textOf(field(tag, "key")), textOf(field(tag, "value")), false});
    return result;
}

/// Every reference but the one that is the span's parent: the first CHILD_OF of the trace, else the first FOLLOWS_FROM.
void addJaegerLinks(const Json &span, trace::SpanDetails &details)
{
    const std::string traceId = textOf(field(span, "traceID"));
    const Json *parent = nullptr;
    bool isChildOf = false;
    const Json &references = arrayAt(span, "references");
    for (const Json &reference : references) {
        const std::string ofTrace = textOf(field(reference, "traceID"));
        const bool follows = textOf(field(reference, "refType")) == "FOLLOWS_FROM";
        const bool isSameTrace = ofTrace.empty() || traceId.empty() || ofTrace == traceId;
        if (!isSameTrace || isChildOf || (follows && parent != nullptr))
            continue;
        parent = &reference;
        isChildOf = !follows;
    }
    for (const Json &reference : references) {
        if (&reference != parent)
            details.links.push_back({textOf(field(reference, "traceID")),
                                     textOf(field(reference, "spanID")),
                                     textOf(field(reference, "refType")),
                                     {}});
    }
}

void readJaeger(const Json &span, const Json &process, SpanDetails &details)
{
    details.attributes = jaegerTags(field(span, "tags"));
    const Json &ownProcess = field(span, "process");
    details.resource = jaegerTags(field(ownProcess.is_object() ? ownProcess : process, "tags"));
    for (const Json &log : arrayAt(span, "logs")) {
        trace::SpanEvent event{TimePoint(saturatingMultiply(integerOf(field(log, "timestamp")), 1000)), {}, {}};
        for (Attribute &attribute : jaegerTags(field(log, "fields"))) {
            if (attribute.key == "event" && event.name.empty())
                event.name = std::move(attribute.value);
            else
                event.attributes.push_back(std::move(attribute));
        }
        details.events.push_back(std::move(event));
    }
    addJaegerLinks(span, details);
    for (const Json &warning : arrayAt(span, "warnings"))
        details.attributes.push_back({"warning", textOf(warning), false});
}

// OTLP -----------------------------------------------------------------------------------------------------------

/// {"stringValue": ...}, {"intValue": "..."}, {"arrayValue": {"values": [...]}}, ...
std::string otlpValue(const Json &value)
{
    if (!value.is_object() || value.empty())
        return textOf(value);
    const Json &inner = value.front();
    const auto kind = value.begin().key();
    if (kind == "arrayValue") {
        std::string text = "[";
        for (const Json &element : arrayAt(inner, "values"))
            text += (text.size() > 1 ? ", " : "") + otlpValue(element);
        return text + "]";
    }
    if (kind == "kvlistValue") {
        std::string text = "{";
        for (const Json &pair : arrayAt(inner, "values"))
            text += (text.size() > 1 ? ", " : "") + textOf(field(pair, "key")) + ": " + otlpValue(field(pair, "value"));
        return text + "}";
    }
    return textOf(inner);
}

std::vector<Attribute> otlpAttributes(const Json &attributes)
{
    std::vector<Attribute> result;
    for (const Json &attribute : asArray(attributes))
        result.push_back({textOf(field(attribute, "key")), otlpValue(field(attribute, "value")), false});
    return result;
}

void readOtlp(const Json &span, const Json &resource, SpanDetails &details)
{
    details.attributes = otlpAttributes(field(span, "attributes"));
    details.resource = otlpAttributes(field(resource, "attributes"));
    const Json &status = field(span, "status");
    if (const std::string message = textOf(field(status, "message")); !message.empty())
        details.attributes.push_back({"status.message", message, false});
    if (const std::string state = textOf(field(span, "traceState")); !state.empty())
        details.attributes.push_back({"trace.state", state, false});
    for (const Json &event : arrayAt(span, "events"))
        details.events.push_back({TimePoint(integerOf(field(event, "timeUnixNano"))), textOf(field(event, "name")),
                                  otlpAttributes(field(event, "attributes"))});
    for (const Json &link : arrayAt(span, "links"))
        details.links.push_back({textOf(field(link, "traceId")), textOf(field(link, "spanId")), "link",
                                 otlpAttributes(field(link, "attributes"))});
}

// Zipkin ---------------------------------------------------------------------------------------------------------

void addMembers(const Json &object, const std::string &prefix, std::vector<Attribute> &target)
{
    for (const auto &[key, value] : asObject(object).items())
        target.push_back({prefix + key, textOf(value), false});
}

void readZipkin(const Json &span, const Json &, SpanDetails &details)
{
    addMembers(field(span, "tags"), "", details.attributes);
    addMembers(field(span, "remoteEndpoint"), "remote.", details.attributes);
    addMembers(field(span, "localEndpoint"), "", details.resource);
    for (const Json &annotation : arrayAt(span, "annotations"))
        details.events.push_back({TimePoint(saturatingMultiply(integerOf(field(annotation, "timestamp")), 1000)),
                                  textOf(field(annotation, "value")),
                                  {}});
}

// The target's own records ---------------------------------------------------------------------------------------

/// Members of members as dotted keys down to two levels; deeper values as JSON text.
void addFlattened(const Json &value, const std::string &key, int levels, std::vector<Attribute> &target)
{
    if (!value.is_object() || levels == 0) {
        target.push_back({key, textOf(value), false});
        return;
    }
    for (const auto &[name, member] : value.items())
        addFlattened(member, key.empty() ? name : key + "." + name, levels - 1, target);
}

void readStored(const Json &record, const Json &, SpanDetails &details)
{
    for (const auto &[key, value] : asObject(record).items()) {
        const bool isColumn = key == "traceId" || key == "spanId" || key == "serviceName" || key == "operation"
            || key == "timestamp" || key == "duration" || key == "parentSpanId";
        if (isColumn || value.is_null() || (value.is_object() && value.empty()))
            continue;
        addFlattened(value, key == "statusCode" ? "http.status_code" : key, 2,
                     key == "metadata" ? details.resource : details.attributes);
    }
}

} // namespace

Result<SpanDetails> jaegerDetails(std::string_view record, std::string_view process)
{
    return withJson(record, process, readJaeger);
}

Result<SpanDetails> otlpDetails(std::string_view record, std::string_view resource)
{
    return withJson(record, resource, readOtlp);
}

Result<SpanDetails> zipkinDetails(std::string_view record)
{
    return withJson(record, {}, readZipkin);
}

Result<SpanDetails> storedRecordDetails(std::string_view record)
{
    return withJson(record, {}, readStored);
}

} // namespace tailspan::tracefiles
