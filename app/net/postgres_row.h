// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

struct pg_result;

namespace tailspan::net {

/// One row of an answer in PostgreSQL's binary form. Valid while its callback runs.
class PostgresRow {
public:
    explicit PostgresRow(const pg_result *result) : m_result(result) {}

    [[nodiscard]] int width() const;
    [[nodiscard]] bool isNull(int column) const;
    /// The value's bytes: of a text column the text itself. Empty for NULL.
    [[nodiscard]] std::string_view text(int column) const;
    /// Of a boolean column; false for NULL.
    [[nodiscard]] bool flag(int column) const;
    /// Of any numeric column but numeric itself, rounded to the nearest integer and held within 64 bits. Nothing for
    /// NULL and NaN.
    [[nodiscard]] std::optional<std::int64_t> integer(int column) const;
    /// As integer, times the unit: for durations and epochs. A timestamp (one without a zone is UTC) comes as
    /// nanoseconds since 1970 and an interval as nanoseconds, whatever the unit; an infinite one is nothing.
    [[nodiscard]] std::optional<std::int64_t> nanoseconds(int column, std::int64_t unitNs) const;

private:
    const pg_result *m_result;
};

} // namespace tailspan::net
