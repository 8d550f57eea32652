// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/index_text.h"

#include "models/base/utf8.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tailspan::advisor {

namespace {

/// PostgreSQL's reserved words (appendix C of its manual) that people name columns by, and those that would be read as
/// something else.
constexpr std::array<std::string_view, 77> kReserved = {"all",          "analyse",
                                                        "analyze",      "and",
                                                        "any",          "array",
                                                        "as",           "asc",
                                                        "asymmetric",   "both",
                                                        "case",         "cast",
                                                        "check",        "collate",
                                                        "column",       "constraint",
                                                        "create",       "current_catalog",
                                                        "current_date", "current_role",
                                                        "current_time", "current_timestamp",
                                                        "current_user", "default",
                                                        "deferrable",   "desc",
                                                        "distinct",     "do",
                                                        "else",         "end",
                                                        "except",       "false",
                                                        "fetch",        "for",
                                                        "foreign",      "from",
                                                        "grant",        "group",
                                                        "having",       "in",
                                                        "initially",    "intersect",
                                                        "into",         "lateral",
                                                        "leading",      "limit",
                                                        "localtime",    "localtimestamp",
                                                        "not",          "null",
                                                        "offset",       "on",
                                                        "only",         "or",
                                                        "order",        "placing",
                                                        "primary",      "references",
                                                        "returning",    "select",
                                                        "session_user", "some",
                                                        "symmetric",    "table",
                                                        "then",         "to",
                                                        "trailing",     "true",
                                                        "union",        "unique",
                                                        "user",         "using",
                                                        "variadic",     "when",
                                                        "where",        "window",
                                                        "with"};

bool isPlain(std::string_view name)
{
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    const auto isInner = [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); };
    return !name.empty() && isLetter(name.front()) && std::ranges::all_of(name, isInner)
        && std::ranges::find(kReserved, name) == kReserved.end();
}

/// Whether the bracket that opens the text closes at its end.
bool isWholeInBrackets(std::string_view text)
{
    if (!text.starts_with('(') || !text.ends_with(')'))
        return false;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (depth == 0)
            return i + 1 == text.size();
    }
    return false;
}

std::string lettersOf(std::string_view text)
{
    std::string name;
    for (const char c : text) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isalnum(letter) != 0 || (letter & 0x80U) != 0)
            name += static_cast<char>(std::tolower(letter));
        else if (!name.empty() && name.back() != '_')
            name += '_';
    }
    while (!name.empty() && name.back() == '_')
        name.pop_back();
    return name;
}

} // namespace

std::string quotedIdentifier(std::string_view name)
{
    if (isPlain(name))
        return std::string(name);
    std::string quoted = "\"";
    for (const char c : name) {
        quoted += c;
        if (c == '"')
            quoted += c;
    }
    return quoted + '"';
}

std::string qualifiedName(std::string_view schema, std::string_view name)
{
    return schema.empty() ? quotedIdentifier(name) : quotedIdentifier(schema) + "." + quotedIdentifier(name);
}

std::string quotedLiteral(std::string_view text)
{
    std::string quoted = text.find('\\') == std::string_view::npos ? "'" : "E'";
    for (const char c : text) {
        quoted += c;
        if (c == '\'' || c == '\\')
            quoted += c;
    }
    return quoted + '\'';
}

std::string indexNameFor(std::string_view table, const std::vector<std::string> &columns, std::string_view mark)
{
    constexpr std::size_t kLongestName = 63; // NAMEDATALEN - 1
    const std::string end = mark.empty() ? "_idx" : "_" + std::string(mark) + "_idx";
    std::string name = lettersOf(table);
    for (const std::string &column : columns)
        name += "_" + lettersOf(column);
    return std::string(utf8Prefix(name, kLongestName - std::min(end.size(), kLongestName))) + end;
}

std::string comparableExpression(std::string_view text)
{
    std::string plain;
    for (const char c : text) {
        if (std::isspace(static_cast<unsigned char>(c)) == 0)
            plain += c;
    }
    while (isWholeInBrackets(plain))
        plain = plain.substr(1, plain.size() - 2);
    // What pg_get_indexdef adds to texts: lower((email)::text) is lower(email) of a varchar.
    for (const std::string_view cast : {"::text", "::charactervarying"}) {
        for (std::size_t at = plain.find(cast); at != std::string::npos; at = plain.find(cast, at)) {
            const std::size_t open = at > 0 && plain[at - 1] == ')' ? plain.rfind('(', at) : std::string::npos;
            plain.erase(at, cast.size());
            if (open != std::string::npos && plain.find('(', open + 1) > at) {
                plain.erase(at - 1, 1);
                plain.erase(open, 1);
                at -= 2;
            }
        }
    }
    return plain;
}

} // namespace tailspan::advisor
