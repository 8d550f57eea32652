// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sql/key_expression.h"
#include "models/advisor/statement_shape.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tailspan::sql {

/// Walks over the parse tree of one statement and writes down its shape. One use. Thread: one.
class StatementWalk {
public:
    [[nodiscard]] advisor::StatementShape read(const Node &statement);

private:
    /// A SELECT (or the whole of an UPDATE or DELETE): where its columns are looked for.
    struct Scope {
        std::uint32_t number = 0;
        std::map<std::string, std::size_t> aliases; ///< Table by what columns are qualified with.
        std::vector<std::size_t> tables;
        bool hasOther = false; ///< A subquery, function or CTE in FROM: an unqualified column may be of it.
    };

    void select(const Node &select, bool isOutermost);
    void change(const Node &statement, advisor::StatementVerb verb);
    void from(const Node &node);
    void join(const Node &join);
    void range(const Node &table);
    void conditions(const Node &node);
    void comparison(const Node &expression);
    void conditionOf(const KeyExpression &key, advisor::PredicateKind kind, const Node &value);
    void rangeOf(const KeyExpression &key, const Node &value, bool isUpperBound);
    void nullTest(const Node &test);
    void sort(const Node &clause);
    /// Everything below: subqueries, columns, functions, parameters, what makes it no plain SELECT.
    void visit(const Node &node);
    void visitNamed(const std::string &type, const Node &node);
    void readColumn(const ColumnName &column);
    void refuse(const std::string &why);
    /// Fills in table and scope; false when its qualifier is no table.
    [[nodiscard]] bool place(const KeyExpression &key, advisor::ShapeKey &placed) const;

    advisor::StatementShape m_shape;
    std::vector<Scope> m_scopes; ///< From the outermost SELECT to the one that is walked.
    std::set<std::string> m_withNames;
    std::uint32_t m_scopeCount = 0;
};

} // namespace tailspan::sql
