// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_query.h"

#include "app/sources/sql_texts.h"

#include <algorithm>

namespace tailspan::sources {

namespace {

/// Where only starts are stored, a span is looked for by its start up to this long before the range.
constexpr std::int64_t kLongestSpanNs = 3'600'000'000'000;

std::vector<std::string> partsOf(const std::string &path)
{
    std::vector<std::string> parts;
    std::size_t at = 0;
    while (at <= path.size()) {
        const std::size_t dot = std::min(path.find('.', at), path.size());
        parts.push_back(path.substr(at, dot - at));
        at = dot + 1;
    }
    return parts;
}

/// (metadata #>> $1 = $2 OR metadata ->> $3 = $2): in the column the key begins with, else in any.
void addMatch(SqlTemplate &sql, const PostgresTable &table, const trace::AttributeCondition &condition,
              std::string &matches)
{
    const std::string first = condition.key.substr(0, condition.key.find('.'));
    const auto &columns = table.attributeColumns();
    const bool namesColumn = condition.key.size() > first.size()
        && std::any_of(columns.begin(), columns.end(), [&](const auto &column) { return column.first == first; });
    const std::string path = namesColumn ? condition.key.substr(first.size() + 1) : condition.key;
    sql.set("path", arrayText(partsOf(path)));
    sql.set("key", path);
    sql.set("value", condition.value);
    std::string alternatives;
    for (const auto &[name, column] : columns) {
        if (namesColumn && name != first)
            continue;
        sql.setSql("column", column);
        alternatives += (alternatives.empty() ? "" : " OR ") + sql.render(sqlText("attribute_match"));
    }
    matches += (matches.empty() ? "(" : " AND (") + alternatives + ")";
}

Result<> setTexts(SqlTemplate &sql, const PostgresTable &table, const trace::TraceQuery &query)
{
    std::vector<std::string> patterns;
    for (const std::string &text : query.texts)
        patterns.push_back(containsPattern(text));
    if (!patterns.empty())
        sql.set("texts", arrayText(patterns));
    if (query.attributes.empty())
        return {};
    if (table.attributeColumns().empty())
        return fail(ErrorCode::Unsupported,
                    "There is no JSON column that key=value could be looked for in: none of those in the option "
                    "\"attributes\" exists and may be read.");
    std::string matches;
    for (const trace::AttributeCondition &condition : query.attributes)
        addMatch(sql, table, condition, matches);
    sql.setSql("attributes", matches);
    sql.set("attributes", {});
    return {};
}

void setNames(SqlTemplate &sql, const std::vector<std::string> &names, const std::string &one, const std::string &many)
{
    // One name by "=": only then an index that begins with it also gives the order behind it.
    if (names.size() == 1)
        sql.set(one, names.front());
    else if (!names.empty())
        sql.set(many, arrayText(names));
}

} // namespace

void setRange(SqlTemplate &sql, const PostgresTable &table, const TimeRange &range)
{
    sql.set("begin", table.timeText(range.begin.ns()));
    sql.set("finish", table.timeText(range.end.ns()));
    if (table.endIsComputed()) {
        sql.set("earliest_start", table.timeText(saturatingSubtract(range.begin.ns(), kLongestSpanNs)));
        sql.set("finish_of_start", table.timeText(range.end.ns()));
    }
}

Result<> setConditions(SqlTemplate &sql, const PostgresTable &table, const trace::TraceQuery &query)
{
    if (!query.services.empty() && !table.has(SpanColumn::Service))
        return fail(ErrorCode::Unsupported, "The services cannot be told apart. " + table.lack());
    if (!query.operations.empty() && !table.has(SpanColumn::Operation))
        return fail(ErrorCode::Unsupported, "The operations cannot be told apart. " + table.lack());
    if (query.range)
        setRange(sql, table, *query.range);
    setNames(sql, query.services, "service", "services");
    setNames(sql, query.operations, "operation", "operations");
    if (query.minDurationNs)
        sql.set("min_duration", std::to_string(*query.minDurationNs));
    if (query.maxDurationNs)
        sql.set("max_duration", std::to_string(*query.maxDurationNs));
    if (query.errorsOnly)
        sql.set("errors", {}); // no value of its own, only the line
    if (!query.traceId.empty())
        sql.set("trace_ids", table.idArray(SpanColumn::TraceId, {query.traceId}));
    return setTexts(sql, table, query);
}

} // namespace tailspan::sources
