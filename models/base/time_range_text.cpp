// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/time_range_text.h"

#include "models/base/iso_time.h"

#include <array>
#include <charconv>
#include <string>

namespace tailspan {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kDayNs = 86'400 * kSecondNs;

/// The zone and the moment that words are relative to.
struct Context {
    TimePoint now;
    Duration offset;
};

/// A moment as it was written: a day, a clock, both, or exactly.
struct Moment {
    std::optional<std::int64_t> dayNs;   ///< Midnight, in local nanoseconds.
    std::optional<std::int64_t> clockNs; ///< Since midnight.
    std::optional<TimePoint> exact;
};

std::string plain(std::string_view text)
{
    std::string out;
    bool isBlank = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        // En and em dashes, as texts from documents have them.
        if (c == 0xE2 && i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) == 0x80
            && (static_cast<unsigned char>(text[i + 2]) == 0x93 || static_cast<unsigned char>(text[i + 2]) == 0x94)) {
            out += isBlank ? "- " : " - ";
            i += 2;
            isBlank = true;
            continue;
        }
        const bool isSpace = c == ' ' || c == '\t';
        if (isSpace && isBlank)
            continue;
        isBlank = isSpace;
        out += isSpace ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    while (out.ends_with(' '))
        out.pop_back();
    return out;
}

bool takeWord(std::string_view &text, std::string_view word)
{
    if (!text.starts_with(word))
        return false;
    text.remove_prefix(word.size());
    while (text.starts_with(' '))
        text.remove_prefix(1);
    return true;
}

std::optional<std::int64_t> unitNs(std::string_view word)
{
    struct Unit {
        std::string_view name;
        std::int64_t ns;
    };
    static constexpr std::array kUnits{Unit{"s", kSecondNs},
                                       Unit{"sec", kSecondNs},
                                       Unit{"second", kSecondNs},
                                       Unit{"seconds", kSecondNs},
                                       Unit{"m", 60 * kSecondNs},
                                       Unit{"min", 60 * kSecondNs},
                                       Unit{"minute", 60 * kSecondNs},
                                       Unit{"minutes", 60 * kSecondNs},
                                       Unit{"h", 3'600 * kSecondNs},
                                       Unit{"hour", 3'600 * kSecondNs},
                                       Unit{"hours", 3'600 * kSecondNs},
                                       Unit{"d", kDayNs},
                                       Unit{"day", kDayNs},
                                       Unit{"days", kDayNs},
                                       Unit{"w", 7 * kDayNs},
                                       Unit{"week", 7 * kDayNs},
                                       Unit{"weeks", 7 * kDayNs}};
    for (const Unit &unit : kUnits) {
        if (unit.name == word)
            return unit.ns;
    }
    return std::nullopt;
}

/// "20m", "1h30m", "2 hours", "hour"; the whole text.
std::optional<Duration> lengthOf(std::string_view text)
{
    std::int64_t totalNs = 0;
    bool hasAny = false;
    while (!text.empty()) {
        double number = 1;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool hasNumber = error == std::errc();
        if (!hasNumber && hasAny)
            return std::nullopt;
        if (hasNumber)
            text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        while (text.starts_with(' '))
            text.remove_prefix(1);
        std::size_t letters = 0;
        while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z')
            ++letters;
        const auto unit = unitNs(text.substr(0, letters));
        if (!unit || !(number > 0) || number > 1e6)
            return std::nullopt;
        totalNs = saturatingAdd(totalNs, static_cast<std::int64_t>(number * static_cast<double>(*unit)));
        text.remove_prefix(letters);
        while (text.starts_with(' '))
            text.remove_prefix(1);
        hasAny = true;
    }
    return hasAny && totalNs > 0 ? std::optional(Duration(totalNs)) : std::nullopt;
}

std::optional<int> digits(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isWhole = error == std::errc() && end == text.data() + text.size() && !text.empty();
    return isWhole && value >= 0 ? std::optional(value) : std::nullopt;
}

/// "14:02", "9:00", "14:02:10.25"; nanoseconds since midnight.
std::optional<std::int64_t> clockOf(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon > 2 || text.size() < colon + 3)
        return std::nullopt;
    const auto hours = digits(text.substr(0, colon));
    const auto minutes = digits(text.substr(colon + 1, 2));
    if (!hours || !minutes || *hours > 24 || *minutes > 59)
        return std::nullopt;
    double seconds = 0;
    const std::string_view rest = text.substr(colon + 3);
    if (!rest.empty()) {
        const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), seconds);
        if (rest.front() != ':' || error != std::errc() || end != rest.data() + rest.size() || !(seconds >= 0)
            || seconds >= 60)
            return std::nullopt;
    }
    const std::int64_t ns = (*hours * 60 + *minutes) * 60 * kSecondNs + static_cast<std::int64_t>(seconds * 1e9);
    return ns <= kDayNs ? std::optional(ns) : std::nullopt;
}

std::int64_t dayOf(TimePoint time, Duration offset)
{
    const std::int64_t local = (time + offset).ns();
    return local - (local % kDayNs + kDayNs) % kDayNs;
}

/// The day at the head of the text, which is taken off it.
std::optional<std::int64_t> takeDay(std::string_view &text, const Context &context)
{
    const std::int64_t today = dayOf(context.now, context.offset);
    if (takeWord(text, "yesterday"))
        return today - kDayNs;
    if (takeWord(text, "today"))
        return today;
    if (text.size() < 10 || text[4] != '-' || text[7] != '-')
        return std::nullopt;
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    const auto days = year && month && day ? daysSinceEpoch(*year, *month, *day) : std::nullopt;
    if (!days)
        return std::nullopt;
    text.remove_prefix(10);
    if (text.starts_with('t') || text.starts_with(' '))
        text.remove_prefix(1);
    return saturatingMultiply(*days, kDayNs);
}

std::optional<Moment> momentOf(std::string_view text, Context context)
{
    Moment moment;
    if (takeWord(text, "now")) {
        const bool isBefore = takeWord(text, "-");
        const auto length = isBefore ? lengthOf(text) : std::nullopt;
        if (!text.empty() && !length)
            return std::nullopt;
        moment.exact = context.now - length.value_or(Duration());
        return moment;
    }
    std::string upper(text);
    for (char &c : upper)
        c = c == 't' ? 'T' : c == 'z' ? 'Z' : c;
    const std::size_t zone = text.find_first_of("z+", 10);
    if (text.size() > 11 && zone != std::string_view::npos) {
        if (const auto ns = parseIsoTimeNs(upper)) {
            moment.exact = TimePoint(*ns);
            return moment;
        }
    }
    moment.dayNs = takeDay(text, context);
    if (!text.empty()) {
        moment.clockNs = clockOf(text);
        if (!moment.clockNs)
            return std::nullopt;
    }
    return moment.dayNs || moment.clockNs ? std::optional(moment) : std::nullopt;
}

/// Where the text is divided into two moments: the widest separators first, as days hold dashes too.
std::optional<std::pair<std::string_view, std::string_view>> divided(std::string_view text)
{
    for (const std::string_view separator : {" - ", " to ", "..", "/"}) {
        const std::size_t at = text.find(separator);
        if (at != std::string_view::npos)
            return std::pair{text.substr(0, at), text.substr(at + separator.size())};
    }
    // "14:00-15:00", "yesterday 14:00-15:00": the dash behind a clock.
    const std::size_t colon = text.find(':');
    const std::size_t dash = colon == std::string_view::npos ? colon : text.find('-', colon);
    if (dash == std::string_view::npos)
        return std::nullopt;
    std::string_view end = text.substr(dash + 1);
    while (end.starts_with(' '))
        end.remove_prefix(1);
    std::string_view begin = text.substr(0, dash);
    while (begin.ends_with(' '))
        begin.remove_suffix(1);
    return std::pair{begin, end};
}

TimePoint toUtc(std::int64_t localNs, Duration offset)
{
    return TimePoint(localNs) - offset;
}

std::optional<TimeRange> rangeOf(const Moment &begin, const Moment &end, const Context &context)
{
    TimeRange range;
    if (begin.exact) {
        range.begin = *begin.exact;
    } else {
        std::int64_t day = begin.dayNs.value_or(dayOf(context.now, context.offset));
        range.begin = toUtc(day + begin.clockNs.value_or(0), context.offset);
        if (!begin.dayNs && range.begin > context.now)
            range.begin = range.begin - Duration(kDayNs);
    }
    if (end.exact) {
        range.end = *end.exact;
    } else {
        const bool isWholeDay = end.dayNs && !end.clockNs;
        const std::int64_t day = end.dayNs.value_or(dayOf(range.begin, context.offset));
        range.end = toUtc(day + (isWholeDay ? kDayNs : end.clockNs.value_or(0)), context.offset);
        if (!end.dayNs && range.end <= range.begin)
            range.end = range.end + Duration(kDayNs);
    }
    return range.isEmpty() ? std::nullopt : std::optional(range);
}

/// A day alone; "today" ends now.
std::optional<TimeRange> dayRange(std::string_view text, const Context &context)
{
    const auto moment = momentOf(text, context);
    if (!moment || !moment->dayNs || moment->clockNs)
        return std::nullopt;
    TimeRange range{toUtc(*moment->dayNs, context.offset), toUtc(*moment->dayNs + kDayNs, context.offset)};
    if (range.contains(context.now))
        range.end = context.now;
    return range;
}

} // namespace

Result<TypedRange> parseTypedRange(std::string_view typed, TimePoint now, Duration utcOffset)
{
    const std::string text = plain(typed);
    std::string_view rest = text;
    Context context{now, utcOffset};
    if (rest.ends_with(" utc")) {
        rest.remove_suffix(4);
        context.offset = {};
    }
    TypedRange result;
    result.isAll = rest == "all" || rest == "everything" || rest == "whole range" || rest == "all that is stored";
    if (result.isAll)
        return result;
    std::string_view length = rest;
    takeWord(length, "the ");
    takeWord(length, "last ");
    result.last = lengthOf(length);
    if (result.last)
        return result;
    if (const auto parts = divided(rest)) {
        const auto begin = momentOf(parts->first, context);
        const auto end = momentOf(parts->second, context);
        if (begin && end)
            result.range = rangeOf(*begin, *end, context);
    } else {
        result.range = dayRange(rest, context);
    }
    if (result.range)
        return result;
    return fail(ErrorCode::Malformed,
                "This is no range of time. Write 14:02 - 14:17, last 20m, yesterday 14:00-15:00, or two ISO times with "
                "a dash between them.");
}

} // namespace tailspan
