// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/jmeter_time.h"

#include "app/reports/report_text.h"
#include "models/base/iso_time.h"
#include "models/base/time.h"

#include <string>

namespace tailspan::reports {

namespace {

/// "08:31:05.250" as an instant of 1970-01-01.
std::optional<std::int64_t> clockNs(std::string_view text)
{
    return parseIsoTimeNs("1970-01-01T" + std::string(text));
}

/// "...T14:21:14Z", "...T14:21:14.25+02:00"
bool namesZone(std::string_view iso)
{
    constexpr std::size_t kClockEnd = 16; // behind the minutes
    return iso.size() > kClockEnd && iso.find_first_of("Z+-", kClockEnd) != std::string_view::npos;
}

/// "11/23/26 14:21:14": month, day and the last two digits of the year.
std::optional<std::int64_t> americanNs(std::string_view text)
{
    if (text.size() < 17 || text[2] != '/' || text[5] != '/' || text[8] != ' ')
        return std::nullopt;
    const std::string iso = "20" + std::string(text.substr(6, 2)) + "-" + std::string(text.substr(0, 2)) + "-"
        + std::string(text.substr(3, 2)) + "T" + std::string(text.substr(9));
    return parseIsoTimeNs(iso);
}

} // namespace

std::optional<JmeterTime> parseJmeterTime(std::string_view text)
{
    if (const auto ms = integerIn(text))
        return JmeterTime{saturatingMultiply(*ms, 1'000'000), true, true};
    if (text.size() >= 8 && text[2] == ':' && text[5] == ':') {
        const auto ns = clockNs(text);
        return ns ? std::optional(JmeterTime{*ns, false, false}) : std::nullopt;
    }
    if (const auto ns = americanNs(text))
        return JmeterTime{*ns, false, true};
    std::string iso(text.substr(0, 40));
    if (iso.size() > 7 && iso[4] == '/' && iso[7] == '/')
        iso[4] = iso[7] = '-';
    const auto ns = parseIsoTimeNs(iso);
    return ns ? std::optional(JmeterTime{*ns, namesZone(iso), true}) : std::nullopt;
}

} // namespace tailspan::reports
