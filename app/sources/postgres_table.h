// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_address.h"
#include "app/sources/sql_template.h"
#include "models/base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::sources {

/// What a column of the table is used for.
enum class SpanColumn : std::size_t {
    TraceId,
    SpanId,
    ParentId,
    Service,
    Operation,
    Start,
    End,
    Duration,
    Status,
    Error,
    Neighbors,
    Request,
    Response,
    Metadata,
};
inline constexpr std::size_t kSpanColumnCount = 14;

/// A column of table_shape.sql's answer.
struct FoundColumn {
    std::string name;
    std::string type; ///< "character varying", "timestamp without time zone", ...
    bool isReadable = false;
};

/// Nanoseconds of a unit's name (ns, us, ms, s); nothing for another.
[[nodiscard]] std::optional<std::int64_t> unitNs(const std::string &name);

/// How the columns of one table or view make up spans: which column is what, and the SQL over them. A value; made from
/// the connection's options and what the database says about the table.
class PostgresTable {
public:
    /// Errors: NotFound without a trace id or a time, Auth where they may not be read, Unsupported for a wrong unit or
    /// a type that is no time.
    [[nodiscard]] static Result<PostgresTable> make(const SourceAddress &address,
                                                    const std::vector<FoundColumn> &columns);

    /// Sets the expressions over the columns and the table's name.
    void describe(SqlTemplate &sql) const;
    [[nodiscard]] bool has(SpanColumn column) const { return found(column) != nullptr; }
    /// What the table lacks or the role may not read, in words; "" when nothing.
    [[nodiscard]] const std::string &lack() const { return m_lack; }
    [[nodiscard]] bool hasAllButBodies() const { return m_hasAllButBodies; }

    /// What an integer read for Start, End or Duration counts.
    [[nodiscard]] std::int64_t readUnitNs(SpanColumn column) const;
    /// The ends of spans are worked out from start and duration, so an index on the start needs bounds of its own.
    [[nodiscard]] bool endIsComputed() const { return !has(SpanColumn::End); }
    /// A time as the text form of the time column's type, rounded up to what the type can tell apart: for "at or
    /// after" and "before" that changes nothing.
    [[nodiscard]] std::string timeText(std::int64_t ns) const;
    /// Trace or span ids as an array of the column's type; what cannot be an id of that type is left out, and text is
    /// looked for in lower and upper case too, because ids are shown in lower case.
    [[nodiscard]] std::string idArray(SpanColumn column, const std::vector<std::string> &ids) const;
    /// The JSON columns key=value is looked for in: name as in the options and quoted.
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>> &attributeColumns() const
    {
        return m_attributeColumns;
    }
    /// SQL of a column as text, for details; columns the role may not read are absent.
    [[nodiscard]] std::string asText(SpanColumn column) const;
    /// The same for the attributes of many spans: JSON without its bodies and headers, nothing where a column is no
    /// attribute or holds JSON as text, from which they cannot be taken.
    [[nodiscard]] std::string asAttributes(SpanColumn column) const;

private:
    [[nodiscard]] const FoundColumn *found(SpanColumn column) const;
    [[nodiscard]] std::string sql(SpanColumn column, const char *alias = "s") const;
    [[nodiscard]] std::string textSql(SpanColumn column, const char *alias = "s") const;
    [[nodiscard]] std::string valueSql(SpanColumn column, std::int64_t unit) const;
    [[nodiscard]] std::string timeType() const;
    [[nodiscard]] std::string idType(SpanColumn column) const;
    [[nodiscard]] std::string endSql() const;
    [[nodiscard]] std::string endValueSql() const;
    [[nodiscard]] std::string durationNsSql() const;
    [[nodiscard]] std::string hasErrorSql() const;
    [[nodiscard]] std::string isErrorSql() const;
    [[nodiscard]] Result<> assign(const SourceAddress &address, const std::vector<FoundColumn> &columns);
    [[nodiscard]] Result<> checkTimes(const SourceAddress &address) const;
    void noteLack(const std::vector<std::string> &absent, const std::vector<std::string> &forbidden);

    std::string m_table;
    std::array<std::optional<FoundColumn>, kSpanColumnCount> m_columns;
    std::vector<std::pair<std::string, std::string>> m_attributeColumns;
    std::int64_t m_timeUnitNs = 1'000'000;
    std::int64_t m_durationUnitNs = 1'000'000;
    std::string m_lack;
    bool m_hasAllButBodies = true;
};

} // namespace tailspan::sources
