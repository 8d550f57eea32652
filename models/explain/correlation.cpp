// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/correlation.h"

#include "models/base/number_text.h"
#include "models/base/rank_sum_test.h"
#include "models/explain/significance.h"
#include "models/explain/step_series.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <random>

namespace tailspan::explain {

namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;
constexpr std::size_t kMostSteps = 100'000;
constexpr std::size_t kBartlettLags = 20;
constexpr double kHalfLevel = 0.05;

/// Pairs without gaps, in the order of time.
struct Pairs {
    std::vector<double> target;
    std::vector<double> other;
    [[nodiscard]] std::size_t size() const { return target.size(); }
};

/// `lag` steps before the target.
Pairs pairsAt(const StepSeries &target, const StepSeries &other, int lag)
{
    Pairs pairs;
    for (std::size_t i = 0; i < target.size(); ++i) {
        const auto at = static_cast<std::ptrdiff_t>(i) - lag;
        if (at < 0 || at >= static_cast<std::ptrdiff_t>(other.size()) || std::isnan(target[i])
            || std::isnan(other[static_cast<std::size_t>(at)]))
            continue;
        pairs.target.push_back(target[i]);
        pairs.other.push_back(other[static_cast<std::size_t>(at)]);
    }
    return pairs;
}

/// Pearson's, of the pairs that `place` gives.
template <class Place>
double coefficientOf(const Pairs &pairs, std::size_t count, Place &&place)
{
    double meanX = 0;
    double meanY = 0;
    for (std::size_t i = 0; i < count; ++i) {
        meanX += pairs.target[place(i)];
        meanY += pairs.other[place(i)];
    }
    meanX /= static_cast<double>(count);
    meanY /= static_cast<double>(count);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double x = pairs.target[place(i)] - meanX;
        const double y = pairs.other[place(i)] - meanY;
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

double coefficientOf(const Pairs &pairs, std::size_t begin, std::size_t end)
{
    return coefficientOf(pairs, end - begin, [&](std::size_t i) { return begin + i; });
}

/// Bartlett's number of independent points among pairs of series that are each like their own past.
double independentOf(const Pairs &pairs)
{
    const auto points = static_cast<double>(pairs.size());
    double sum = 1;
    for (std::size_t lag = 1; lag <= std::min(kBartlettLags, pairs.size() / 4); ++lag)
        sum += 2 * (1 - static_cast<double>(lag) / points) * autocorrelation(pairs.target, lag)
            * autocorrelation(pairs.other, lag);
    return points / std::max(sum, 1.0);
}

/// The 2.5 and 97.5 percentiles of the coefficient over series put together of random blocks.
std::pair<double, double> intervalOf(const Pairs &pairs, std::uint32_t resamples, std::uint64_t seed)
{
    const std::size_t count = pairs.size();
    const auto block = std::max<std::size_t>(5, static_cast<std::size_t>(std::cbrt(static_cast<double>(count)) * 2));
    std::mt19937_64 random(seed);
    std::vector<std::size_t> places(count);
    std::vector<double> found;
    for (std::uint32_t resample = 0; resample < resamples; ++resample) {
        for (std::size_t i = 0; i < count; i += block) {
            const std::size_t begin = random() % (count - std::min(block, count - 1));
            for (std::size_t k = i; k < std::min(i + block, count); ++k)
                places[k] = begin + (k - i);
        }
        found.push_back(coefficientOf(pairs, count, [&](std::size_t i) { return places[i]; }));
    }
    std::ranges::sort(found);
    const auto at = [&](double share) {
        return found[static_cast<std::size_t>(share * static_cast<double>(found.size() - 1))];
    };
    return {at(0.025), at(0.975)};
}

/// What one candidate gave.
struct Trial {
    std::string notJudged;
    Companion companion;
    double pValue = 1;
    bool holds = false; ///< In both halves, with an interval without 0.
};

class Correlator {
public:
    Correlator(const CorrelationQuestion &question, const CorrelationOptions &options)
        : m_question(question), m_options(options)
    {}

    Result<Correlation> run(const std::stop_token &stop, Progress &progress)
    {
        progress.begin("comparing series", m_question.candidates.size());
        if (!prepare())
            return std::move(m_result);
        std::vector<Trial> trials(m_question.candidates.size());
        tbb::parallel_for(std::size_t{0}, trials.size(), [&](std::size_t i) {
            if (!stop.stop_requested())
                trials[i] = tried(static_cast<std::uint32_t>(i));
            progress.done.fetch_add(1, std::memory_order_relaxed);
        });
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        rank(std::move(trials));
        return std::move(m_result);
    }

private:
    [[nodiscard]] bool prepare();
    [[nodiscard]] bool chooseGrid();
    [[nodiscard]] StepSeries cleaned(const StepSeries &values) const;
    [[nodiscard]] Trial tried(std::uint32_t candidate) const;
    [[nodiscard]] Trial judged(std::uint32_t candidate, const StepSeries &other) const;
    void rank(std::vector<Trial> trials);
    [[nodiscard]] std::string textOf(const Companion &companion) const;

    const CorrelationQuestion &m_question;
    const CorrelationOptions &m_options;
    StepGrid m_grid;
    std::size_t m_seasonSteps = 0;
    StepSeries m_load; // empty when it is not held fixed
    WhiteningFilter m_filter;
    StepSeries m_target;
    Correlation m_result;
};

bool Correlator::chooseGrid()
{
    const metric::MetricSeries &target = m_question.target.series;
    m_grid.stepNs = m_options.stepNs > 0 ? m_options.stepNs : usualStepNs(target);
    if (target.timesNs.empty() || m_grid.stepNs <= 0) {
        m_result.noClaim = "The series to explain has fewer than two points.";
        return false;
    }
    m_grid.beginNs = target.timesNs.front();
    const std::int64_t rangeNs = target.timesNs.back() - m_grid.beginNs;
    if (rangeNs / m_grid.stepNs >= static_cast<std::int64_t>(kMostSteps)) {
        m_grid.stepNs = rangeNs / static_cast<std::int64_t>(kMostSteps) + 1;
        m_result.notes.push_back("The series was put on longer steps: it has more than " + countText(kMostSteps)
                                 + " of its own.");
    }
    m_grid.steps = static_cast<std::size_t>(rangeNs / m_grid.stepNs) + 1;
    constexpr std::int64_t kFewestSeasons = 3;
    const std::int64_t seasonNs = m_options.seasonNs > 0 ? m_options.seasonNs : kDayNs;
    if (rangeNs >= kFewestSeasons * seasonNs) {
        m_seasonSteps = static_cast<std::size_t>(seasonNs / m_grid.stepNs);
        m_result.seasonNs = m_seasonSteps > 1 ? seasonNs : 0;
    }
    m_result.stepNs = m_grid.stepNs;
    return true;
}

bool Correlator::prepare()
{
    if (!chooseGrid())
        return false;
    StepSeries target = onSteps(m_question.target.series, m_grid);
    m_result.points = presentCount(target);
    if (m_result.points < m_options.fewestPoints) {
        m_result.noClaim = "The series to explain has too few points: " + countText(m_result.points) + ", and it takes "
            + countText(m_options.fewestPoints) + ".";
        return false;
    }
    if (isConstant(target)) {
        m_result.noClaim = "The series to explain does not change.";
        return false;
    }
    if (m_question.load != nullptr) {
        m_load = onSteps(*m_question.load, m_grid);
        if (presentCount(m_load) < m_options.fewestPoints || isConstant(m_load)) {
            m_result.notes.push_back("The load could not be held fixed: it is constant or has too few points.");
            m_load.clear();
        }
    }
    m_result.isLoadHeldFixed = !m_load.empty();
    if (m_question.load == nullptr)
        m_result.notes.push_back("The load was not held fixed: there is no series of it.");
    removeSeason(m_load, m_seasonSteps);
    const StepSeries left = cleaned(target);
    m_filter = WhiteningFilter::fitted(left);
    m_target = m_filter.applied(left);
    return true;
}

StepSeries Correlator::cleaned(const StepSeries &values) const
{
    StepSeries left = values;
    removeSeason(left, m_seasonSteps);
    if (!m_load.empty())
        removeLoad(left, m_load);
    drawInOutliers(left);
    return left;
}

Trial Correlator::tried(std::uint32_t candidate) const
{
    Trial trial;
    trial.companion.candidate = candidate;
    trial.companion.name = m_question.candidates[candidate].name;
    const StepSeries values = onSteps(m_question.candidates[candidate].series, m_grid);
    std::size_t common = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        common += !std::isnan(values[i]) && !std::isnan(m_target[i]) ? 1 : 0;
    if (common < m_options.fewestPoints) {
        trial.notJudged = "too few common points: " + countText(common) + ", and it takes "
            + countText(m_options.fewestPoints);
        return trial;
    }
    if (isConstant(values)) {
        trial.notJudged = "constant";
        return trial;
    }
    const StepSeries left = cleaned(values);
    if (isConstant(left)) {
        trial.notJudged = "nothing is left of it when the load is held fixed";
        return trial;
    }
    return judged(candidate, m_filter.applied(left));
}

Trial Correlator::judged(std::uint32_t candidate, const StepSeries &other) const
{
    Trial trial;
    Companion &companion = trial.companion;
    companion.candidate = candidate;
    companion.name = m_question.candidates[candidate].name;
    Pairs best;
    int lags = 0;
    for (int lag = -m_options.mostLagSteps; lag <= m_options.mostLagSteps; ++lag) {
        Pairs pairs = pairsAt(m_target, other, lag);
        if (pairs.size() < m_options.fewestPoints)
            continue;
        ++lags;
        const double coefficient = coefficientOf(pairs, 0, pairs.size());
        if (best.size() == 0 || std::abs(coefficient) > std::abs(companion.coefficient)) {
            companion.coefficient = coefficient;
            companion.lagSteps = lag;
            best = std::move(pairs);
        }
    }
    if (lags == 0) {
        trial.notJudged = "too few common points once gaps are left out";
        return trial;
    }
    companion.points = best.size();
    companion.lagNs = companion.lagSteps * m_grid.stepNs;
    const double lost = 2 + (m_load.empty() ? 0 : 5) + static_cast<double>(m_filter.coefficients.size());
    const double freedom = independentOf(best) - lost;
    trial.pValue = std::min(1.0, correlationPValue(companion.coefficient, freedom) * lags);
    const std::size_t half = best.size() / 2;
    companion.firstHalf = coefficientOf(best, 0, half);
    companion.secondHalf = coefficientOf(best, half, best.size());
    const auto isInHalf = [&](double coefficient) {
        return coefficient * companion.coefficient > 0 && correlationPValue(coefficient, freedom / 2) < kHalfLevel;
    };
    if (trial.pValue > m_options.falseDiscoveries || !isInHalf(companion.firstHalf) || !isInHalf(companion.secondHalf))
        return trial;
    const auto [low, high] = intervalOf(best, m_options.resamples, candidate + 1);
    companion.low = low;
    companion.high = high;
    trial.holds = low * high > 0;
    return trial;
}

std::string Correlator::textOf(const Companion &companion) const
{
    std::string text = m_question.target.name + " goes with " + companion.name;
    if (companion.coefficient < 0)
        text += ", against it";
    const int steps = std::abs(companion.lagSteps);
    if (steps > 0)
        text += ", " + std::to_string(steps) + (steps == 1 ? " step" : " steps")
            + (companion.lagSteps > 0 ? " after it" : " before it");
    return text;
}

void Correlator::rank(std::vector<Trial> trials)
{
    std::vector<double> pValues;
    for (Trial &trial : trials) {
        if (trial.notJudged.empty())
            pValues.push_back(trial.pValue);
        else
            m_result.notJudged.push_back({trial.companion.candidate, trial.companion.name, trial.notJudged});
    }
    const std::vector<double> rates = falseDiscoveryRates(pValues);
    m_result.judged = pValues.size();
    auto rate = rates.begin();
    for (Trial &trial : trials) {
        if (!trial.notJudged.empty())
            continue;
        Companion &companion = trial.companion;
        companion.falseDiscoveryRate = *rate++;
        if (!trial.holds || companion.falseDiscoveryRate >= m_options.falseDiscoveries
            || std::abs(companion.coefficient) < m_options.smallestCoefficient)
            continue;
        companion.text = textOf(companion);
        m_result.companions.push_back(std::move(companion));
    }
    std::ranges::stable_sort(m_result.companions, std::ranges::greater(),
                             [](const Companion &companion) { return std::abs(companion.coefficient); });
}

} // namespace

Result<Correlation> correlate(const CorrelationQuestion &question, const CorrelationOptions &options,
                              const std::stop_token &stop, Progress &progress)
{
    return Correlator(question, options).run(stop, progress);
}

} // namespace tailspan::explain
