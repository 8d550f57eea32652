// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/index_text.h"
#include "models/advisor/index_trial.h"

namespace tailspan::advisor {

namespace {

std::string keyText(const CandidateKey &key)
{
    std::string text = key.isExpression ? "(" + key.text + ")" : quotedIdentifier(key.text);
    if (!key.operatorClass.empty())
        text += " " + key.operatorClass;
    if (key.isDescending)
        text += " DESC";
    if (key.isNullsFirst != key.isDescending) // ascending: last, descending: first
        text += key.isNullsFirst ? " NULLS FIRST" : " NULLS LAST";
    return text;
}

} // namespace

std::string IndexCandidate::columnsText() const
{
    std::string text;
    for (const CandidateKey &key : keys)
        text += (text.empty() ? "" : ", ") + keyText(key);
    return text;
}

std::string IndexCandidate::definition(const std::string &head) const
{
    std::string text = head + " ON " + qualifiedName(schema, table) + " (" + columnsText() + ")";
    if (!included.empty()) {
        text += " INCLUDE (";
        for (std::size_t i = 0; i < included.size(); ++i)
            text += (i == 0 ? "" : ", ") + quotedIdentifier(included[i]);
        text += ")";
    }
    return predicate.empty() ? text : text + " WHERE " + predicate;
}

std::string IndexCandidate::target() const
{
    std::string text = "index " + schema + "." + table + "(";
    for (std::size_t i = 0; i < keys.size(); ++i)
        text += (i == 0 ? "" : ",") + keys[i].text + (keys[i].operatorClass.empty() ? "" : " " + keys[i].operatorClass);
    if (!predicate.empty())
        text += " where " + predicate;
    return text + ")";
}

std::string IndexCandidate::name() const
{
    std::vector<std::string> columns;
    for (const CandidateKey &key : keys)
        columns.push_back(key.text);
    return indexNameFor(table, columns, predicate.empty() ? "" : "part");
}

} // namespace tailspan::advisor
