// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_tags.h"

#include "app/json/structural_index.h"
#include "app/reports/json_scan.h"
#include "app/reports/report_text.h"
#include "models/base/utf8.h"
#include "models/loadtest/request_traces.h"

namespace tailspan::reports {

namespace {

constexpr std::string_view kMetadata = R"(},"metadata":{)";

std::string_view inner(std::string_view raw)
{
    return raw.size() >= 2 && raw.front() == '"' ? raw.substr(1, raw.size() - 2) : raw;
}

std::string withSingleQuotes(std::string_view cell)
{
    std::string text;
    for (std::size_t i = 0; i < cell.size(); ++i) {
        text += cell[i];
        if (cell[i] == '"' && i + 1 < cell.size() && cell[i + 1] == '"')
            ++i;
    }
    return text;
}

} // namespace

K6Tags k6TagsOfJson(std::string_view text)
{
    K6Tags tags;
    const auto note = [&tags](std::string_view key, std::string_view value) {
        if (key == "name")
            tags.name = inner(value);
        else if (key == "url")
            tags.url = inner(value);
        else if (key == "scenario")
            tags.scenario = inner(value);
        else if (key == "group")
            tags.group = inner(value);
        else if (key == "status")
            tags.status = inner(value);
        else if (key == "expected_response")
            tags.expected = inner(value);
        else if (key == "error")
            tags.error = inner(value);
        else if (key == "error_code")
            tags.errorCode = inner(value);
        else if (key == "check")
            tags.check = inner(value);
        else if (loadtest::isTraceIdName(key))
            tags.traceId = inner(value);
    };
    (void)forEachMember(text, note, true);
    // What stands in the script's metadata follows the tags. Quotes inside a value are escaped, so this is no value.
    const std::size_t metadata = text.find(kMetadata);
    if (tags.traceId.empty() && metadata != std::string_view::npos)
        (void)forEachMember(
            text.substr(metadata + kMetadata.size() - 1),
            [&tags](std::string_view key, std::string_view value) {
                if (loadtest::isTraceIdName(key))
                    tags.traceId = inner(value);
            },
            true);
    return tags;
}

std::string K6Tags::text(std::string_view raw) const
{
    if (!isJson)
        return plainName(raw.find('"') == std::string_view::npos ? std::string(raw) : withSingleQuotes(raw));
    return plainName(json::hasEscape(raw) ? json::decodeString(raw) : std::string(raw));
}

bool K6Tags::isPlain(std::string_view raw) const
{
    return raw.find(isJson ? '\\' : '"') == std::string_view::npos && raw.size() < 500 && isValidUtf8(raw);
}

bool K6Tags::isFailed() const
{
    if (!expected.empty())
        return expected == "false";
    const auto number = integerIn(status);
    return number ? *number < 200 || *number >= 400 : !errorCode.empty();
}

bool K6Tags::isSetup() const
{
    return group == "::setup" || group == "::teardown" || group.starts_with("::setup::")
        || group.starts_with("::teardown::");
}

std::string K6Tags::failureKind() const
{
    const auto number = integerIn(status);
    if (number && *number > 0)
        return "status " + std::string(status);
    if (!error.empty())
        return failureText(text(error));
    return errorCode.empty() ? std::string("no response") : "error " + plainName(errorCode);
}

} // namespace tailspan::reports
