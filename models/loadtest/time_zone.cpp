// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/time_zone.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace tailspan::loadtest {

namespace {

constexpr int kMaxHours = 14; // Line Islands; the other end is -12

bool areDigits(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

Result<Duration> parseZone(std::string_view text)
{
    const auto wrong = [text] {
        return fail(ErrorCode::Malformed,
                    "\"" + std::string(text.substr(0, 40))
                        + "\" is no time zone: write UTC or an offset such as +02:00",
                    "time zone");
    };
    if (text == "UTC" || text == "utc" || text == "Z")
        return Duration();
    if (text.starts_with("UTC"))
        text.remove_prefix(3);
    if (text.size() < 2 || text.size() > 6 || (text[0] != '+' && text[0] != '-'))
        return wrong();
    const bool isWest = text[0] == '-';
    text.remove_prefix(1);
    std::string digits(text);
    if (const std::size_t colon = digits.find(':'); colon != std::string::npos)
        digits.erase(colon, digits.size() == colon + 3 ? 1 : 0);
    if (digits.empty() || digits.size() > 4 || !areDigits(digits))
        return wrong();
    const int number = std::atoi(digits.c_str());
    const int hours = digits.size() > 2 ? number / 100 : number;
    const int minutes = digits.size() > 2 ? number % 100 : 0;
    if (hours > kMaxHours || minutes > 59)
        return wrong();
    return Duration::seconds((isWest ? -60 : 60) * (hours * 60 + minutes));
}

std::string zoneText(Duration zone)
{
    const auto minutes = static_cast<int>(zone.ns() / 60'000'000'000);
    if (minutes == 0)
        return "UTC";
    char text[32];
    std::snprintf(text, sizeof text, "UTC%c%02d:%02d", minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                  std::abs(minutes) % 60);
    return text;
}

Duration ZoneRule::offsetAt(TimePoint utc) const
{
    const auto next = std::upper_bound(m_changes.begin(), m_changes.end(), utc,
                                       [](TimePoint t, const Change &change) { return t < change.at; });
    return next == m_changes.begin() ? m_first : std::prev(next)->offset;
}

TimePoint ZoneRule::toUtc(TimePoint local) const
{
    // No zone is farther from UTC than a day: what is in force a day before and after are the only candidates, unless a
    // zone was set twice within two days, which none was.
    const Duration day = Duration::seconds(86'400);
    const TimePoint early = local - offsetAt(local - day);
    if (offsetAt(early) == offsetAt(local - day))
        return early;
    const TimePoint late = local - offsetAt(local + day);
    return offsetAt(late) == offsetAt(local + day) ? late : early;
}

bool ZoneRule::isAmbiguous(TimePoint local) const
{
    const Duration day = Duration::seconds(86'400);
    const Duration before = offsetAt(local - day);
    const Duration after = offsetAt(local + day);
    return before != after && offsetAt(local - before) == before && offsetAt(local - after) == after;
}

} // namespace tailspan::loadtest
