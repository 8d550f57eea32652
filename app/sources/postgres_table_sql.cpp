// SPDX-License-Identifier: GPL-3.0-or-later
// The SQL over the columns of a table, by their types.
#include "app/sources/postgres_table.h"

#include "models/base/number_text.h"
#include "models/base/time.h"

#include <algorithm>
#include <cctype>
#include <limits>

namespace tailspan::sources {

namespace {

bool isText(const std::string &type)
{
    return type == "text" || type == "character varying" || type == "character" || type == "name";
}

bool isInteger(const std::string &type)
{
    return type == "bigint" || type == "integer" || type == "smallint";
}

bool isReal(const std::string &type)
{
    return type == "double precision" || type == "real";
}

bool isTimestamp(const std::string &type)
{
    return type.starts_with("timestamp");
}

/// ns / unit, rounded up.
std::int64_t roundedUp(std::int64_t ns, std::int64_t unit)
{
    return ns / unit + (ns % unit > 0 ? 1 : 0);
}

bool isUuid(const std::string &text)
{
    const auto digits =
        std::count_if(text.begin(), text.end(), [](unsigned char letter) { return std::isxdigit(letter) != 0; });
    const auto dashes = std::count(text.begin(), text.end(), '-');
    const auto size = static_cast<std::ptrdiff_t>(text.size());
    if (digits != 32 || digits + dashes != size)
        return false;
    return dashes == 0 || (dashes == 4 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-');
}

bool isWholeNumber(const std::string &text)
{
    const std::string_view digits = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
    return !digits.empty() && digits.size() <= 18
        && std::all_of(digits.begin(), digits.end(), [](unsigned char letter) { return std::isdigit(letter) != 0; });
}

template <class Change>
std::string changed(std::string text, Change change)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [&](unsigned char letter) { return static_cast<char>(change(letter)); });
    return text;
}

std::string times(const std::string &expression, std::int64_t unit)
{
    return unit == 1 ? expression : expression + " * " + std::to_string(unit);
}

} // namespace

std::string PostgresTable::sql(SpanColumn column, const char *alias) const
{
    const FoundColumn *name = found(column);
    return name == nullptr ? "NULL::text" : std::string(alias) + "." + quotedName(name->name);
}

std::string PostgresTable::textSql(SpanColumn column, const char *alias) const
{
    const FoundColumn *name = found(column);
    const bool needsCast = name != nullptr && name->type != "text" && name->type != "character varying";
    return needsCast ? sql(column, alias) + "::text" : sql(column, alias);
}

std::string PostgresTable::idType(SpanColumn column) const
{
    const FoundColumn *name = found(column);
    return name == nullptr || isText(name->type) ? "text" : name->type;
}

std::string PostgresTable::timeType() const
{
    const FoundColumn *time = has(SpanColumn::End) ? found(SpanColumn::End) : found(SpanColumn::Start);
    if (time == nullptr)
        return {};
    if (isTimestamp(time->type) || isReal(time->type) || time->type == "numeric")
        return isReal(time->type) ? "double precision" : time->type;
    return isInteger(time->type) ? "bigint" : "";
}

/// As it is read: numeric has no plain binary form, so the server turns it into nanoseconds.
std::string PostgresTable::valueSql(SpanColumn column, std::int64_t unit) const
{
    const FoundColumn *name = found(column);
    if (name == nullptr)
        return "NULL::bigint";
    if (name->type == "numeric")
        return "round(" + times(sql(column), unit) + ")::bigint";
    return sql(column);
}

std::int64_t PostgresTable::readUnitNs(SpanColumn column) const
{
    const FoundColumn *name = found(column);
    const bool isNumeric = (name == nullptr ? timeType() : name->type) == "numeric";
    if (isNumeric) // valueSql has made nanoseconds of it
        return 1;
    return column == SpanColumn::Duration ? m_durationUnitNs : m_timeUnitNs;
}

std::string PostgresTable::endSql() const
{
    if (has(SpanColumn::End))
        return sql(SpanColumn::End);
    const std::string start = sql(SpanColumn::Start);
    const std::string ns = "coalesce(" + durationNsSql() + ", 0)";
    if (isTimestamp(timeType()))
        return "(" + start + " + (" + ns + " / 1000) * interval '1 microsecond')";
    return "(" + start + " + " + ns + " / " + std::to_string(m_timeUnitNs) + ")";
}

std::string PostgresTable::endValueSql() const
{
    if (!has(SpanColumn::End) && timeType() == "numeric")
        return "round(" + times(endSql(), m_timeUnitNs) + ")::bigint";
    return has(SpanColumn::End) ? valueSql(SpanColumn::End, m_timeUnitNs) : endSql();
}

std::string PostgresTable::durationNsSql() const
{
    if (const FoundColumn *duration = found(SpanColumn::Duration); duration != nullptr) {
        const std::string column = sql(SpanColumn::Duration);
        if (duration->type == "interval")
            return "(extract(epoch FROM " + column + ") * 1000000000)::bigint";
        return isInteger(duration->type) ? "(" + times(column + "::bigint", m_durationUnitNs) + ")"
                                         : "round(" + times(column, m_durationUnitNs) + ")::bigint";
    }
    if (!has(SpanColumn::Start) || !has(SpanColumn::End))
        return "NULL::bigint";
    const std::string length = "(" + sql(SpanColumn::End) + " - " + sql(SpanColumn::Start) + ")";
    if (isTimestamp(timeType()))
        return "(extract(epoch FROM " + length + ") * 1000000000)::bigint";
    return "(" + times(length, m_timeUnitNs) + ")::bigint";
}

std::string PostgresTable::hasErrorSql() const
{
    std::string condition = "false";
    if (const FoundColumn *error = found(SpanColumn::Error); error != nullptr)
        condition = error->type == "boolean" ? "coalesce(" + sql(SpanColumn::Error) + ", false)"
                                             : "coalesce(" + textSql(SpanColumn::Error) + ", '') NOT IN ('', 'null')";
    if (const FoundColumn *status = found(SpanColumn::Status); status != nullptr && isText(status->type))
        condition = "(" + condition + " OR upper(coalesce(" + sql(SpanColumn::Status) + ", '')) LIKE '%ERROR%')";
    return condition;
}

std::string PostgresTable::isErrorSql() const
{
    const FoundColumn *status = found(SpanColumn::Status);
    if (status == nullptr || !isInteger(status->type))
        return hasErrorSql();
    const std::string code = "coalesce(" + sql(SpanColumn::Status) + ", 0)";
    return "(" + hasErrorSql() + " OR (" + code + " >= 500 AND " + code + " < 600))";
}

std::string PostgresTable::timeText(std::int64_t ns) const
{
    const std::string type = timeType();
    if (isTimestamp(type)) {
        // Years that the text form of ns cannot hold lie far outside of any span.
        constexpr std::int64_t kEdgeNs = 9'200'000'000'000'000'000;
        const std::int64_t heldNs = std::clamp(ns, -kEdgeNs, kEdgeNs);
        return isoText(TimePoint(saturatingMultiply(roundedUp(heldNs, 1'000), 1'000)));
    }
    if (type == "bigint")
        return std::to_string(roundedUp(ns, m_timeUnitNs));
    const std::string fraction = std::to_string(m_timeUnitNs + std::abs(ns % m_timeUnitNs)).substr(1);
    const std::string whole = (ns < 0 ? "-" : "") + std::to_string(std::abs(ns / m_timeUnitNs));
    return fraction.empty() ? whole : whole + "." + fraction;
}

std::string PostgresTable::idArray(SpanColumn column, const std::vector<std::string> &ids) const
{
    const std::string type = idType(column);
    std::vector<std::string> items;
    for (const std::string &id : ids) {
        if (type == "uuid" ? !isUuid(id) : isInteger(type) && !isWholeNumber(id))
            continue;
        items.push_back(id);
        if (type != "text")
            continue;
        for (std::string other : {changed(id, ::tolower), changed(id, ::toupper)}) {
            if (other != id)
                items.push_back(std::move(other));
        }
    }
    return arrayText(items);
}

} // namespace tailspan::sources
