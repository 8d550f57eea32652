// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/value_pairs.h"

#include <algorithm>
#include <cmath>

namespace tailspan::explain {

namespace {

constexpr std::size_t kMostValues = 32;
constexpr std::size_t kMostLookedAt = 128; // for those, as many may stand for the same spans
constexpr double kSameSpans = 0.9;         // likeness from which two values say the same
constexpr double kKeepsMost = 0.9;         // of what the better value explains alone, a pair must explain
constexpr double kClearlyBetter = 1.3;     // by how much it must score better: fewer of the baseline have both
constexpr double kEachMatters = 1e-3;      // level at which each value must matter among spans with the other
constexpr double kFewestWithIt = 5;

class PairTests {
public:
    PairTests(const Population &population, const SelectionSplit &split, std::vector<Claim> values)
        : m_population(population), m_split(split), m_selected(population.size())
    {
        for (std::size_t i = 0; i < population.size(); ++i) {
            if (split.isSelected(i))
                m_selected.set(i);
        }
        chooseValues(std::move(values));
    }

    std::vector<PairClaim> run(std::uint64_t valuesTested, const std::stop_token &stop)
    {
        std::vector<PairClaim> pairs;
        for (std::size_t a = 0; a < m_values.size() && !stop.stop_requested(); ++a) {
            for (std::size_t b = a + 1; b < m_values.size(); ++b) {
                if (m_values[a].clause.column != m_values[b].clause.column)
                    pairs.push_back(pairOf(a, b));
            }
        }
        const auto all = static_cast<double>(valuesTested);
        const double possible = std::max(all * (all - 1) / 2, static_cast<double>(pairs.size()));
        for (PairClaim &pair : pairs)
            pair.pValue = std::min(1.0, pair.pValue * possible / static_cast<double>(pairs.size()));
        return pairs;
    }

private:
    /// The best by p-value, then by score, without those that stand for spans of a better one. Of two that stand for
    /// just the same spans the shorter one is kept: a version rather than the list of its instances.
    void chooseValues(std::vector<Claim> values)
    {
        std::ranges::stable_sort(values, [&](const Claim &a, const Claim &b) {
            return a.pValue != b.pValue ? a.pValue < b.pValue : scoreOf(a, m_split) > scoreOf(b, m_split);
        });
        values.resize(std::min(values.size(), kMostLookedAt));
        for (Claim &value : values) {
            if (m_values.size() == kMostValues)
                return;
            PositionBits bits = bitsOf(m_population, value.clause);
            const auto same = std::ranges::find_if(
                m_bits, [&](const PositionBits &other) { return bits.likeness(other) > kSameSpans; });
            if (same != m_bits.end()) {
                Claim &kept = m_values[static_cast<std::size_t>(same - m_bits.begin())];
                if (bits.likeness(*same) >= 1 && value.clause.codes.size() < kept.clause.codes.size())
                    kept = std::move(value);
                continue;
            }
            m_values.push_back(std::move(value));
            m_bits.push_back(std::move(bits));
        }
    }

    [[nodiscard]] PairClaim pairOf(std::size_t a, std::size_t b) const
    {
        PairClaim pair{m_values[a], m_values[b], 0, 0, 1, false};
        PositionBits both = m_bits[a];
        both.intersect(m_bits[b]);
        pair.selectedCount = static_cast<double>(both.countWith(m_selected));
        pair.baselineCount = static_cast<double>(both.count()) - pair.selectedCount;
        const double likely = std::max(pair.first.designEffect, pair.second.designEffect);
        pair.pValue = m_split.overPValue(pair.selectedCount, pair.baselineCount, likely);
        if (!looksLikeMore(pair))
            return pair;
        const double effect = std::max(designEffectOf(m_population, both), likely);
        pair.pValue = m_split.overPValue(pair.selectedCount, pair.baselineCount, effect);
        pair.isClearlyMore = pair.selectedCount / m_split.effectOf(effect) >= kFewestWithIt
            && matters(pair, pair.first, effect) && matters(pair, pair.second, effect);
        return pair;
    }

    [[nodiscard]] bool looksLikeMore(const PairClaim &pair) const
    {
        const double selectedShare = pair.selectedCount / m_split.selected();
        const double baselineShare = pair.baselineCount / m_split.baseline();
        const auto explained = [&](const Claim &claim) {
            return claim.selectedCount / m_split.selected() - claim.baselineCount / m_split.baseline();
        };
        const double alone = std::max(explained(pair.first), explained(pair.second));
        const double scoreAlone = std::max(scoreOf(pair.first, m_split), scoreOf(pair.second, m_split));
        return selectedShare - baselineShare > kKeepsMost * alone
            && scoreOf(selectedShare, baselineShare) > kClearlyBetter * scoreAlone;
    }

    /// Whether, among the spans with one value, those with the other are over-represented too.
    [[nodiscard]] bool matters(const PairClaim &pair, const Claim &given, double effect) const
    {
        return m_split.overPValue(pair.selectedCount, given.selectedCount, pair.baselineCount, given.baselineCount,
                                  effect)
            < kEachMatters;
    }

    const Population &m_population;
    const SelectionSplit &m_split;
    PositionBits m_selected;
    std::vector<Claim> m_values;
    std::vector<PositionBits> m_bits;
};

} // namespace

PositionBits bitsOf(const Population &population, const Clause &clause)
{
    const Column &column = population.columns()[clause.column];
    std::vector<std::uint8_t> isWanted(column.codeCount());
    for (const std::uint16_t code : clause.codes)
        isWanted[code] = 1;
    PositionBits bits(population.size());
    for (std::size_t i = 0; i < population.size(); ++i) {
        if (isWanted[column.codes[i]] != 0)
            bits.set(i);
    }
    return bits;
}

double designEffectOf(const Population &population, const PositionBits &bits)
{
    const auto begins = population.traceBegins();
    const auto all = static_cast<double>(population.size());
    const double share = static_cast<double>(bits.count()) / all;
    double sum = 0;
    for (std::size_t t = 0; t + 1 < begins.size(); ++t) {
        double spans = 0;
        for (std::uint32_t i = begins[t]; i < begins[t + 1]; ++i)
            spans += bits.isSet(i) ? 1 : 0;
        const double off = spans - share * (begins[t + 1] - begins[t]);
        sum += off * off;
    }
    const double variance = all * share * (1 - share);
    return variance > 0 ? std::max(sum / variance, 1.0) : 1;
}

std::vector<PairClaim> testPairs(const Population &population, const SelectionSplit &split, std::vector<Claim> values,
                                 std::uint64_t valuesTested, const std::stop_token &stop)
{
    return PairTests(population, split, std::move(values)).run(valuesTested, stop);
}

} // namespace tailspan::explain
