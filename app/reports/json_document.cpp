// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/json_document.h"

#include "app/reports/json_preparation.h"
#include "app/reports/report_text.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::reports {

namespace {

std::string lineOf(std::string_view text, std::size_t byte)
{
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
    return "line " + std::to_string(1 + std::count(text.begin(), end, '\n'));
}

} // namespace

Result<JsonDocument> parseJsonDocument(std::string_view text, const std::string &name)
{
    TS_TRY(PreparedJson prepared, prepareJson(text, name));
    JsonDocument document;
    document.quality = prepared.quality;
    document.isTruncated = prepared.isTruncated;
    try {
        document.root = Json::parse(prepared.text);
    } catch (const Json::parse_error &error) {
        return fail(ErrorCode::Malformed, "is not valid JSON", name + ", " + lineOf(prepared.text, error.byte));
    } catch (const std::exception &) {
        return fail(ErrorCode::Malformed, "cannot be read as JSON", name);
    }
    return document;
}

Result<JsonDocument> readJsonDocument(bytes::ByteStream &stream, std::stop_token stop, Progress &progress)
{
    TS_TRY(const std::string text, readWholeText(stream, kMaxDocumentBytes, stop, progress));
    return parseJsonDocument(text, stream.name());
}

loadtest::LoadTestReport reportOn(const JsonDocument &document)
{
    loadtest::LoadTestReport report;
    report.quality = document.quality;
    report.contents.isComplete = !document.isTruncated;
    return report;
}

const Json &child(const Json &object, std::string_view key)
{
    static const Json kNull;
    if (!object.is_object())
        return kNull;
    const auto at = object.find(key);
    return at == object.end() ? kNull : *at;
}

std::optional<double> numberOf(const Json &value)
{
    if (!value.is_number())
        return std::nullopt;
    const auto number = value.get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<double> numberAt(const Json &object, std::string_view key)
{
    return numberOf(child(object, key));
}

std::optional<std::uint64_t> countAt(const Json &object, std::string_view key)
{
    const Json &value = child(object, key);
    if (value.is_number_unsigned())
        return value.get<std::uint64_t>();
    const auto number = numberOf(value);
    if (!number || *number < 0 || *number > 1.8e19 || std::floor(*number) < *number)
        return std::nullopt;
    return static_cast<std::uint64_t>(*number);
}

std::optional<bool> boolAt(const Json &object, std::string_view key)
{
    const Json &value = child(object, key);
    return value.is_boolean() ? std::optional(value.get<bool>()) : std::nullopt;
}

std::string textAt(const Json &object, std::string_view key)
{
    const Json &value = child(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

} // namespace tailspan::reports
