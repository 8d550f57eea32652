// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/index_estimate.h"

#include <string>

namespace tailspan::advisor {

/// What an index brings over all its statements, and whether that is worth it.
struct IndexJudgement {
    bool isAccepted = false;
    std::string why; ///< Of one that is not accepted, in words.
    Spread savedMsPerHour;
    double writeMsPerHour = 0;
    double bytes = 0;
    double savedShare = 0;                ///< Of the time of all statements.
    double mostSavedMs = 0;               ///< A call, of the statement that gains most.
    const StatementTrial *best = nullptr; ///< The statement that gains most, of `trial`.
};

/// Judges what the planner made of a candidate: used by enough of the plans, costs at least halved, time saved that
/// matters, and more than keeping the index up costs. Rules "db.missing-index.*". Pure.
[[nodiscard]] IndexJudgement judgeTrial(const PostgresFacts &facts, const IndexTrial &trial, const Rules &rules);

/// The statement's plan today reads this table whole for a large part of its cost.
[[nodiscard]] bool readsWholeTable(const PostgresFacts &facts, const StatementFacts &statement, const TableFacts &table,
                                   const Rules &rules);

/// Statistics of a table are so old that plans of it mean little: ANALYZE comes before any index.
[[nodiscard]] bool hasStaleStatistics(const TableFacts &table, const Rules &rules);

} // namespace tailspan::advisor
