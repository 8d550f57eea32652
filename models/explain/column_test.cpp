// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/column_test.h"

#include "models/explain/significance.h"

#include <algorithm>
#include <cmath>

namespace tailspan::explain {

namespace {

constexpr std::size_t kMostValuesTogether = 20;
constexpr std::size_t kMostForPairs = 8;
constexpr double kFewestWithIt = 5;    // selected spans, counted once a trace where that matters
constexpr double kValueLevel = 0.01;   // that a value must reach among those of its column to join a claim
constexpr double kRangeOverSide = 1.2; // by how much a range from .. to must beat a plain threshold

class Tester {
public:
    Tester(const Population &population, std::uint32_t column, const SelectionSplit &split)
        : m_column(population.columns()[column]), m_number(column), m_split(split),
          m_selected(split.selectedCounts(m_column))
    {}

    ColumnTest run()
    {
        if (m_column.isNumber)
            testNumbers();
        else
            testCategories();
        return std::move(m_test);
    }

private:
    [[nodiscard]] double selectedOf(std::size_t code) const { return m_selected[code]; }
    [[nodiscard]] double baselineOf(std::size_t code) const
    {
        return static_cast<double>(m_column.counts[code]) - m_selected[code];
    }

    [[nodiscard]] Claim claimOf(std::vector<std::uint16_t> codes) const
    {
        Claim claim;
        claim.clause.column = m_number;
        for (const std::uint16_t code : codes) {
            claim.selectedCount += selectedOf(code);
            claim.baselineCount += baselineOf(code);
            claim.designEffect = std::max<double>(claim.designEffect, m_column.designEffects[code]);
        }
        claim.clause.codes = std::move(codes);
        claim.pValue = m_split.overPValue(claim.selectedCount, claim.baselineCount, claim.designEffect);
        return claim;
    }

    void testCategories();
    [[nodiscard]] double tablePValue() const;
    [[nodiscard]] Claim bestTogether(std::vector<Claim> values) const;
    void testNumbers();
    void testPresence();
    [[nodiscard]] double distancePValue(double ofSelected, double ofBaseline) const;
    [[nodiscard]] Claim bestRange(double ofSelected, double ofBaseline) const;
    [[nodiscard]] Claim rangeClaim(std::size_t beginCode, std::size_t endCode) const;

    const Column &m_column;
    std::uint32_t m_number;
    const SelectionSplit &m_split;
    std::vector<std::uint32_t> m_selected;
    ColumnTest m_test;
};

/// G over all values, those with few expected pooled, divided by the largest design effect of its cells.
double Tester::tablePValue() const
{
    const double share = m_split.selected() / (m_split.selected() + m_split.baseline());
    std::vector<CellCounts> cells;
    CellCounts pooled;
    double effect = 1;
    for (std::size_t code = 0; code < m_column.codeCount(); ++code) {
        const double ofValue = m_split.effectOf(m_column.designEffects[code]);
        const double expected = m_column.counts[code] * std::min(share, 1 - share) / ofValue;
        if (expected < SelectionSplit::kFewestExpected) {
            pooled.selected += selectedOf(code);
            pooled.baseline += baselineOf(code);
            continue;
        }
        effect = std::max(effect, ofValue);
        cells.push_back({selectedOf(code), baselineOf(code)});
    }
    const double expected = (pooled.selected + pooled.baseline) * std::min(share, 1 - share) / effect;
    if (expected >= SelectionSplit::kFewestExpected)
        cells.push_back(pooled);
    if (cells.size() < 2)
        return 1;
    return chiSquaredTail(gStatistic(cells) / effect, static_cast<double>(cells.size()) - 1);
}

void Tester::testCategories()
{
    double best = 1;
    std::vector<Claim> values;
    for (std::size_t code = 0; code < m_column.codeCount(); ++code) {
        if (code == Column::kRest || m_column.counts[code] == 0)
            continue;
        ++m_test.valuesTested;
        const bool isEnough = selectedOf(code) / m_split.effectOf(m_column.designEffects[code]) >= kFewestWithIt;
        if (!isEnough || selectedOf(code) * m_split.baseline() <= baselineOf(code) * m_split.selected())
            continue;
        values.push_back(claimOf({static_cast<std::uint16_t>(code)}));
        best = std::min(best, values.back().pValue);
    }
    const auto tested = static_cast<double>(m_test.valuesTested);
    m_test.pValues.push_back(std::min(1.0, 2 * std::min(tablePValue(), tested * best)));
    std::ranges::sort(values, [](const Claim &a, const Claim &b) { return a.pValue < b.pValue; });
    std::vector<Claim> certain;
    std::ranges::copy_if(values, std::back_inserter(certain),
                         [&](const Claim &claim) { return claim.pValue * tested < kValueLevel; });
    m_test.claims.push_back(bestTogether(std::move(certain)));
    values.resize(std::min(values.size(), kMostForPairs));
    m_test.values = std::move(values);
    if (m_test.claims.back().clause.codes.size() > 1)
        m_test.values.push_back(m_test.claims.back());
    m_test.valuesTested *= 2; // there are as many sets to choose from, by lift, as values
}

/// The values, by lift, up to the one with which they together score best.
Claim Tester::bestTogether(std::vector<Claim> values) const
{
    std::ranges::stable_sort(values, [](const Claim &a, const Claim &b) {
        return a.selectedCount * b.baselineCount > b.selectedCount * a.baselineCount;
    });
    values.resize(std::min(values.size(), kMostValuesTogether));
    std::vector<std::uint16_t> codes;
    std::size_t bestCount = 0;
    double best = 0;
    CellCounts sum;
    for (const Claim &value : values) {
        codes.push_back(value.clause.codes.front());
        sum.selected += value.selectedCount;
        sum.baseline += value.baselineCount;
        const double score = scoreOf(sum.selected / m_split.selected(), sum.baseline / m_split.baseline());
        if (score > best) {
            best = score;
            bestCount = codes.size();
        }
    }
    codes.resize(bestCount);
    return claimOf(std::move(codes));
}

void Tester::testNumbers()
{
    double ofSelected = 0;
    double ofBaseline = 0;
    for (std::size_t code = Column::kFirstValue; code < m_column.codeCount(); ++code) {
        ofSelected += selectedOf(code);
        ofBaseline += baselineOf(code);
    }
    if (m_column.counts[Column::kAbsent] > 0)
        testPresence();
    if (ofSelected <= 0 || ofBaseline <= 0 || m_column.bounds.size() < 2)
        return;
    m_test.pValues.push_back(distancePValue(ofSelected, ofBaseline));
    m_test.claims.push_back(bestRange(ofSelected, ofBaseline));
    m_test.valuesTested += m_column.bounds.size();
    if (m_test.claims.back().selectedCount >= kFewestWithIt)
        m_test.values.push_back(m_test.claims.back());
}

/// Whether there is a number at all.
void Tester::testPresence()
{
    m_test.valuesTested += 2;
    const Claim absent = claimOf({Column::kAbsent});
    Claim present = rangeClaim(Column::kFirstValue, m_column.codeCount());
    present.designEffect = m_column.designEffects[Column::kAbsent];
    present.pValue = m_split.overPValue(present.selectedCount, present.baselineCount, present.designEffect);
    const Claim &over = absent.pValue < present.pValue ? absent : present;
    m_test.pValues.push_back(std::min(1.0, 2 * over.pValue));
    m_test.claims.push_back(over);
    if (over.pValue < 1 && over.selectedCount >= kFewestWithIt)
        m_test.values.push_back(over);
}

double Tester::distancePValue(double ofSelected, double ofBaseline) const
{
    double distance = 0;
    double selected = 0;
    double baseline = 0;
    for (std::size_t code = Column::kFirstValue; code < m_column.codeCount(); ++code) {
        selected += selectedOf(code) / ofSelected;
        baseline += baselineOf(code) / ofBaseline;
        distance = std::max(distance, std::abs(selected - baseline));
    }
    const double effect = m_split.effectOf(m_column.designEffects[Column::kFirstValue]);
    constexpr double kFewestNumbers = 5;
    if (std::min(ofSelected, ofBaseline) / effect < kFewestNumbers)
        return 1;
    return kolmogorovSmirnovPValue(distance, ofSelected / effect, ofBaseline / effect);
}

Claim Tester::rangeClaim(std::size_t beginCode, std::size_t endCode) const
{
    std::vector<std::uint16_t> codes;
    for (std::size_t code = beginCode; code < endCode; ++code)
        codes.push_back(static_cast<std::uint16_t>(code));
    Claim claim = claimOf(std::move(codes));
    if (beginCode > Column::kFirstValue)
        claim.clause.low = m_column.bounds[beginCode - Column::kFirstValue];
    if (endCode < m_column.codeCount())
        claim.clause.high = m_column.bounds[endCode - Column::kFirstValue];
    return claim;
}

/// The numbers that hold most more of the selection than of the baseline: all from a threshold on, all below one, or,
/// where that is clearly better, a range (the run of codes with the largest sum, by Kadane's algorithm).
Claim Tester::bestRange(double ofSelected, double ofBaseline) const
{
    struct Range {
        std::size_t begin = Column::kFirstValue;
        std::size_t end = Column::kFirstValue;
        double gain = 0;
    };
    Range side;
    Range between;
    Range run;
    double before = 0; // gain of all codes below the current one
    for (std::size_t code = Column::kFirstValue; code < m_column.codeCount(); ++code) {
        if (-before > side.gain)
            side = {code, m_column.codeCount(), -before};
        const double gain = selectedOf(code) / ofSelected - baselineOf(code) / ofBaseline;
        run = run.gain > 0 ? Range{run.begin, code + 1, run.gain + gain} : Range{code, code + 1, gain};
        if (run.gain > between.gain)
            between = run;
        before += gain;
        if (before > side.gain)
            side = {Column::kFirstValue, code + 1, before};
    }
    const Range &best = between.gain > kRangeOverSide * side.gain ? between : side;
    return rangeClaim(best.begin, best.end);
}

} // namespace

double scoreOf(double selectedShare, double baselineShare)
{
    const double explained = selectedShare - baselineShare;
    if (explained <= 0)
        return 0;
    const double lift = baselineShare > 0 ? selectedShare / baselineShare : Explanation::kMostLift;
    return explained * std::min(lift, Explanation::kMostLift);
}

ColumnTest testColumn(const Population &population, std::uint32_t column, const SelectionSplit &split)
{
    return Tester(population, column, split).run();
}

} // namespace tailspan::explain
