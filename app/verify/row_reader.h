// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/postgres_row.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::verify {

/// A count of what a server says; what is no number, or larger than any count, ends at the nearest one.
[[nodiscard]] inline std::int64_t countOf(double value)
{
    constexpr double kMost = 9e18;
    return value > 0 ? static_cast<std::int64_t>(std::min(value, kMost)) : 0;
}

/// Takes the columns of a row one after the other. Valid while the row's callback runs.
class RowReader {
public:
    explicit RowReader(const net::PostgresRow &row) : m_row(row) {}

    [[nodiscard]] std::string text() { return std::string(m_row.text(m_next++)); }
    [[nodiscard]] bool flag() { return m_row.flag(m_next++); }
    [[nodiscard]] std::int64_t integer() { return m_row.integer(m_next++).value_or(0); }
    /// Of a number that the statement cast to text.
    [[nodiscard]] std::optional<double> optionalNumber()
    {
        const std::string_view text = m_row.text(m_next++);
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc{} && !text.empty() ? std::optional(value) : std::nullopt;
    }
    [[nodiscard]] double number() { return optionalNumber().value_or(0); }
    /// Seconds since 1970 as nanoseconds.
    [[nodiscard]] std::optional<std::int64_t> epochNs()
    {
        constexpr double kNsPerSecond = 1e9;
        const auto seconds = optionalNumber();
        return seconds ? std::optional(static_cast<std::int64_t>(*seconds * kNsPerSecond)) : std::nullopt;
    }
    [[nodiscard]] std::vector<std::string> list(char separator) { return split(m_row.text(m_next++), separator); }

    [[nodiscard]] static std::vector<std::string> split(std::string_view text, char separator)
    {
        std::vector<std::string> parts;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find(separator), text.size());
            parts.emplace_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return parts;
    }

private:
    const net::PostgresRow &m_row;
    int m_next = 0;
};

} // namespace tailspan::verify
