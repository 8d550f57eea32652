// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/step_series.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace tailspan::explain {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr int kLoadReach = 2; // steps of load to either side
constexpr std::size_t kLoadTerms = 2 * kLoadReach + 2;
constexpr std::size_t kMostOrder = 6; // of the autoregression
constexpr double kDrifts = 0.9;       // autocorrelation from which a series counts as drifting

using Matrix = std::array<std::array<double, kLoadTerms + 1>, kLoadTerms>;

double meanOf(std::span<const double> values)
{
    double sum = 0;
    std::size_t count = 0;
    for (const double value : values) {
        if (!std::isnan(value)) {
            sum += value;
            ++count;
        }
    }
    return count == 0 ? 0 : sum / static_cast<double>(count);
}

double medianOf(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The load around a step and a constant; false where a part is missing.
bool loadAround(std::span<const double> load, std::size_t step, std::array<double, kLoadTerms> &terms)
{
    for (int reach = -kLoadReach; reach <= kLoadReach; ++reach) {
        const auto at = static_cast<std::ptrdiff_t>(step) + reach;
        // At the ends and beside gaps the load of the step itself stands in.
        const bool isThere = at >= 0 && at < static_cast<std::ptrdiff_t>(load.size())
            && !std::isnan(load[static_cast<std::size_t>(at)]);
        terms[static_cast<std::size_t>(reach + kLoadReach)] = load[isThere ? static_cast<std::size_t>(at) : step];
    }
    terms.back() = 1;
    return !std::isnan(load[step]);
}

/// Gauss with pivots; a direction that the load does not have gets 0.
std::array<double, kLoadTerms> solved(Matrix matrix)
{
    std::array<double, kLoadTerms> result{};
    std::array<bool, kLoadTerms> isUsed{};
    double largest = 0;
    for (std::size_t i = 0; i < kLoadTerms; ++i)
        largest = std::max(largest, std::abs(matrix[i][i]));
    for (std::size_t i = 0; i < kLoadTerms; ++i) {
        std::size_t pivot = i;
        for (std::size_t row = i + 1; row < kLoadTerms; ++row)
            pivot = std::abs(matrix[row][i]) > std::abs(matrix[pivot][i]) ? row : pivot;
        std::swap(matrix[i], matrix[pivot]);
        isUsed[i] = std::abs(matrix[i][i]) > 1e-10 * largest;
        for (std::size_t row = i + 1; row < kLoadTerms && isUsed[i]; ++row) {
            const double factor = matrix[row][i] / matrix[i][i];
            for (std::size_t column = i; column <= kLoadTerms; ++column)
                matrix[row][column] -= factor * matrix[i][column];
        }
    }
    for (std::size_t i = kLoadTerms; i-- > 0;) {
        double rest = matrix[i][kLoadTerms];
        for (std::size_t column = i + 1; column < kLoadTerms; ++column)
            rest -= matrix[i][column] * result[column];
        result[i] = isUsed[i] ? rest / matrix[i][i] : 0;
    }
    return result;
}

} // namespace

std::int64_t usualStepNs(const metric::MetricSeries &series)
{
    std::vector<std::int64_t> steps;
    for (std::size_t i = 1; i < series.timesNs.size(); ++i)
        steps.push_back(series.timesNs[i] - series.timesNs[i - 1]);
    if (steps.empty())
        return 0;
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return *middle;
}

StepSeries onSteps(const metric::MetricSeries &series, const StepGrid &grid)
{
    StepSeries sums(grid.steps, 0);
    std::vector<std::uint32_t> counts(grid.steps);
    for (std::size_t i = 0; i < std::min(series.timesNs.size(), series.values.size()); ++i) {
        if (!std::isfinite(series.values[i]) || series.timesNs[i] < grid.beginNs)
            continue;
        const auto step = static_cast<std::size_t>((series.timesNs[i] - grid.beginNs) / grid.stepNs);
        if (step < grid.steps) {
            sums[step] += series.values[i];
            ++counts[step];
        }
    }
    for (std::size_t step = 0; step < grid.steps; ++step)
        sums[step] = counts[step] == 0 ? kGap : sums[step] / counts[step];
    return sums;
}

std::size_t presentCount(std::span<const double> values)
{
    return static_cast<std::size_t>(std::ranges::count_if(values, [](double value) { return !std::isnan(value); }));
}

bool isConstant(std::span<const double> values)
{
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double value : values) {
        if (!std::isnan(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    return !(high - low > 1e-9 * std::max(std::abs(low), std::abs(high)));
}

void removeSeason(StepSeries &values, std::size_t seasonSteps)
{
    constexpr std::size_t kMostPhases = 48; // half hours of a day
    if (seasonSteps < 2)
        return;
    const std::size_t phases = std::min(seasonSteps, kMostPhases);
    const auto phaseOf = [&](std::size_t step) { return step % seasonSteps * phases / seasonSteps; };
    std::vector<double> sums(phases);
    std::vector<double> counts(phases);
    for (std::size_t step = 0; step < values.size(); ++step) {
        if (!std::isnan(values[step])) {
            sums[phaseOf(step)] += values[step];
            ++counts[phaseOf(step)];
        }
    }
    for (std::size_t step = 0; step < values.size(); ++step) {
        const std::size_t phase = phaseOf(step);
        if (counts[phase] > 0)
            values[step] -= sums[phase] / counts[phase];
    }
}

void removeLoad(StepSeries &values, std::span<const double> load)
{
    Matrix matrix{};
    std::array<double, kLoadTerms> terms{};
    for (std::size_t step = 0; step < values.size(); ++step) {
        if (std::isnan(values[step]) || !loadAround(load, step, terms))
            continue;
        for (std::size_t i = 0; i < kLoadTerms; ++i) {
            for (std::size_t k = 0; k < kLoadTerms; ++k)
                matrix[i][k] += terms[i] * terms[k];
            matrix[i][kLoadTerms] += terms[i] * values[step];
        }
    }
    const std::array<double, kLoadTerms> weights = solved(matrix);
    for (std::size_t step = 0; step < values.size(); ++step) {
        if (!loadAround(load, step, terms)) {
            values[step] = kGap; // the load there is not known
            continue;
        }
        for (std::size_t i = 0; i < kLoadTerms; ++i)
            values[step] -= weights[i] * terms[i];
    }
}

void drawInOutliers(StepSeries &values)
{
    constexpr double kDeviations = 5;
    constexpr double kNormal = 1.4826; // of the median absolute deviation to the standard deviation
    std::vector<double> present;
    std::ranges::copy_if(values, std::back_inserter(present), [](double value) { return !std::isnan(value); });
    if (present.empty())
        return;
    const double middle = medianOf(present);
    for (double &value : present)
        value = std::abs(value - middle);
    const double reach = kDeviations * kNormal * medianOf(present);
    if (!(reach > 0)) // mostly one value: the others are what there is to see
        return;
    for (double &value : values) {
        if (!std::isnan(value))
            value = std::clamp(value, middle - reach, middle + reach);
    }
}

double autocorrelation(std::span<const double> values, std::size_t lag)
{
    const double mean = meanOf(values);
    double both = 0;
    double alone = 0;
    std::size_t pairs = 0;
    std::size_t points = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i]))
            continue;
        alone += (values[i] - mean) * (values[i] - mean);
        ++points;
        if (i >= lag && !std::isnan(values[i - lag])) {
            both += (values[i] - mean) * (values[i - lag] - mean);
            ++pairs;
        }
    }
    if (!(alone > 0) || pairs == 0)
        return lag == 0 ? 1 : 0;
    // Gaps lose pairs, the ends of the series do too; only the latter is to draw the figure towards 0.
    const double expected = static_cast<double>(points)
        * (1 - static_cast<double>(lag) / static_cast<double>(values.size()));
    return std::clamp(both / alone * expected / static_cast<double>(pairs), -1.0, 1.0);
}

WhiteningFilter WhiteningFilter::fitted(const StepSeries &values)
{
    WhiteningFilter filter;
    StepSeries left = values;
    if (autocorrelation(left, 1) > kDrifts) {
        filter.isDifferenced = true;
        left = filter.applied(left);
    }
    // Levinson and Durbin's recursion over the orders.
    const auto points = static_cast<double>(presentCount(left));
    std::vector<double> coefficients;
    double variance = 1;
    double best = 0; // Akaike's criterion of order 0
    for (std::size_t order = 1; order <= kMostOrder && points > 0; ++order) {
        double next = autocorrelation(left, order);
        for (std::size_t i = 0; i + 1 < order; ++i)
            next -= coefficients[i] * autocorrelation(left, order - 1 - i);
        next /= variance;
        if (!(std::abs(next) < 1))
            break;
        const std::vector<double> before = coefficients;
        for (std::size_t i = 0; i + 1 < order; ++i)
            coefficients[i] -= next * before[order - 2 - i];
        coefficients.push_back(next);
        variance *= 1 - next * next;
        const double criterion = points * std::log(variance) + 2.0 * static_cast<double>(order);
        if (criterion < best) {
            best = criterion;
            filter.coefficients = coefficients;
        }
    }
    return filter;
}

StepSeries WhiteningFilter::applied(const StepSeries &values) const
{
    StepSeries base(values.size(), kGap);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!isDifferenced)
            base[i] = values[i];
        else if (i > 0)
            base[i] = values[i] - values[i - 1];
    }
    StepSeries left(values.size(), kGap);
    for (std::size_t i = coefficients.size(); i < base.size(); ++i) {
        left[i] = base[i];
        for (std::size_t k = 0; k < coefficients.size(); ++k)
            left[i] -= coefficients[k] * base[i - 1 - k]; // a gap before makes one here
    }
    return left;
}

} // namespace tailspan::explain
