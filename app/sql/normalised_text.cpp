// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sql/normalised_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <vector>

namespace tailspan::sql {

namespace {

struct Token {
    enum class Kind : std::uint8_t { Word, Parameter, Other };
    Kind kind = Kind::Other;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string lower; ///< Of a word or a single sign.
};

bool isWordLetter(char c)
{
    return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0 || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

/// Behind a text or quoted name that begins at `i`; doubled quotes stand for themselves, backslashes in E'' escape.
std::size_t behindQuoted(std::string_view sql, std::size_t i, bool hasEscapes)
{
    const char quote = sql[i];
    for (++i; i < sql.size(); ++i) {
        if (hasEscapes && sql[i] == '\\')
            ++i;
        else if (sql[i] == quote && (i + 1 >= sql.size() || sql[i + 1] != quote))
            return i + 1;
        else if (sql[i] == quote)
            ++i;
    }
    return sql.size();
}

std::size_t behindComment(std::string_view sql, std::size_t i)
{
    if (sql[i] == '-')
        return std::min(sql.find('\n', i), sql.size());
    int depth = 0;
    for (; i + 1 < sql.size(); ++i) {
        if (sql[i] == '/' && sql[i + 1] == '*') {
            ++depth;
            ++i;
        } else if (sql[i] == '*' && sql[i + 1] == '/') {
            ++i;
            if (--depth == 0)
                return i + 1;
        }
    }
    return sql.size();
}

bool beginsComment(std::string_view rest)
{
    return rest.starts_with("--") || rest.starts_with("/*");
}

Token wordAt(std::string_view sql, std::size_t i)
{
    std::size_t end = i + 1;
    while (end < sql.size() && (isWordLetter(sql[end]) || sql[end] == '$'))
        ++end;
    Token token{Token::Kind::Word, i, end, std::string(sql.substr(i, end - i))};
    std::ranges::transform(token.lower, token.lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return token;
}

Token parameterAt(std::string_view sql, std::size_t i)
{
    std::size_t end = i + 1;
    while (end < sql.size() && std::isdigit(static_cast<unsigned char>(sql[end])) != 0)
        ++end;
    return {Token::Kind::Parameter, i, end, {}};
}

bool isParameter(std::string_view rest)
{
    return rest.size() > 1 && rest[0] == '$' && std::isdigit(static_cast<unsigned char>(rest[1])) != 0;
}

std::vector<Token> tokens(std::string_view sql)
{
    std::vector<Token> found;
    for (std::size_t i = 0; i < sql.size();) {
        const char c = sql[i];
        if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            ++i;
        } else if (beginsComment(sql.substr(i))) {
            i = behindComment(sql, i);
        } else if (c == '\'' || c == '"') {
            const bool hasEscapes = c == '\'' && !found.empty() && found.back().end == i && found.back().lower == "e";
            const std::size_t end = behindQuoted(sql, i, hasEscapes);
            found.push_back({Token::Kind::Other, i, end, {}});
            i = end;
        } else if (isParameter(sql.substr(i))) {
            found.push_back(parameterAt(sql, i));
            i = found.back().end;
        } else if (isWordLetter(c)) {
            found.push_back(wordAt(sql, i));
            i = found.back().end;
        } else {
            found.push_back({Token::Kind::Other, i, i + 1, std::string(1, c)});
            ++i;
        }
    }
    return found;
}

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
