// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/iso_time.h"

#include "models/base/time.h"

#include <chrono>

namespace tailspan {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

/// Takes fixed-width parts off the front of a text.
class Cursor {
public:
    explicit Cursor(std::string_view text) : m_text(text) {}
    std::optional<int> digits(std::size_t count)
    {
        if (m_text.size() < count)
            return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (m_text[i] < '0' || m_text[i] > '9')
                return std::nullopt;
            value = value * 10 + (m_text[i] - '0');
        }
        m_text.remove_prefix(count);
        return value;
    }
    bool take(std::string_view anyOf)
    {
        if (m_text.empty() || anyOf.find(m_text.front()) == std::string_view::npos)
            return false;
        m_text.remove_prefix(1);
        return true;
    }
    /// At least one digit, as many as there are.
    std::optional<std::int64_t> fractionNs()
    {
        if (front() < '0' || front() > '9')
            return std::nullopt;
        std::int64_t ns = 0;
        std::int64_t scale = kSecondNs / 10;
        while (!m_text.empty() && m_text.front() >= '0' && m_text.front() <= '9') {
            ns += scale * (m_text.front() - '0');
            scale /= 10;
            m_text.remove_prefix(1);
        }
        return ns;
    }
    [[nodiscard]] bool isAtEnd() const { return m_text.empty(); }
    [[nodiscard]] char front() const { return m_text.empty() ? '\0' : m_text.front(); }

private:
    std::string_view m_text;
};

std::optional<std::int64_t> offsetSeconds(Cursor &cursor)
{
    if (cursor.isAtEnd() || cursor.take("Zz"))
        return 0;
    const bool isWest = cursor.front() == '-';
    if (!cursor.take("+-"))
        return std::nullopt;
    const auto hours = cursor.digits(2);
    const bool hasColon = cursor.take(":");
    const bool hasMinutes = hasColon || !cursor.isAtEnd(); // PostgreSQL writes "+00"
    const auto minutes = hasMinutes ? cursor.digits(2) : 0;
    if (!hours || !minutes || *hours > 23 || *minutes > 59)
        return std::nullopt;
    return (isWest ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

} // namespace

std::optional<std::int64_t> daysSinceEpoch(int year, int month, int day)
{
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok())
        return std::nullopt;
    return sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> parseIsoTimeNs(std::string_view text)
{
    Cursor cursor(text);
    const auto year = cursor.digits(4);
    if (!year || !cursor.take("-"))
        return std::nullopt;
    const auto month = cursor.digits(2);
    if (!month || !cursor.take("-"))
        return std::nullopt;
    const auto day = cursor.digits(2);
    if (!day || !cursor.take("Tt "))
        return std::nullopt;
    const auto hour = cursor.digits(2);
    if (!hour || !cursor.take(":"))
        return std::nullopt;
    const auto minute = cursor.digits(2);
    if (!minute || !cursor.take(":"))
        return std::nullopt;
    const auto second = cursor.digits(2);
    const auto days = daysSinceEpoch(*year, *month, *day);
    if (!second || !days || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    const std::optional<std::int64_t> fraction = cursor.take(".,") ? cursor.fractionNs() : 0;
    const auto offset = offsetSeconds(cursor);
    if (!fraction || !offset || !cursor.isAtEnd())
        return std::nullopt;
    const std::int64_t seconds = *days * 86'400 + *hour * 3600 + *minute * 60 + *second - *offset;
    return saturatingAdd(saturatingMultiply(seconds, kSecondNs), *fraction);
}

} // namespace tailspan
