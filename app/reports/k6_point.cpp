// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_point.h"

#include "app/reports/json_scan.h"
#include "app/reports/report_text.h"
#include "models/base/iso_time.h"
#include "models/base/time.h"

#include <cstring>

namespace tailspan::reports {

namespace {

constexpr std::string_view kMetric = R"({"metric":")";
constexpr std::string_view kTime = R"(","type":"Point","data":{"time":")";
constexpr std::string_view kValue = R"(","value":)";
constexpr std::string_view kTags = R"(,"tags":)";
constexpr std::int64_t kSecondNs = 1'000'000'000;

bool take(std::string_view line, std::size_t &at, std::string_view expected)
{
    if (line.size() - at < expected.size() || std::memcmp(line.data() + at, expected.data(), expected.size()) != 0)
        return false;
    at += expected.size();
    return true;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// What the keys of one object hold, as raw text.
struct Fields {
    std::string_view type;
    std::string_view metric;
    std::string_view data;
    std::string_view time;
    std::string_view value;
    std::string_view tags;
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
    if (timeEnd == std::string_view::npos || !timeIn(line.substr(at, timeEnd - at), result.timeNs))
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
        || !timeIn(unquoted(inner.time), result.timeNs))
        return result;
    const NumberScan number = scanNumber(inner.value);
    result.value = number.value;
    result.tags = inner.tags.starts_with('{') ? inner.tags : std::string_view();
    if (number.state == NumberScan::State::Fine)
        result.kind = K6Line::Kind::Point;
    else
        result.kind = number.state == NumberScan::State::OutOfRange ? K6Line::Kind::OutOfRange
                                                                    : K6Line::Kind::NotANumber;
    return result;
}

/// The part up to the minute is looked up, seconds and their fraction are read here; anything unusual goes through
/// the general parser.
bool K6LineScanner::timeIn(std::string_view text, std::int64_t &ns)
{
    constexpr std::size_t kMinuteBytes = sizeof m_minute;
    const bool isShortForm = text.size() >= kMinuteBytes + 3 && text.back() == 'Z' && isDigit(text[kMinuteBytes])
        && isDigit(text[kMinuteBytes + 1]);
    if (!isShortForm) {
        const auto general = parseIsoTimeNs(text);
        ns = general.value_or(0);
        return general.has_value();
    }
    if (std::memcmp(m_minute, text.data(), kMinuteBytes) != 0) {
        const auto minute = parseIsoTimeNs(std::string(text.substr(0, kMinuteBytes)) + "00Z");
        if (!minute)
            return false;
        std::memcpy(m_minute, text.data(), kMinuteBytes);
        m_minuteNs = *minute;
    }
    const int seconds = (text[kMinuteBytes] - '0') * 10 + (text[kMinuteBytes + 1] - '0');
    std::int64_t fraction = 0;
    std::int64_t scale = kSecondNs;
    std::size_t at = kMinuteBytes + 2;
    if (text[at] == '.') {
        for (++at; isDigit(text[at]); ++at) {
            scale /= 10;
            fraction += scale * (text[at] - '0');
        }
    }
    ns = saturatingAdd(m_minuteNs, seconds * kSecondNs + fraction); // years beyond 2262 are at the limit already
    return at + 1 == text.size() && seconds <= 60;
}

} // namespace tailspan::reports
