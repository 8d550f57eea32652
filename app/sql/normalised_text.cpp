// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sql/normalised_text.h"

#include "app/sql/sql_tokens.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace tailspan::sql {

namespace {

/// Types that may stand before a constant: date '2026-11-30'.
constexpr std::array<std::string_view, 24> kTypes = {
    "interval", "date", "time", "timetz",  "timestamp", "timestamptz", "uuid",   "json",
    "jsonb",    "inet", "cidr", "numeric", "decimal",   "integer",     "bigint", "int",
    "int4",     "int8", "text", "bytea",   "money",     "xml",         "bool",   "boolean"};
constexpr std::array<std::string_view, 6> kFields = {"year", "month", "day", "hour", "minute", "second"};

/// A piece of the text and what stands in its place.
struct Change {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;
};

class Repair {
public:
    explicit Repair(std::string_view sql) : m_sql(sql), m_tokens(tokens(sql)) {}

    std::string result()
    {
        for (std::size_t i = 0; i < m_tokens.size(); ++i)
            look(i);
        std::string text;
        std::size_t at = 0;
        for (const Change &change : m_changes) {
            text.append(m_sql.substr(at, change.begin - at)).append(change.text);
            at = change.end;
        }
        return text.append(m_sql.substr(at));
    }

private:
    [[nodiscard]] std::string_view lower(std::size_t i) const
    {
        return i < m_tokens.size() ? std::string_view(m_tokens[i].lower) : std::string_view();
    }
    [[nodiscard]] bool isParameterAt(std::size_t i) const
    {
        return i < m_tokens.size() && m_tokens[i].kind == Token::Kind::Parameter;
    }
    [[nodiscard]] std::string sqlOf(std::size_t first, std::size_t last) const
    {
        return std::string(m_sql.substr(m_tokens[first].begin, m_tokens[last].end - m_tokens[first].begin));
    }

    void look(std::size_t i)
    {
        if (lower(i) == "extract" && lower(i + 1) == "(" && isParameterAt(i + 2) && lower(i + 3) == "from") {
            m_changes.push_back(
                {m_tokens[i].begin, m_tokens[i + 3].end, "date_part(" + sqlOf(i + 2, i + 2) + "::text,"});
            return;
        }
        if (std::ranges::find(kTypes, lower(i)) == kTypes.end())
            return;
        const bool isCast = i > 0 && (lower(i - 1) == ":" || lower(i - 1) == "as" || lower(i - 1) == ".");
        std::size_t last = i; // of the type's own words
        if ((lower(i + 1) == "with" || lower(i + 1) == "without") && lower(i + 2) == "time" && lower(i + 3) == "zone")
            last = i + 3;
        if (isCast || !isParameterAt(last + 1))
            return;
        const std::string parameter = sqlOf(last + 1, last + 1);
        std::size_t end = last + 1;
        std::string fields;
        if (lower(i) == "interval" && std::ranges::find(kFields, lower(end + 1)) != kFields.end()) {
            const std::size_t fieldEnd = lower(end + 2) == "to" ? end + 3 : end + 1;
            if (fieldEnd < m_tokens.size()) {
                fields = " " + sqlOf(end + 1, fieldEnd);
                end = fieldEnd;
            }
        }
        m_changes.push_back({m_tokens[i].begin, m_tokens[end].end, parameter + "::" + sqlOf(i, last) + fields});
    }

    std::string_view m_sql;
    std::vector<Token> m_tokens;
    std::vector<Change> m_changes;
};

} // namespace

std::string preparableText(std::string_view normalised)
{
    return Repair(normalised).result();
}

} // namespace tailspan::sql
