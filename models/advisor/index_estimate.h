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

/// Size of an index in bytes from widths of columns and rows, deduplication included: what HypoPG says is for another
/// purpose.
[[nodiscard]] double indexBytes(const TableFacts &table, const IndexCandidate &candidate);

/// What keeping it up costs, milliseconds an hour: an entry for each row inserted or moved in the window.
[[nodiscard]] double writeCostMsPerHour(const PostgresFacts &facts, const TableFacts &table,
                                        const IndexCandidate &candidate, const Rules &rules);

/// The cost of a statement with and without an index by our own arithmetic, where the planner could not be asked: how
/// many rows the keys leave against a scan of all.
struct RoughCosts {
    double before = 0;
    double after = 0;
};
[[nodiscard]] RoughCosts roughCosts(const PostgresFacts &facts, const TableFacts &table,
                                    const IndexCandidate &candidate);

} // namespace tailspan::advisor
