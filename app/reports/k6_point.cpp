// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_point.h"

#include "app/reports/json_scan.h"

#include <cstring>

namespace tailspan::reports {

namespace {

constexpr std::string_view kMetric = R"({"metric":")";
constexpr std::string_view kTime = R"(","type":"Point","data":{"time":")";
constexpr std::string_view kValue = R"(","value":)";
constexpr std::string_view kTags = R"(,"tags":)";
constexpr std::string_view kMetadata = R"(,"metadata":)";

bool take(std::string_view line, std::size_t &at, std::string_view expected)
{
    if (line.size() - at < expected.size() || std::memcmp(line.data() + at, expected.data(), expected.size()) != 0)
        return false;
    at += expected.size();
    return true;
}

/// What the keys of one object hold, as raw text.
struct Fields {
    std::string_view type;
    std::string_view metric;
    std::string_view data;
    std::string_view time;
    std::string_view value;
    std::string_view tags;
    std::string_view metadata;
};

void note(Fields &fields, std::string_view key, std::string_view value)
{
    if (key == "type")
        fields.type = value;
    else if (key == "metric")
        fields.metric = value;
    else if (key == "data")
        fields.data = value;
    else if (key == "time")
        fields.time = value;
    else if (key == "value")
        fields.value = value;
    else if (key == "tags")
        fields.tags = value;
    else if (key == "metadata")
        fields.metadata = value;
}

bool readFields(std::string_view object, Fields &fields)
{
    return forEachMember(object, [&](std::string_view key, std::string_view value) { note(fields, key, value); });
}

std::string_view unquoted(std::string_view raw)
{
    return raw.size() >= 2 && raw.front() == '"' ? raw.substr(1, raw.size() - 2) : std::string_view();
}

} // namespace

K6Line K6LineScanner::scan(std::string_view line, bool isTerminated)
{
    K6Line result;
    if (isTerminated && scanUsual(line, result))
        return result;
    return scanAny(line);
}

bool K6LineScanner::scanUsual(std::string_view line, K6Line &result)
{
    std::size_t at = 0;
    if (!line.ends_with("}}") || !take(line, at, kMetric))
        return false;
    const std::size_t nameEnd = line.find('"', at);
    if (nameEnd == std::string_view::npos)
        return false;
    result.metric = line.substr(at, nameEnd - at);
    at = nameEnd;
    if (!take(line, at, kTime))
        return false;
    const std::size_t timeEnd = line.find('"', at);
    if (timeEnd == std::string_view::npos || !m_clock.readIso(line.substr(at, timeEnd - at), result.timeNs))
        return false;
    at = timeEnd;
    if (!take(line, at, kValue))
        return false;
    const NumberScan number = scanNumber(line.substr(at));
    if (number.state != NumberScan::State::Fine)
        return false;
    at += number.length;
    if (!take(line, at, kTags))
        return false;
    result.value = number.value;
    result.tags = line[at] == '{' ? line.substr(at) : std::string_view();
    result.kind = K6Line::Kind::Point;
    return true;
}

K6Line K6LineScanner::scanAny(std::string_view line)
{
    K6Line result;
    Fields outer;
    if (!readFields(line, outer))
        return result;
    result.metric = unquoted(outer.metric);
    if (outer.type == R"("Metric")" && !outer.data.empty()) {
        result.kind = K6Line::Kind::Metric;
        return result;
    }
    Fields inner;
    if (outer.type != R"("Point")" || result.metric.empty() || !readFields(outer.data, inner)
        || !m_clock.readIso(unquoted(inner.time), result.timeNs))
        return result;
    const NumberScan number = scanNumber(inner.value);
    result.value = number.value;
    result.tags = inner.tags.starts_with('{') ? inner.tags : std::string_view();
    if (!result.tags.empty() && inner.metadata.data() == inner.tags.data() + inner.tags.size() + kMetadata.size())
        result.tags = {inner.tags.data(), inner.tags.size() + kMetadata.size() + inner.metadata.size()};
    if (number.state == NumberScan::State::Fine)
        result.kind = K6Line::Kind::Point;
    else
        result.kind = number.state == NumberScan::State::OutOfRange ? K6Line::Kind::OutOfRange
                                                                    : K6Line::Kind::NotANumber;
    return result;
}

} // namespace tailspan::reports
