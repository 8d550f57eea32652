// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/limit_figures.h"

#include "models/loadtest/block_bootstrap.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

namespace {

constexpr double kNsPerMs = 1e6;
constexpr double kConfidence = 0.95;

LogHistogram pooled(std::span<const RequestStep> steps)
{
    LogHistogram all;
    for (const RequestStep &step : steps)
        all.merge(step.inView);
    return all;
}

/// Numerator and denominator of a figure that is a ratio of sums, by step.
struct RatioSteps {
    std::vector<double> upper;
    std::vector<double> lower;
    [[nodiscard]] double ratio() const
    {
        double up = 0;
        double low = 0;
        for (std::size_t i = 0; i < upper.size(); ++i) {
            up += upper[i];
            low += lower[i];
        }
        return low > 0 ? up / low : std::nan("");
    }
};

/// Satisfied requests count one, tolerated ones (up to four times the target) a half, slower and failed ones nothing.
double apdexScore(const RequestStep &step, Duration target)
{
    const std::uint64_t satisfied = step.succeeded.countAtMost(target.ns());
    const std::uint64_t tolerated = step.succeeded.countAtMost(saturatingMultiply(target.ns(), 4));
    return static_cast<double>(satisfied) / 2 + static_cast<double>(tolerated) / 2;
}

RatioSteps ratioSteps(const Limit &limit, std::span<const RequestStep> steps, double pivotNs)
{
    RatioSteps result;
    for (const RequestStep &step : steps) {
        const auto latencies = static_cast<double>(step.inView.count());
        switch (limit.kind) {
        case LimitKind::Errors:
            result.upper.push_back(step.failures);
            result.lower.push_back(step.finished);
            break;
        case LimitKind::Apdex:
            result.upper.push_back(apdexScore(step, limit.apdexTarget));
            result.lower.push_back(step.finished);
            break;
        case LimitKind::Throughput:
            result.upper.push_back(step.finished);
            result.lower.push_back(step.range.length().toSeconds());
            break;
        case LimitKind::Percentile:
            result.upper.push_back(latencies
                                   - static_cast<double>(step.inView.countAtMost(static_cast<std::int64_t>(pivotNs))));
            result.lower.push_back(latencies);
            break;
        default: result.upper.push_back(step.inView.sum() / kNsPerMs); result.lower.push_back(latencies);
        }
    }
    return result;
}

std::optional<RatioSteps> inBlocks(const RatioSteps &steps)
{
    std::vector<double> ratios;
    for (std::size_t i = 0; i < steps.upper.size(); ++i) {
        const double before = ratios.empty() ? steps.ratio() : ratios.back();
        ratios.push_back(steps.lower[i] > 0 ? steps.upper[i] / steps.lower[i] : before);
    }
    const auto plan = planBlocks(ratios.size(), autocorrelationTime(ratios));
    if (!plan)
        return std::nullopt;
    RatioSteps blocks{std::vector<double>(plan->blocks, 0), std::vector<double>(plan->blocks, 0)};
    for (std::size_t i = 0; i < steps.upper.size(); ++i) {
        blocks.upper[i / plan->blockSteps] += steps.upper[i];
        blocks.lower[i / plan->blockSteps] += steps.lower[i];
    }
    return blocks;
}

/// The standard error of a ratio of sums over blocks (Cochran 1977, "Sampling techniques", 6.3).
double standardError(const RatioSteps &blocks)
{
    const double ratio = blocks.ratio();
    const auto n = static_cast<double>(blocks.upper.size());
    double squares = 0;
    double lower = 0;
    for (std::size_t i = 0; i < blocks.upper.size(); ++i) {
        const double residual = blocks.upper[i] - ratio * blocks.lower[i];
        squares += residual * residual;
        lower += blocks.lower[i];
    }
    return std::sqrt(squares * n / (n - 1)) / lower;
}

Interval percentileInterval(const Limit &limit, const LogHistogram &all, const RatioSteps &blocks)
{
    const double share = limit.percentile / 100;
    const double effect = designEffect(blocks.upper, blocks.lower);
    const double half = normalQuantile(0.5 + kConfidence / 2)
        * std::sqrt(share * (1 - share) * effect / static_cast<double>(all.count()));
    return {static_cast<double>(all.quantile(share - half)) / kNsPerMs,
            static_cast<double>(all.quantile(share + half)) / kNsPerMs};
}

Interval errorInterval(const RatioSteps &blocks)
{
    double failures = 0;
    double finished = 0;
    for (std::size_t i = 0; i < blocks.upper.size(); ++i) {
        failures += blocks.upper[i];
        finished += blocks.lower[i];
    }
    const double effect = designEffect(blocks.upper, blocks.lower);
    const Interval share = wilsonInterval(failures / effect, finished / effect, kConfidence);
    return {share.low * 100, share.high * 100};
}

} // namespace

std::optional<double> figureOf(const Limit &limit, std::span<const RequestStep> steps)
{
    if (limit.kind == LimitKind::Percentile || limit.kind == LimitKind::Max) {
        const LogHistogram all = pooled(steps);
        if (all.isEmpty())
            return std::nullopt;
        const std::int64_t ns = limit.kind == LimitKind::Max ? all.max() : all.quantile(limit.percentile / 100);
        return static_cast<double>(ns) / kNsPerMs;
    }
    const double ratio = ratioSteps(limit, steps, 0).ratio();
    if (std::isnan(ratio))
        return std::nullopt;
    return limit.kind == LimitKind::Errors ? ratio * 100 : ratio;
}

std::optional<Interval> intervalOf(const Limit &limit, std::span<const RequestStep> steps)
{
    const auto value = figureOf(limit, steps);
    if (!value || limit.kind == LimitKind::Max)
        return std::nullopt;
    const auto blocks = inBlocks(ratioSteps(limit, steps, *value * kNsPerMs));
    if (!blocks)
        return std::nullopt;
    if (limit.kind == LimitKind::Percentile)
        return percentileInterval(limit, pooled(steps), *blocks);
    if (limit.kind == LimitKind::Errors)
        return errorInterval(*blocks);
    const double half = normalQuantile(0.5 + kConfidence / 2) * standardError(*blocks);
    const double highest = limit.kind == LimitKind::Apdex ? 1.0 : *value + half;
    return Interval{std::max(*value - half, 0.0), std::min(*value + half, highest)};
}

} // namespace tailspan::loadtest
