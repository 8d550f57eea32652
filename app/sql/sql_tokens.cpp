// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sql/sql_tokens.h"

#include <algorithm>
#include <cctype>

namespace tailspan::sql {

namespace {

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

} // namespace

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

} // namespace tailspan::sql
