// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_table.h"

#include <algorithm>
#include <array>

namespace tailspan::sources {

namespace {

struct ColumnOption {
    const char *option;
    SpanColumn column;
    bool isBody = false; ///< Wanted for one opened span only.
};

// In the order of SpanColumn; bodies have no option, they are the attribute columns of these names.
constexpr std::array<ColumnOption, kSpanColumnCount> kOptions{{
    {"trace-id", SpanColumn::TraceId},
    {"span-id", SpanColumn::SpanId},
    {"parent-id", SpanColumn::ParentId},
    {"service-name", SpanColumn::Service},
    {"operation", SpanColumn::Operation},
    {"start", SpanColumn::Start},
    {"end", SpanColumn::End},
    {"duration", SpanColumn::Duration},
    {"status", SpanColumn::Status},
    {"error", SpanColumn::Error},
    {"neighbors", SpanColumn::Neighbors},
    {"request", SpanColumn::Request, true},
    {"response", SpanColumn::Response, true},
    {"metadata", SpanColumn::Metadata, true},
}};

std::string columnName(const SourceAddress &address, const ColumnOption &option)
{
    if (option.isBody)
        return option.option;
    // A table that is said to have the start has its end by the duration, unless the end is named too.
    if (option.column == SpanColumn::End && !address.option("start").empty() && !address.options.contains("end"))
        return {};
    return address.option(option.option);
}

const FoundColumn *columnOf(const std::vector<FoundColumn> &columns, const std::string &name)
{
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const FoundColumn &column) { return column.name == name; });
    return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> namesIn(const std::string &list)
{
    std::vector<std::string> names;
    std::size_t at = 0;
    while (at <= list.size()) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        if (end > at)
            names.push_back(list.substr(at, end - at));
        at = end + 1;
    }
    return names;
}

bool isJson(const std::string &type)
{
    return type == "json" || type == "jsonb";
}

std::string listed(const std::vector<std::string> &names)
{
    std::string text;
    for (const std::string &name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

} // namespace

std::optional<std::int64_t> unitNs(const std::string &name)
{
    if (name == "ns")
        return 1;
    if (name == "us")
        return 1'000;
    if (name == "ms")
        return 1'000'000;
    return name == "s" ? std::optional<std::int64_t>(1'000'000'000) : std::nullopt;
}

const FoundColumn *PostgresTable::found(SpanColumn column) const
{
    const auto &entry = m_columns[static_cast<std::size_t>(column)];
    return entry ? &*entry : nullptr;
}

Result<PostgresTable> PostgresTable::make(const SourceAddress &address, const std::vector<FoundColumn> &columns)
{
    const std::string name = address.option("table");
    if (columns.empty())
        return fail(ErrorCode::NotFound,
                    "There is no table \"" + name + "\" in this database. Name it with the option \"table\".",
                    address.text());
    PostgresTable table;
    table.m_table = quotedTable(name);
    const auto timeUnit = unitNs(address.option("time-unit"));
    const auto durationUnit = unitNs(address.option("duration-unit"));
    if (!timeUnit || !durationUnit)
        return fail(ErrorCode::Unsupported, "A unit of time is one of ns, us, ms, s.", address.text());
    table.m_timeUnitNs = *timeUnit;
    table.m_durationUnitNs = *durationUnit;
    TS_CHECK(table.assign(address, columns));
    TS_CHECK(table.checkTimes(address));
    return table;
}

Result<> PostgresTable::assign(const SourceAddress &address, const std::vector<FoundColumn> &columns)
{
    std::vector<std::string> absent;
    std::vector<std::string> forbidden;
    for (const ColumnOption &option : kOptions) {
        const std::string name = columnName(address, option);
        const FoundColumn *column = name.empty() ? nullptr : columnOf(columns, name);
        if (column != nullptr && column->isReadable) {
            m_columns[static_cast<std::size_t>(option.column)] = *column;
        } else if (!name.empty() && !option.isBody) {
            (column == nullptr ? absent : forbidden).push_back(name);
        }
        if (option.column == SpanColumn::TraceId && !m_columns[0])
            return column == nullptr
                ? fail(ErrorCode::NotFound,
                       "The table " + m_table + " has no column \"" + name
                           + "\" for trace ids. Name it with the option \"trace-id\".",
                       address.text())
                : fail(ErrorCode::Auth, "The user may not read the column \"" + name + "\" of " + m_table + ".",
                       address.text());
    }
    for (const std::string &name : namesIn(address.option("attributes"))) {
        const FoundColumn *column = columnOf(columns, name);
        if (column != nullptr && column->isReadable && isJson(column->type))
            m_attributeColumns.emplace_back(name, "s." + quotedName(name));
    }
    noteLack(absent, forbidden);
    return {};
}

void PostgresTable::noteLack(const std::vector<std::string> &absent, const std::vector<std::string> &forbidden)
{
    m_hasAllButBodies = absent.empty() && forbidden.empty();
    if (!absent.empty())
        m_lack = "The table has no " + listed(absent) + ".";
    if (!forbidden.empty())
        m_lack += (m_lack.empty() ? "" : " ") + ("The user may not read " + listed(forbidden) + ".");
}

Result<> PostgresTable::checkTimes(const SourceAddress &address) const
{
    const FoundColumn *time = has(SpanColumn::End) ? found(SpanColumn::End) : found(SpanColumn::Start);
    if (time == nullptr)
        return fail(ErrorCode::NotFound,
                    "The table " + m_table
                        + " has no column for the time of a span. Name it with the option \"end\" or \"start\".",
                    address.text());
    if (timeType().empty())
        return fail(ErrorCode::Unsupported,
                    "The column \"" + time->name + "\" of " + m_table + " is of type " + time->type
                        + ", which is no time: timestamp, timestamptz or a number since 1970.",
                    address.text());
    return {};
}

void PostgresTable::describe(SqlTemplate &statement) const
{
    statement.setSql("table", m_table);
    statement.setSql("trace", textSql(SpanColumn::TraceId));
    statement.setSql("trace_key", sql(SpanColumn::TraceId));
    statement.setSql("trace_type", idType(SpanColumn::TraceId));
    statement.setSql("span", textSql(SpanColumn::SpanId));
    statement.setSql("span_key", sql(SpanColumn::SpanId));
    statement.setSql("span_type", idType(SpanColumn::SpanId));
    statement.setSql("parent", textSql(SpanColumn::ParentId));
    statement.setSql("parent_key", sql(SpanColumn::ParentId));
    statement.setSql("service", textSql(SpanColumn::Service));
    statement.setSql("operation", textSql(SpanColumn::Operation));
    statement.setSql("error_text", textSql(SpanColumn::Error));
    statement.setSql("neighbors", textSql(SpanColumn::Neighbors));
    statement.setSql("end", endSql());
    statement.setSql("start", sql(SpanColumn::Start));
    statement.setSql("time_type", timeType());
    statement.setSql("end_value", endValueSql());
    statement.setSql("start_value", valueSql(SpanColumn::Start, m_timeUnitNs));
    statement.setSql("duration_value", valueSql(SpanColumn::Duration, m_durationUnitNs));
    statement.setSql("duration_ns", durationNsSql());
    const FoundColumn *status = found(SpanColumn::Status);
    const bool isNumber = status != nullptr && status->type.find("int") != std::string::npos;
    statement.setSql("status_value", isNumber ? sql(SpanColumn::Status) : "NULL::integer");
    statement.setSql("has_error", hasErrorSql());
    statement.setSql("is_error", isErrorSql());
    statement.setSql("caller_service", textSql(SpanColumn::Service, "caller"));
    statement.setSql("caller_trace_key", sql(SpanColumn::TraceId, "caller"));
    statement.setSql("caller_span_key", sql(SpanColumn::SpanId, "caller"));
}

std::string PostgresTable::asText(SpanColumn column) const
{
    return has(column) ? sql(column) + "::text" : "NULL::text";
}

std::string PostgresTable::asAttributes(SpanColumn column) const
{
    switch (column) {
    case SpanColumn::ParentId:
    case SpanColumn::Operation:
    case SpanColumn::Start:
    case SpanColumn::End:
    case SpanColumn::Duration: return "NULL::text";
    case SpanColumn::Request:
    case SpanColumn::Response: break;
    default: return asText(column);
    }
    const FoundColumn *name = found(column);
    if (name == nullptr || (name->type != "jsonb" && name->type != "json"))
        return "NULL::text";
    const std::string json = name->type == "jsonb" ? sql(column) : sql(column) + "::jsonb";
    // Only of objects can members be taken.
    return "CASE WHEN " + json + " @> '{}' THEN (" + json + " - 'body' - 'headers')::text END";
}

} // namespace tailspan::sources
