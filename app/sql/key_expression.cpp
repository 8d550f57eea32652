// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sql/key_expression.h"

#include "models/advisor/index_text.h"

#include <algorithm>

namespace tailspan::sql {

namespace {

std::string joined(const std::vector<std::string> &names)
{
    std::string text;
    for (const std::string &name : names) {
        if (name != "pg_catalog")
            text += (text.empty() ? "" : ".") + sqlName(name);
    }
    return text;
}

std::optional<KeyExpression> functionKey(const Node &call)
{
    const Node &arguments = member(call, "args");
    if (!arguments.is_array() || arguments.empty() || textOf(call, "funcformat") == "COERCE_SQL_SYNTAX"
        || !member(call, "over").is_null())
        return std::nullopt;
    KeyExpression key;
    key.isExpression = true;
    std::string inner;
    for (const Node &argument : arguments) {
        const auto part = keyOf(argument);
        if (!part)
            return std::nullopt;
        inner += (inner.empty() ? "" : ", ") + (part->isExpression ? part->text : sqlName(part->text));
        key.columns.insert(key.columns.end(), part->columns.begin(), part->columns.end());
    }
    key.text = joined(namesOf(member(call, "funcname"))) + "(" + inner + ")";
    return key;
}

std::optional<KeyExpression> castKey(const Node &cast)
{
    auto inner = keyOf(member(cast, "arg"));
    const Node &type = member(cast, "typeName");
    if (!inner || !member(type, "typmods").is_null() || !member(type, "arrayBounds").is_null())
        return std::nullopt;
    const std::string name = joined(namesOf(member(type, "names")));
    inner->text = "(" + (inner->isExpression ? inner->text : sqlName(inner->text)) + ")::" + name;
    inner->isExpression = true;
    return inner;
}

bool readsColumn(const Node &node)
{
    if (node.is_object()) {
        for (const auto &[name, value] : node.items()) {
            if (name == "ColumnRef" || (name != "SubLink" && readsColumn(value)))
                return true;
        }
    }
    return node.is_array() && std::ranges::any_of(node, readsColumn);
}

} // namespace

std::string sqlName(const std::string &name)
{
    return advisor::quotedIdentifier(name);
}

std::optional<ColumnName> columnOf(const Node &node)
{
    const auto [type, reference] = typed(node);
    return type == "ColumnRef" ? columnOfReference(*reference) : std::nullopt;
}

std::optional<ColumnName> columnOfReference(const Node &reference)
{
    const std::vector<std::string> names = namesOf(member(reference, "fields"));
    if (names.empty() || names.size() > 3)
        return std::nullopt;
    ColumnName found;
    found.name = names.back();
    if (names.size() > 1)
        found.qualifier = names[names.size() - 2];
    if (names.size() > 2)
        found.schema = names.front();
    return found;
}

std::optional<KeyExpression> keyOf(const Node &node)
{
    if (const auto column = columnOf(node)) {
        if (column->name == "*")
            return std::nullopt;
        return KeyExpression{{*column}, column->name, false};
    }
    const auto [type, inner] = typed(node);
    std::optional<KeyExpression> key;
    if (type == "FuncCall")
        key = functionKey(*inner);
    else if (type == "TypeCast")
        key = castKey(*inner);
    const auto isElsewhere = [&](const ColumnName &column) {
        return column.qualifier != key->columns.front().qualifier || column.schema != key->columns.front().schema;
    };
    if (key && std::ranges::any_of(key->columns, isElsewhere))
        return std::nullopt;
    return key;
}

bool isValue(const Node &node)
{
    return !node.is_null() && !readsColumn(node);
}

std::uint32_t parameterOf(const Node &node)
{
    const auto [type, inner] = typed(node);
    if (type == "TypeCast")
        return parameterOf(member(*inner, "arg"));
    return type == "ParamRef" ? numberOf(*inner) : 0;
}

std::uint32_t numberOf(const Node &reference)
{
    const Node &number = member(reference, "number");
    return number.is_number_unsigned() || number.is_number_integer() ? number.get<std::uint32_t>() : 0;
}

} // namespace tailspan::sql
