// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/explain/population.h"

#include <cstdint>
#include <limits>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::explain {

/// What a span must have in one column: one of some values, or a number in [low, high).
struct Clause {
    std::uint32_t column = 0;         ///< Of Population::columns().
    std::vector<std::uint16_t> codes; ///< Any of these. Of numbers a run of them.
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
};

/// Another name for the same spans: host.id beside host.name.
struct SameSplit {
    std::string subject;
    std::string value;
    std::string condition;
};

/// One thing that sets the selection apart.
struct Difference {
    std::vector<Clause> clauses; ///< One, or two that hold together.
    std::string subject;         ///< "host.name"; "version and region"; "calls of inventory: GET /stock"
    std::string value;           ///< "node-1, node-2"; "at least 20"; "2.14.1 and eu"
    std::uint64_t selectedCount = 0;
    std::uint64_t baselineCount = 0;
    double selectedShare = 0;      ///< Of the spans of the selection, 0 to 1.
    double baselineShare = 0;      ///< Of the other spans.
    double lift = 0;               ///< selectedShare / baselineShare; infinite when no span of the baseline has it.
    double explained = 0;          ///< selectedShare - baselineShare: the part of the selection beyond what is usual.
    double score = 0;              ///< What it is ranked by: lift, counted up to kMostLift, times explained.
    double falseDiscoveryRate = 1; ///< q
    /// In the language of parseSpanQuery; "" when it cannot be said there (callers, calls, odd names).
    std::string condition;
    std::vector<SameSplit> sameAs;
};

struct ExplainOptions {
    double falseDiscoveries = 0.01;       ///< Reported are differences with a q below.
    std::uint32_t fewestSpans = 20;       ///< On either side, for any claim.
    std::uint32_t fewestIndependent = 10; ///< The same, counting spans that were selected with their trace once.
    double smallestExplained = 0.03;      ///< Less is not worth a line, however certain.
    double smallestLift = 1.1;
    std::size_t mostDifferences = 50;
};

struct Explanation {
    static constexpr double kMostLift = 20; ///< Beyond, rarity would outweigh how much is explained.

    std::vector<Difference> differences; ///< Best first.
    /// Calls below the selected spans that took longer than below the others, best first: where the time went, not what
    /// is different, so they are no rivals of the differences. Those that only say the same as one are left out.
    std::vector<Difference> slowBelow;
    std::uint64_t selected = 0;
    std::uint64_t baseline = 0;
    std::uint64_t tests = 0;     ///< That were corrected for together.
    double selectionByTrace = 0; ///< 0: spans were selected one by one; 1: with their whole traces.
    std::string noClaim;         ///< Set: why nothing can be said, in words.
    std::vector<std::string> notes;
};

/// What is different about the selected spans, against all others of the population.
///
/// Categories: each column's table of values goes through the G-test, values with fewer than five expected spans pooled;
/// and each value through a test of its own, so that one of a thousand hosts is not drowned (G of its two by two table,
/// below five expected the binomial tail); the column's p-value is twice the smaller of the first and the best of the
/// second times their number. Numbers: Kolmogorov and Smirnov's test. Pairs of values are tried for the best few dozen
/// values of different columns, their p-values multiplied by how many pairs could have been chosen for each that was.
/// All p-values of the run go through Benjamini and Hochberg's procedure.
///
/// Spans of one trace are alike. Counts are divided by a design effect, 1 + r (D - 1): r is how far the selection follows
/// the traces (Fleiss and Cuzick's intraclass correlation, Applied Psychological Measurement 3, 1979), D how far the value
/// does (Column::designEffects). That is Moulton's factor (Journal of Econometrics 32, 1986): without effect for spans
/// selected one by one, exact for whole traces.
///
/// `isSelected`: one entry a position, not 0 for selected. Thread: any; uses all cores. Errors: Malformed when the sizes
/// do not agree; Cancelled.
[[nodiscard]] Result<Explanation> explain(const Population &population, std::span<const std::uint8_t> isSelected,
                                          const ExplainOptions &options, const std::stop_token &stop);

/// Which spans of the population have what a difference says; one entry a position, 1 for those.
[[nodiscard]] std::vector<std::uint8_t> fittingSpans(const Population &population, std::span<const Clause> clauses);

} // namespace tailspan::explain
