// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// A node of a plan as EXPLAIN tells it, depth first.
struct PlanNode {
    std::uint32_t depth = 0;
    std::string type;      ///< "Index Scan"
    std::string table;     ///< With schema; empty for a node without one.
    std::string index;     ///< Hypothetical ones by the name HypoPG gives them.
    std::string condition; ///< Index condition or filter, parameters as $n.
    double startupCost = 0;
    double totalCost = 0;
    double rows = 0; ///< The planner's guess.
};

/// What the planner does with a statement today, without knowing its parameters (a generic plan).
struct StatementPlan {
    std::string queryId;
    double cost = 0;
    double rows = 0;
    std::vector<PlanNode> nodes;
};

enum class CandidateReason : std::uint8_t {
    Equality,   ///< Compared for equality, perhaps with a range behind it.
    Range,      ///< A range alone.
    Sort,       ///< ORDER BY with LIMIT.
    Expression, ///< lower(email) = $1
    Prefix,     ///< LIKE 'abc%' where letters sort by language.
    Partial,    ///< Rare rows alone.
    Join,       ///< Looked up from another table.
    ForeignKey, ///< Checked when a row of the parent table goes.
    Covering,   ///< Holds all that the statement reads.
};

struct CandidateKey {
    std::string text; ///< Column name as stored, or SQL of the expression.
    bool isExpression = false;
    bool isDescending = false;
    bool isNullsFirst = false;
    std::string operatorClass; ///< Empty: the default.
    friend bool operator==(const CandidateKey &, const CandidateKey &) = default;
};

/// An index that might help.
struct IndexCandidate {
    CandidateReason reason = CandidateReason::Equality;
    std::string schema;
    std::string table;
    std::vector<CandidateKey> keys;
    std::vector<std::string> included;
    std::string predicate;                ///< SQL; empty: of all rows.
    double rowShare = 1;                  ///< Of the table's rows that it would hold.
    std::vector<std::string> statements;  ///< Query ids it is for.
    std::vector<std::string> assumptions; ///< What had to be assumed to propose it.

    [[nodiscard]] std::string columnsText() const; ///< "kind, amount DESC" as SQL.
    /// "CREATE INDEX … ON …": `head` is all that stands before ON.
    [[nodiscard]] std::string definition(const std::string &head = "CREATE INDEX") const;
    /// "index public.ledger(account_id,created_at)": the target of Action, equal for equal indexes.
    [[nodiscard]] std::string target() const;
    [[nodiscard]] std::string name() const; ///< For CREATE INDEX.
};

/// What an index would change for one statement.
struct StatementTrial {
    std::string queryId;
    double costBefore = 0;    ///< Of the plan it was judged by: generic, or that of the set in the middle.
    double costAfter = 0;     ///< With this index alone.
    double costInSet = 0;     ///< With all accepted candidates; 0: not tried.
    double costWithoutIt = 0; ///< With all accepted ones but this; 0: not tried.
    double warmBefore = 0;    ///< As costBefore, were all pages in memory; 0: not asked.
    double warmAfter = 0;
    double scatteredAfter = 0;   ///< As warmAfter, were the rows all over the table; 0: no more than that.
    double plannedRows = 0;      ///< What the plan with the index expects to return; 0: not known.
    std::uint32_t sets = 0;      ///< Plans made: the generic one and one a set of constants.
    std::uint32_t setsUsing = 0; ///< Of them, those that use the index.
    bool isGenericUsing = false;
    std::vector<PlanNode> before;
    std::vector<PlanNode> after;
};

/// What a statement would cost that read one page of its rows (result_pages.h) in place of all of them.
struct PagePlan {
    std::string queryId;
    double cost = 0;
    double warmBefore = 0; ///< Were all pages in memory: all rows, and one page of them.
    double warmAfter = 0;
};

enum class TrialState : std::uint8_t { Accepted, Refused, Untried };

/// A candidate and what the planner made of it.
struct IndexTrial {
    IndexCandidate candidate;
    TrialState state = TrialState::Untried;
    std::string why; ///< Of a refused or untried one, in words.
    std::vector<StatementTrial> statements;
};

} // namespace tailspan::advisor
