// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/sql_template.h"

#include "app/sources/sql_texts.h"

#include <cctype>

namespace tailspan::sources {

namespace {

bool isNameLetter(char letter)
{
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

std::string_view nameAt(std::string_view text, std::size_t at)
{
    std::size_t end = at;
    while (end < text.size() && isNameLetter(text[end]))
        ++end;
    return text.substr(at, end - at);
}

std::string escaped(std::string_view text, std::string_view special)
{
    std::string result;
    for (const char letter : text) {
        if (special.find(letter) != std::string_view::npos)
            result += '\\';
        result += letter;
    }
    return result;
}

} // namespace

void SqlTemplate::set(const std::string &name, std::string value)
{
    m_values[name] = {std::move(value), 0};
}

std::string SqlTemplate::stripped(std::string_view text) const
{
    std::string kept;
    bool isKept = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with("--? "))
            isKept = isSet(std::string(line.substr(4)));
        else if (line.starts_with("--."))
            isKept = true;
        else if (isKept && !line.starts_with("--"))
            kept.append(line).append("\n");
    }
    while (kept.ends_with('\n'))
        kept.pop_back();
    return kept;
}

void SqlTemplate::appendNamed(std::string &sql, std::string_view name)
{
    if (name.starts_with('@')) {
        sql += render(sqlText(name.substr(1)));
        return;
    }
    const auto found = m_sql.find(std::string(name));
    sql += found == m_sql.end() ? "NULL" : found->second;
}

void SqlTemplate::appendValue(std::string &sql, const std::string &name)
{
    Value &value = m_values[name];
    if (value.number == 0) {
        m_numbered.emplace_back(value.text);
        value.number = m_numbered.size();
    }
    sql += "$" + std::to_string(value.number);
}

std::string SqlTemplate::render(std::string_view text)
{
    const std::string kept = stripped(text);
    std::string sql;
    for (std::size_t at = 0; at < kept.size();) {
        const std::size_t close = kept[at] == '{' ? kept.find('}', at) : std::string::npos;
        if (close != std::string::npos) {
            appendNamed(sql, std::string_view(kept).substr(at + 1, close - at - 1));
            at = close + 1;
        } else if (kept.compare(at, 2, "::") == 0) {
            sql += "::";
            at += 2;
        } else if (kept[at] == ':' && at + 1 < kept.size() && isNameLetter(kept[at + 1])) {
            const std::string name(nameAt(kept, at + 1));
            appendValue(sql, name);
            at += 1 + name.size();
        } else {
            sql += kept[at++];
        }
    }
    return sql;
}

net::PostgresStatement SqlTemplate::statement(std::string_view name)
{
    std::string text = render(sqlText(name));
    return {std::move(text), m_numbered};
}

std::string quotedName(std::string_view name)
{
    std::string quoted = "\"";
    for (const char letter : name) {
        if (letter == '"')
            quoted += '"';
        quoted += letter;
    }
    return quoted + "\"";
}

std::string quotedTable(std::string_view name)
{
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos)
        return quotedName(name);
    return quotedName(name.substr(0, dot)) + "." + quotedName(name.substr(dot + 1));
}

std::string arrayText(const std::vector<std::string> &items)
{
    std::string text = "{";
    for (const std::string &item : items)
        text += (text.size() > 1 ? ",\"" : "\"") + escaped(item, "\"\\") + "\"";
    return text + "}";
}

std::string containsPattern(std::string_view text)
{
    return "%" + escaped(text, "%_\\") + "%";
}

} // namespace tailspan::sources
