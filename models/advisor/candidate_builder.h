// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/index_candidates.h"

#include <vector>

namespace tailspan::advisor {

/// The candidates for one table of one statement. One use. Thread: one.
class CandidateBuilder {
public:
    CandidateBuilder(const PostgresFacts &facts, const StatementFacts &statement, std::size_t tableNumber,
                     const TableFacts &table, const Rules &rules);
    [[nodiscard]] std::vector<IndexCandidate> candidates();

private:
    /// A column or expression that is compared, with how many values it has.
    struct Compared {
        CandidateKey key;
        double distinct = 0;
    };

    [[nodiscard]] bool isUsable(const ShapeKey &key) const;
    void sortPredicates();
    void addEqual(const ShapeKey &key, bool isJoin);
    void addRange(const ShapePredicate &predicate);
    void addPart(const ShapePredicate &predicate);
    void equalities();
    void ranges();
    void sorted();
    void parts();
    void covering();
    void add(CandidateReason reason, std::vector<CandidateKey> keys, std::size_t anyOrder);
    [[nodiscard]] std::vector<CandidateKey> equalKeys(std::size_t count) const;
    [[nodiscard]] std::vector<std::size_t> prefixCounts(std::size_t behind) const;

    const PostgresFacts &m_facts;
    const StatementFacts &m_statement;
    std::size_t m_tableNumber;
    const TableFacts &m_table;
    const Rules &m_rules;
    std::size_t m_maxKeys;
    std::vector<Compared> m_equal; ///< Most selective first.
    std::vector<Compared> m_joins; ///< Compared with columns of other tables.
    std::vector<Compared> m_ranges;
    std::vector<std::pair<std::string, double>> m_parts; ///< Conditions with the share of rows that meet them.
    bool m_isPattern = false;
    std::vector<IndexCandidate> m_found;
};

} // namespace tailspan::advisor
