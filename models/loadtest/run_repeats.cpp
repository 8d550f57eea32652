// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/run_repeats.h"

#include "models/base/rank_sum_test.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace tailspan::loadtest {

namespace {

/// The chance of each value 0..m*n of the Mann-Whitney statistic when both samples are alike, by the recurrence of
/// Mann and Whitney (1947) on counts of arrangements. Small samples only: m * n cells for each m.
std::vector<double> statisticChances(std::size_t m, std::size_t n)
{
    // ways[i][u]: arrangements of i values of the first sample and the j of the outer loop with statistic u.
    std::vector<std::vector<double>> ways(m + 1, std::vector<double>(m * n + 1, 0));
    for (auto &row : ways)
        row[0] = 1; // no value of the second sample
    for (std::size_t j = 1; j <= n; ++j) {
        for (std::size_t i = 1; i <= m; ++i) {
            // The largest value is of the first sample (it exceeds j others) or of the second.
            for (std::size_t u = m * n; u >= j; --u)
                ways[i][u] += ways[i - 1][u - j];
        }
    }
    std::vector<double> chances = ways[m];
    const double total = std::accumulate(chances.begin(), chances.end(), 0.0);
    for (double &chance : chances)
        chance /= total;
    return chances;
}

/// How many of the sorted pairs may be left out at each end.
std::size_t pairsToLeaveOut(std::size_t m, std::size_t n, double confidence, double &coverage)
{
    constexpr std::size_t kExact = 2500;
    const double tail = (1 - confidence) / 2;
    coverage = confidence;
    if (m * n > kExact) {
        const auto pairs = static_cast<double>(m * n);
        const double deviation = std::sqrt(pairs * static_cast<double>(m + n + 1) / 12);
        return static_cast<std::size_t>(std::max(pairs / 2 + normalQuantile(tail) * deviation - 0.5, 0.0));
    }
    double below = 0;
    std::size_t left = 0;
    const std::vector<double> chances = statisticChances(m, n);
    while (left < m * n / 2 && below + chances[left] <= tail)
        below += chances[left++];
    coverage = left == 0 ? 1 - 2 * chances[0] : 1 - 2 * below;
    return left;
}

} // namespace

RepeatShift repeatShift(std::span<const double> before, std::span<const double> after, double confidence)
{
    RepeatShift result;
    if (before.empty() || after.empty())
        return result;
    std::vector<double> logRatios;
    logRatios.reserve(before.size() * after.size());
    for (const double a : before) {
        for (const double b : after)
            logRatios.push_back(a > 0 && b > 0 ? std::log(b / a) : 0);
    }
    std::sort(logRatios.begin(), logRatios.end());
    result.ratio = std::exp(quantileOfSorted(logRatios, 0.5));
    const std::size_t left = pairsToLeaveOut(before.size(), after.size(), confidence, result.coverage);
    const std::size_t lowest = left == 0 ? 0 : left - 1;
    result.interval = {std::exp(logRatios[lowest]), std::exp(logRatios[logRatios.size() - 1 - lowest])};
    // The test takes whole numbers: millionths keep every order that a measurement can have.
    const auto whole = [](std::span<const double> values) {
        std::vector<std::int64_t> numbers(values.size());
        std::transform(values.begin(), values.end(), numbers.begin(), [](double value) {
            return static_cast<std::int64_t>(std::llround(std::clamp(value * 1e6, -9.2e18, 9.2e18)));
        });
        return numbers;
    };
    RankSumTest test;
    result.pValue = test.pValue(whole(before), whole(after));
    return result;
}

std::vector<double> holmAdjusted(std::span<const double> pValues)
{
    std::vector<std::size_t> order(pValues.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return pValues[a] < pValues[b]; });
    std::vector<double> adjusted(pValues.size());
    double before = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        before = std::max(before, std::min(1.0, pValues[order[i]] * static_cast<double>(order.size() - i)));
        adjusted[order[i]] = before;
    }
    return adjusted;
}

} // namespace tailspan::loadtest
