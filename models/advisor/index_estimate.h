// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/postgres_facts.h"
#include "models/advisor/rules.h"

namespace tailspan::advisor {

/// A value with its 80 % interval.
struct Spread {
    double low = 0;
    double expected = 0;
    double high = 0;
};

/// How long a call takes with a plan whose cost is `costAfter` in place of `costBefore`, in milliseconds. The real
/// speed-up against the planner's has a median and a deviation in powers of ten that were measured (rules
/// "db.estimate.*", research on 16 plans); never below the floor of an index lookup, and never slower than today beyond
/// the interval. `extraSd` widens it where the cost is not the planner's own.
[[nodiscard]] Spread meanAfter(double meanMs, double costBefore, double costAfter, const Rules &rules,
                               double extraSd = 0);

/// What changes of a plan.
struct PlanChange {
    double before = 0; ///< Costs.
    double after = 0;
    double warmBefore = 0; ///< Were all pages in memory; 0: not known.
    double warmAfter = 0;
    double plannedRows = 0;    ///< Of the plan behind `after`; 0: not known.
    double scatteredAfter = 0; ///< As warmAfter, were the rows all over the table; 0: no more than that.
    bool isHot = false;        ///< The same few pages are read all the time.
};

/// What reading pages costs a planner.
struct PageCosts {
    double inOrder = 1;
    double anywhere = 4;
};
/// Of pages in memory. Rules "db.estimate.*".
[[nodiscard]] PageCosts warmPageCosts(const Rules &rules);

/// The cost of reading so many rows, wherever in the table they are, in the order of the table, as the planner has it
/// for a bitmap (costsize.c, after Mackert and Lohman).
[[nodiscard]] double scatteredCost(double rows, double pages, const PageCosts &costs);

/// How long the shortest statements of this server take, a row looked up by its key: what no index gets below. From
/// statements with plans where there are some. Milliseconds.
[[nodiscard]] Spread lookupMs(const PostgresFacts &facts, const Rules &rules);

/// How long a call of a statement takes after its plan changes: what a lookup takes at least, and its work by the ratio
/// of the costs. Of statements that find nearly all pages in memory the costs without reading count, and the rows that
/// really come back in place of those that the planner expects. Never longer than today.
[[nodiscard]] Spread timeAfter(const PostgresFacts &facts, const StatementFacts &statement, const PlanChange &change,
                               const Rules &rules, double extraSd = 0);

/// What one trial changes.
[[nodiscard]] PlanChange changeOf(const StatementTrial &trial);

/// How far off a rate can be that was taken from so few events, as a share of it: 80 % of the time it is less.
[[nodiscard]] double countError(double events);

/// Size of an index in bytes from widths of columns and rows, deduplication included: what HypoPG says is for another
/// purpose.
[[nodiscard]] double indexBytes(const TableFacts &table, const IndexCandidate &candidate);

/// What keeping it up costs, milliseconds an hour: an entry for each row inserted or moved in the window.
[[nodiscard]] double writeCostMsPerHour(const PostgresFacts &facts, const TableFacts &table,
                                        const IndexCandidate &candidate, const Rules &rules);

/// The cost of a statement with and without an index by our own arithmetic, where the planner could not be asked: how
/// many rows the keys leave against a scan of all. `warm…`: were all pages in memory.
[[nodiscard]] PlanChange roughCosts(const PostgresFacts &facts, const TableFacts &table,
                                    const IndexCandidate &candidate, const Rules &rules);

} // namespace tailspan::advisor
