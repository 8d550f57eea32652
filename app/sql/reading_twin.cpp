// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sql/reading_twin.h"

#include "app/sql/sql_tokens.h"

#include <algorithm>

namespace tailspan::sql {

namespace {

/// The first token of that word outside brackets, from a place on; the count of tokens when there is none.
std::size_t wordAt(const std::vector<Token> &all, std::size_t from, std::string_view word)
{
    int depth = 0;
    for (std::size_t i = from; i < all.size(); ++i) {
        depth += all[i].lower == "(" ? 1 : all[i].lower == ")" ? -1 : 0;
        if (depth == 0 && all[i].kind == Token::Kind::Word && all[i].lower == word)
            return i;
    }
    return all.size();
}

std::string textBetween(std::string_view sql, const std::vector<Token> &all, std::size_t first, std::size_t end)
{
    return first >= end ? std::string()
                        : std::string(sql.substr(all[first].begin, all[end - 1].end - all[first].begin));
}

/// $n that the condition does not name still need a type in PREPARE; this folds to true.
std::string unused(std::uint32_t number)
{
    return " AND ($" + std::to_string(number) + "::text IS NULL OR true)";
}

} // namespace

std::optional<std::string> readingTwin(std::string_view statement, std::uint32_t parameters)
{
    const std::vector<Token> all = tokens(statement);
    const bool isUpdate = !all.empty() && all[0].lower == "update";
    const bool isDelete = all.size() > 1 && all[0].lower == "delete" && all[1].lower == "from";
    if (!isUpdate && !isDelete)
        return std::nullopt;
    const std::size_t where = wordAt(all, 0, "where");
    const std::size_t targetEnd = isUpdate ? wordAt(all, 0, "set") : where;
    const std::size_t end = std::min(wordAt(all, where, "returning"), all.size());
    const bool hasOther = isUpdate ? wordAt(all, targetEnd, "from") < end : wordAt(all, 0, "using") < end;
    if (where + 1 >= end || targetEnd > where || hasOther || all[where + 1].lower == "current")
        return std::nullopt;
    const std::string target = textBetween(statement, all, isUpdate ? 1 : 2, targetEnd);
    std::string text = "SELECT 1 FROM " + target + " WHERE (" + textBetween(statement, all, where + 1, end) + ")";
    for (std::uint32_t number = 1; number <= parameters; ++number) {
        const std::string name = "$" + std::to_string(number);
        const auto isIt = [&](const Token &token) {
            return token.kind == Token::Kind::Parameter
                && statement.substr(token.begin, token.end - token.begin) == name;
        };
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(where);
        if (std::none_of(begin, all.begin() + static_cast<std::ptrdiff_t>(end), isIt))
            text += unused(number);
    }
    return text;
}

} // namespace tailspan::sql
