// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_clock.h"

#include "app/reports/report_text.h"
#include "models/base/time.h"

#include <cstring>

namespace tailspan::reports {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

} // namespace

std::int64_t epochUnitNs(std::size_t digits)
{
    if (digits <= 11)
        return kSecondNs;
    if (digits <= 14)
        return 1'000'000;
    return digits <= 17 ? 1'000 : 1;
}

bool K6Clock::readAny(std::string_view text, std::int64_t &ns)
{
    if (text.find('T') != std::string_view::npos)
        return readIso(text, ns);
    const auto number = integerIn(text);
    if (!number || *number < 0)
        return false;
    ns = saturatingMultiply(*number, epochUnitNs(text.size()));
    return true;
}

/// The part up to the minute is looked up, seconds and their fraction are read here; anything unusual goes through
/// the general parser.
bool K6Clock::readIso(std::string_view text, std::int64_t &ns)
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
