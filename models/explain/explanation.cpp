// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/explanation.h"

#include "models/base/number_text.h"
#include "models/base/rank_sum_test.h"
#include "models/explain/column_test.h"
#include "models/explain/difference_text.h"
#include "models/explain/value_pairs.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tailspan::explain {

namespace {

constexpr double kSameSplit = 0.95; // likeness from which two differences are one
constexpr std::size_t kFewTraces = 10;
constexpr std::size_t kMostCompared = 150; // differences that are looked at for that

/// One run. Thread: one; asks others for columns.
class Explainer {
public:
    Explainer(const Population &population, std::span<const std::uint8_t> isSelected, const ExplainOptions &options,
              const std::stop_token &stop)
        : m_population(population), m_split(population, isSelected), m_options(options), m_stop(stop)
    {
        m_result.selected = static_cast<std::uint64_t>(m_split.selected());
        m_result.baseline = static_cast<std::uint64_t>(m_split.baseline());
        m_result.selectionByTrace = m_split.byTrace();
    }

    Result<Explanation> run()
    {
        noteLeftOut();
        if (m_population.traceCount() > 0 && m_population.traceCount() < kFewTraces)
            m_result.notes.push_back("All spans are of " + pluralText(m_population.traceCount(), "trace", "traces")
                                     + ": what differs may be particular to "
                                     + (m_population.traceCount() == 1 ? "it." : "them."));
        m_result.noClaim = whyNoClaim();
        if (!m_result.noClaim.empty())
            return std::move(m_result);
        testColumns();
        collectSingles();
        collectPairs();
        if (m_stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        keepCertain();
        std::vector<PositionBits> named;
        groupAndName(false, {}, named, m_result.differences);
        std::vector<PositionBits> namedBelow;
        groupAndName(true, named, namedBelow, m_result.slowBelow);
        return std::move(m_result);
    }

private:
    /// A claim, or two that hold together, waiting for its q.
    struct Candidate {
        std::vector<Clause> clauses;
        double selectedCount = 0;
        double baselineCount = 0;
        double score = 0;
        double falseDiscoveryRate = 1;
        bool isClaim = false;
    };

    [[nodiscard]] std::string whyNoClaim() const;
    void noteLeftOut();
    void testColumns();
    void collectSingles();
    void collectPairs();
    void keepCertain();
    void groupAndName(bool isOfBelow, std::span<const PositionBits> saidAlready, std::vector<PositionBits> &kept,
                      std::vector<Difference> &differences);
    [[nodiscard]] PositionBits bitsOfAll(const std::vector<Clause> &clauses) const;
    [[nodiscard]] bool isSlowBelow(const Clause &clause) const
    {
        return m_population.columns()[clause.column].origin == ColumnOrigin::CallTime;
    }
    void add(std::vector<Clause> clauses, double selectedCount, double baselineCount, double pValue, bool isClaim);
    [[nodiscard]] Difference named(const Candidate &candidate) const;

    const Population &m_population;
    SelectionSplit m_split;
    const ExplainOptions &m_options;
    const std::stop_token &m_stop;
    std::vector<ColumnTest> m_tests;
    std::vector<Candidate> m_candidates; // as many as p-values
    std::vector<double> m_pValues;
    Explanation m_result;
};

std::string Explainer::whyNoClaim() const
{
    const double fewest = m_options.fewestSpans;
    const auto spans = [](double count) { return countText(static_cast<std::uint64_t>(count)); };
    if (m_split.selected() <= 0)
        return "No span is selected.";
    if (m_split.baseline() <= 0)
        return "Every span is selected: there is nothing to compare with.";
    if (m_split.selected() < fewest)
        return "Too few spans are selected: " + spans(m_split.selected()) + ", and it takes " + spans(fewest)
            + " to tell a difference from chance.";
    if (m_split.baseline() < fewest)
        return "Too few spans are left to compare with: " + spans(m_split.baseline()) + ", and it takes "
            + spans(fewest) + ".";
    const double independent = m_split.independent(std::min(m_split.selected(), m_split.baseline()));
    if (independent < m_options.fewestIndependent)
        return "The spans were selected with their whole traces, and those are too few on one side: about "
            + spans(std::max(1.0, std::round(independent))) + ", and it takes " + spans(m_options.fewestIndependent)
            + ".";
    return {};
}

void Explainer::noteLeftOut()
{
    constexpr std::size_t kMostNamed = 6;
    std::vector<std::string> reasons;
    for (const Column &column : m_population.leftOut()) {
        if (std::ranges::find(reasons, column.leftOutBecause) == reasons.end())
            reasons.push_back(column.leftOutBecause);
    }
    for (const std::string &reason : reasons) {
        std::string names;
        std::size_t count = 0;
        for (const Column &column : m_population.leftOut()) {
            if (column.leftOutBecause != reason)
                continue;
            if (++count <= kMostNamed)
                names += (count == 1 ? "" : ", ") + subjectOf(column);
        }
        if (count > kMostNamed)
            names += " and " + countText(count - kMostNamed) + " more";
        m_result.notes.push_back("Left out: " + names + " (" + reason + ").");
    }
}

void Explainer::testColumns()
{
    m_tests.resize(m_population.columns().size());
    tbb::parallel_for(std::size_t{0}, m_tests.size(), [&](std::size_t column) {
        if (!m_stop.stop_requested())
            m_tests[column] = testColumn(m_population, static_cast<std::uint32_t>(column), m_split);
    });
}

void Explainer::add(std::vector<Clause> clauses, double selectedCount, double baselineCount, double pValue,
                    bool isClaim)
{
    const double selectedShare = selectedCount / m_split.selected();
    const double baselineShare = baselineCount / m_split.baseline();
    m_pValues.push_back(pValue);
    m_candidates.push_back({std::move(clauses), selectedCount, baselineCount, scoreOf(selectedShare, baselineShare), 1,
                            isClaim && selectedShare - baselineShare >= m_options.smallestExplained
                                && selectedShare >= m_options.smallestLift * baselineShare});
}

void Explainer::collectSingles()
{
    for (const ColumnTest &test : m_tests) {
        for (std::size_t i = 0; i < test.pValues.size(); ++i) {
            const Claim &claim = test.claims[i];
            add({claim.clause}, claim.selectedCount, claim.baselineCount, test.pValues[i], !claim.clause.codes.empty());
        }
    }
}

void Explainer::collectPairs()
{
    std::vector<Claim> values;
    std::uint64_t tested = 0;
    for (std::size_t column = 0; column < m_tests.size(); ++column) {
        if (m_population.columns()[column].origin == ColumnOrigin::CallTime)
            continue;
        const ColumnTest &test = m_tests[column];
        values.insert(values.end(), test.values.begin(), test.values.end());
        tested += test.valuesTested;
    }
    for (const PairClaim &pair : testPairs(m_population, m_split, std::move(values), tested, m_stop))
        add({pair.first.clause, pair.second.clause}, pair.selectedCount, pair.baselineCount, pair.pValue,
            pair.isClearlyMore);
}

void Explainer::keepCertain()
{
    const std::vector<double> rates = falseDiscoveryRates(m_pValues);
    m_result.tests = m_pValues.size();
    for (std::size_t i = 0; i < m_candidates.size(); ++i) {
        m_candidates[i].falseDiscoveryRate = rates[i];
        m_candidates[i].isClaim = m_candidates[i].isClaim && rates[i] < m_options.falseDiscoveries;
    }
    std::erase_if(m_candidates, [](const Candidate &candidate) { return !candidate.isClaim; });
    const auto length = [](const Candidate &candidate) {
        return std::accumulate(candidate.clauses.begin(), candidate.clauses.end(), std::size_t{0},
                               [](std::size_t sum, const Clause &clause) { return sum + clause.codes.size(); });
    };
    // Of equal ones the shortest: a version rather than the list of its instances.
    std::ranges::stable_sort(m_candidates, [&](const Candidate &a, const Candidate &b) {
        return a.score != b.score ? a.score > b.score : length(a) < length(b);
    });
    m_candidates.resize(std::min(m_candidates.size(), kMostCompared));
}

Difference Explainer::named(const Candidate &candidate) const
{
    Difference difference;
    difference.clauses = candidate.clauses;
    bool isSayable = true;
    for (const Clause &clause : candidate.clauses) {
        const Column &column = m_population.columns()[clause.column];
        const bool isFirst = difference.subject.empty();
        difference.subject += (isFirst ? "" : " and ") + subjectOf(column);
        difference.value += (isFirst ? "" : " and ") + valueOf(column, clause);
        const std::string condition = conditionOf(column, clause);
        isSayable = isSayable && !condition.empty();
        difference.condition += (isFirst ? "" : " ") + condition;
    }
    if (!isSayable)
        difference.condition.clear();
    difference.selectedCount = static_cast<std::uint64_t>(candidate.selectedCount);
    difference.baselineCount = static_cast<std::uint64_t>(candidate.baselineCount);
    difference.selectedShare = candidate.selectedCount / m_split.selected();
    difference.baselineShare = candidate.baselineCount / m_split.baseline();
    difference.lift = difference.baselineShare > 0 ? difference.selectedShare / difference.baselineShare
                                                   : std::numeric_limits<double>::infinity();
    difference.explained = difference.selectedShare - difference.baselineShare;
    difference.score = candidate.score;
    difference.falseDiscoveryRate = candidate.falseDiscoveryRate;
    return difference;
}

PositionBits Explainer::bitsOfAll(const std::vector<Clause> &clauses) const
{
    PositionBits bits = bitsOf(m_population, clauses.front());
    for (std::size_t i = 1; i < clauses.size(); ++i)
        bits.intersect(bitsOf(m_population, clauses[i]));
    return bits;
}

/// Differences that stand for the same spans as a better one are named with it.
void Explainer::groupAndName(bool isOfBelow, std::span<const PositionBits> saidAlready, std::vector<PositionBits> &kept,
                             std::vector<Difference> &differences)
{
    for (const Candidate &candidate : m_candidates) {
        const Clause &clause = candidate.clauses.front();
        const bool isLong = std::isfinite(clause.low) && std::isinf(clause.high);
        if (isSlowBelow(clause) != isOfBelow || (isOfBelow && !isLong))
            continue;
        PositionBits bits = bitsOfAll(candidate.clauses);
        const auto isSame = [&](const PositionBits &other) { return bits.likeness(other) >= kSameSplit; };
        if (std::ranges::any_of(saidAlready, isSame))
            continue;
        const auto same = std::ranges::find_if(kept, isSame);
        Difference difference = named(candidate);
        if (same != kept.end()) {
            Difference &better = differences[static_cast<std::size_t>(same - kept.begin())];
            if (better.clauses.size() == 1 && candidate.clauses.size() == 1)
                better.sameAs.push_back({difference.subject, difference.value, difference.condition});
            continue;
        }
        if (kept.size() == m_options.mostDifferences)
            continue;
        kept.push_back(std::move(bits));
        differences.push_back(std::move(difference));
    }
}

} // namespace

Result<Explanation> explain(const Population &population, std::span<const std::uint8_t> isSelected,
                            const ExplainOptions &options, const std::stop_token &stop)
{
    if (isSelected.size() != population.size())
        return fail(ErrorCode::Malformed, "the selection is of another set of spans");
    return Explainer(population, isSelected, options, stop).run();
}

std::vector<std::uint8_t> fittingSpans(const Population &population, std::span<const Clause> clauses)
{
    std::vector<std::uint8_t> fits(population.size(), 1);
    for (const Clause &clause : clauses) {
        const PositionBits bits = bitsOf(population, clause);
        for (std::size_t i = 0; i < fits.size(); ++i)
            fits[i] = fits[i] != 0 && bits.isSet(i) ? 1 : 0;
    }
    return fits;
}

} // namespace tailspan::explain
