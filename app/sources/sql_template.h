// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/postgres_connection.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::sources {

/// Makes a statement of a text of resources/sql:
///   {name}    SQL of setSql, written as it is: quoted identifiers and expressions over them
///   {@name}   another text
///   :name     a value of set, written as $1, $2, ...; "::type" is a cast
///   --? name  the lines up to the next "--?" or "--." stand only where a value of that name is set
/// Other lines that begin with "--" are comments and left out.
/// Thread: one.
class SqlTemplate {
public:
    void setSql(const std::string &name, std::string sql) { m_sql[name] = std::move(sql); }
    /// Setting a name again gives it a new number, so that one text can be rendered with several values.
    void set(const std::string &name, std::string value);
    [[nodiscard]] bool isSet(const std::string &name) const { return m_values.contains(name); }
    /// One text; its values join those rendered before.
    [[nodiscard]] std::string render(std::string_view text);
    /// The statement of that name with all values so far.
    [[nodiscard]] net::PostgresStatement statement(std::string_view name);

private:
    struct Value {
        std::string text;
        std::size_t number = 0; ///< 0: not used yet.
    };
    [[nodiscard]] std::string stripped(std::string_view text) const;
    void appendNamed(std::string &sql, std::string_view name);
    void appendValue(std::string &sql, const std::string &name);

    std::map<std::string, std::string> m_sql;
    std::map<std::string, Value> m_values;
    std::vector<std::optional<std::string>> m_numbered;
};

/// "name" with doubled quotes; "schema.table" becomes "schema"."table" only in quotedTable.
[[nodiscard]] std::string quotedName(std::string_view name);
[[nodiscard]] std::string quotedTable(std::string_view name);
/// {"a","b"}: an array's text form.
[[nodiscard]] std::string arrayText(const std::vector<std::string> &items);
/// %text% for LIKE, its own wildcards escaped.
[[nodiscard]] std::string containsPattern(std::string_view text);

} // namespace tailspan::sources
