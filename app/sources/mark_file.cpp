// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/mark_file.h"

#include "app/json/indexed_text.h"
#include "app/sources/json_api.h"
#include "models/base/iso_time.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace tailspan::sources {

namespace {

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r\"";
    const std::size_t begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

/// The unit of a plain number is told by its size: today is 1.8e9 seconds, 1.8e12 milliseconds.
std::optional<std::int64_t> timeOf(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return parseIsoTimeNs(text);
    const double toNs = number < 1e11 ? 1e9 : number < 1e14 ? 1e6 : number < 1e17 ? 1e3 : 1;
    if (!(number > 0) || number * toNs > 9e18)
        return std::nullopt;
    if (toNs == 1) { // a double has no room for nanoseconds
        std::int64_t whole = 0;
        std::from_chars(text.data(), text.data() + text.size(), whole);
        return whole;
    }
    return static_cast<std::int64_t>(std::llround(number * 1e3)) * static_cast<std::int64_t>(toNs / 1e3);
}

std::optional<metric::TimeMark> markOfObject(std::string_view line)
{
    const json::IndexedText text(line);
    json::JsonCursor cursor = text.cursor();
    std::optional<std::int64_t> timeNs;
    metric::TimeMark mark;
    const bool isRead = json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "time" || key == "timestamp") {
            if (value.peek() == '"') {
                timeNs = timeOf(readString(value));
            } else if (const auto number = readNumber(value)) {
                timeNs = timeOf(std::to_string(*number));
            }
        } else if (key == "text" || key == "title") {
            mark.text = readString(value);
        } else {
            return value.skipValue();
        }
        return true;
    });
    if (!isRead || !timeNs)
        return std::nullopt;
    mark.time = TimePoint(*timeNs);
    return mark;
}

std::optional<metric::TimeMark> markOf(std::string_view line)
{
    if (line.front() == '{')
        return markOfObject(line);
    const std::size_t comma = line.find_first_of(",;\t");
    const auto timeNs = timeOf(trimmed(line.substr(0, comma)));
    if (!timeNs)
        return std::nullopt;
    const std::string_view text = comma == std::string_view::npos ? std::string_view() : line.substr(comma + 1);
    return metric::TimeMark{TimePoint(*timeNs), std::string(trimmed(text))};
}

} // namespace

Result<std::vector<metric::TimeMark>> readMarks(std::string_view text, std::uint64_t &leftOut)
{
    std::vector<metric::TimeMark> marks;
    bool isFirst = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view whole = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t begin = whole.find_first_not_of(" \t\r");
        if (begin == std::string_view::npos || whole[begin] == '#')
            continue;
        auto mark = markOf(whole.substr(begin));
        if (mark)
            marks.push_back(std::move(*mark));
        else if (!isFirst || whole[begin] == '{') // the first line may be a heading
            ++leftOut;
        isFirst = false;
    }
    if (marks.empty())
        return fail(ErrorCode::Malformed,
                    "holds no mark. A line is a time and a text: 2026-11-23T14:02:10Z,auth 2.14.1 deployed");
    std::stable_sort(marks.begin(), marks.end(), [](const auto &a, const auto &b) { return a.time < b.time; });
    return marks;
}

} // namespace tailspan::sources
