// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/postgres_row.h"
#include "models/trace/trace_builder.h"

#include <string_view>

namespace tailspan::sources {

class PostgresTable;

/// Turns rows of row_columns.sql into spans of a builder's input. Thread: one; the builder's.
class PostgresRows {
public:
    PostgresRows(const PostgresTable &table, trace::TraceBuilder &builder, std::uint16_t input);
    ~PostgresRows() { flush(); }
    PostgresRows(const PostgresRows &) = delete;
    PostgresRows &operator=(const PostgresRows &) = delete;

    void add(const net::PostgresRow &row);
    /// Hands over what has not been yet.
    void flush();
    [[nodiscard]] std::uint64_t count() const { return m_count; }
    /// The end of the row added last; 0 without a time.
    [[nodiscard]] std::int64_t lastEndNs() const { return m_lastEndNs; }

private:
    [[nodiscard]] StringId intern(std::string_view text);
    [[nodiscard]] trace::Id id(std::string_view text);
    [[nodiscard]] std::string mended(std::string_view text);
    void setTimes(const net::PostgresRow &row, trace::SpanDraft &span);
    void addNeighbors(std::string_view json);

    trace::TraceBuilder &m_builder;
    std::uint16_t m_input;
    std::int64_t m_endUnitNs;
    std::int64_t m_startUnitNs;
    std::int64_t m_durationUnitNs;
    bool m_hasNeighbors;
    trace::SpanBatch m_batch;
    std::uint64_t m_count = 0;
    std::int64_t m_lastEndNs = 0;
};

/// The names of ["auth", "payment"], as jsonb prints it; nothing for what is no list.
[[nodiscard]] std::vector<std::string> neighborNames(std::string_view json);

} // namespace tailspan::sources
