// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/latency_replicates.h"

#include "models/loadtest/interval.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace tailspan::loadtest {

namespace {

/// A range of histogram bins.
struct Bins {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

Bins binsOf(const Stratum &stratum)
{
    if (stratum.latencies.empty())
        return {};
    const auto [low, high] =
        std::minmax_element(stratum.latencies.begin(), stratum.latencies.end(),
                            [](const Stratum::Count &a, const Stratum::Count &b) { return a.bin < b.bin; });
    return {low->bin, high->bin - low->bin + 1};
}

/// Values at ascending percentiles of counts that need not be whole; inside a bin values are taken as spread evenly.
void percentilesOf(std::span<const float> counts, std::uint32_t firstBin, std::span<const std::size_t> percentiles,
                   std::span<double> values)
{
    double total = 0;
    for (const float count : counts)
        total += static_cast<double>(count);
    double before = 0;
    std::size_t bin = 0;
    for (std::size_t i = 0; i < percentiles.size(); ++i) {
        const double wanted = static_cast<double>(percentiles[i]) / 100 * total;
        while (bin + 1 < counts.size() && before + static_cast<double>(counts[bin]) < wanted)
            before += static_cast<double>(counts[bin++]);
        const auto index = firstBin + static_cast<std::uint32_t>(bin);
        const auto low = static_cast<double>(LogHistogram::lowerBoundOf(index));
        const auto high = static_cast<double>(LogHistogram::lowerBoundOf(index + 1));
        const auto inBin = static_cast<double>(counts[bin]);
        values[i] = total > 0 ? low + (high - low) * (inBin > 0 ? std::min((wanted - before) / inBin, 1.0) : 0.0) : 0;
    }
}

constexpr std::size_t kNoBlock = static_cast<std::size_t>(-1);

/// The latencies of every block of neighboring steps: one row of bins for each step a block may start at.
class BlockRows {
public:
    BlockRows(const Stratum &stratum, const RequestTable &table, std::size_t blockSteps) : m_bins(binsOf(stratum))
    {
        const std::size_t width = m_bins.count;
        m_rows.assign(table.steps() * width, 0);
        for (const Stratum::Count &count : stratum.latencies) // of single steps
            m_rows[count.step * width + count.bin - m_bins.first] += static_cast<float>(count.count);
        std::vector<float> sum(width);
        std::size_t begin = 0;
        for (const std::size_t end : table.runEnds) {
            std::fill(sum.begin(), sum.end(), 0.0F);
            sumRun(begin, end, blockSteps, sum);
            begin = end;
        }
    }

    [[nodiscard]] Bins bins() const { return m_bins; }
    [[nodiscard]] const float *row(std::size_t start) const { return m_rows.data() + start * m_bins.count; }

private:
    /// In place: a row is not read again once the blocks that start before it are summed.
    void sumRun(std::size_t begin, std::size_t end, std::size_t blockSteps, std::vector<float> &sum)
    {
        const std::size_t width = m_bins.count;
        if (begin == end)
            return;
        const auto add = [&](std::size_t step) {
            for (std::size_t i = 0; i < width; ++i)
                sum[i] += m_rows[step * width + i];
        };
        for (std::size_t step = begin; step < std::min(begin + blockSteps, end); ++step)
            add(step);
        for (std::size_t start = begin; start < end; ++start) {
            float *row = m_rows.data() + start * width;
            for (std::size_t i = 0; i < width; ++i) {
                const float own = row[i];
                row[i] = sum[i];
                sum[i] -= own;
            }
            if (start + blockSteps < end)
                add(start + blockSteps);
        }
    }

    Bins m_bins;
    std::vector<float> m_rows;
};

/// Where the blocks of each round start: rounds x plan.blocks.
std::vector<std::size_t> drawStarts(const RequestTable &table, const BlockPlan &plan, std::size_t rounds,
                                    std::uint64_t seed)
{
    std::vector<std::size_t> allowed;
    std::size_t begin = 0;
    for (const std::size_t end : table.runEnds) {
        for (std::size_t start = begin; start + plan.blockSteps <= end; ++start)
            allowed.push_back(start);
        begin = end;
    }
    std::vector<std::size_t> starts(rounds * plan.blocks, kNoBlock);
    SeededRandom random(seed);
    for (std::size_t &start : starts)
        start = allowed.empty() ? kNoBlock : allowed[random.below(allowed.size())];
    return starts;
}

ReplicatedFigures emptyFigures(std::size_t percentiles, std::size_t rounds)
{
    ReplicatedFigures figures;
    figures.measuredNs.assign(percentiles, 0);
    figures.latencyNs.assign(percentiles, std::vector<double>(rounds, 0));
    figures.rate.assign(rounds, 0);
    return figures;
}

std::array<std::size_t, kPercentiles> allPercentiles()
{
    std::array<std::size_t, kPercentiles> result{};
    std::iota(result.begin(), result.end(), std::size_t{1});
    return result;
}

/// The weighted sum of the strata's distributions in each round, and as measured in the last row.
class Mixture {
public:
    Mixture(const RequestTable &table, std::span<const double> mix, std::size_t rows)
    {
        std::uint32_t end = 0;
        std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
        for (std::size_t s = 0; s < table.strata.size(); ++s) {
            const Bins bins = binsOf(table.strata[s]);
            if (bins.count == 0 || !(mix[s] > 0))
                continue;
            first = std::min(first, bins.first);
            end = std::max(end, bins.first + bins.count);
        }
        m_bins = {end > first ? first : 0, end > first ? end - first : 0};
        m_rows.assign(rows * m_bins.count, 0);
    }

    void add(std::size_t row, Bins bins, std::span<const float> counts, double weight)
    {
        double total = 0;
        for (const float count : counts)
            total += static_cast<double>(count);
        if (!(total > 0) || !(weight > 0))
            return;
        const auto factor = static_cast<float>(weight / total);
        float *target = m_rows.data() + row * m_bins.count + (bins.first - m_bins.first);
        for (std::size_t i = 0; i < counts.size(); ++i)
            target[i] += counts[i] * factor;
    }

    void percentiles(std::size_t row, std::span<double> values) const
    {
        if (m_bins.count == 0)
            return;
        percentilesOf(std::span(m_rows).subspan(row * m_bins.count, m_bins.count), m_bins.first, allPercentiles(),
                      values);
    }

private:
    Bins m_bins;
    std::vector<float> m_rows;
};

/// Requests a second in each round, of one stratum or several.
void replicateRate(const std::vector<double> &perStep, const RequestTable &table, const BlockPlan &plan,
                   const std::vector<std::size_t> &starts, ReplicatedFigures &figures)
{
    const double seconds = table.width.toSeconds();
    figures.measuredRate = perStep.empty() ? 0 : sumOf(perStep) / (static_cast<double>(perStep.size()) * seconds);
    for (std::size_t round = 0; round < figures.rate.size(); ++round) {
        double sum = 0;
        for (std::size_t k = 0; k < plan.blocks; ++k) {
            for (std::size_t i = 0; i < plan.blockSteps; ++i)
                sum += perStep[starts[round * plan.blocks + k] + i];
        }
        figures.rate[round] = sum / (static_cast<double>(plan.blocks * plan.blockSteps) * seconds);
    }
}

/// What all strata of one replication share.
struct Draw {
    const RequestTable &table;
    const BlockPlan &plan;
    std::vector<std::size_t> starts; // rounds x plan.blocks
    std::size_t rounds = 0;
    const std::stop_token &stop;
    [[nodiscard]] bool isPossible() const { return !starts.empty() && starts.front() != kNoBlock; }
};

void replicateLatency(const Draw &draw, const Stratum &stratum, double weight, Mixture &mixture,
                      ReplicatedFigures &figures)
{
    const BlockRows rows(stratum, draw.table, draw.plan.blockSteps);
    const Bins bins = rows.bins();
    if (bins.count == 0)
        return;
    std::vector<float> measured(bins.count, 0);
    for (const Stratum::Count &count : stratum.latencies)
        measured[count.bin - bins.first] += static_cast<float>(count.count);
    percentilesOf(measured, bins.first, kEndpointPercentiles, figures.measuredNs);
    mixture.add(draw.rounds, bins, measured, weight);
    if (!draw.isPossible())
        return;
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, draw.rounds, 16), [&](const auto &range) {
        std::vector<float> sum(bins.count);
        std::array<double, kEndpointPercentiles.size()> values{};
        for (std::size_t round = range.begin(); round < range.end() && !draw.stop.stop_requested(); ++round) {
            std::fill(sum.begin(), sum.end(), 0.0F);
            for (std::size_t k = 0; k < draw.plan.blocks; ++k) {
                const float *row = rows.row(draw.starts[round * draw.plan.blocks + k]);
                for (std::size_t i = 0; i < sum.size(); ++i)
                    sum[i] += row[i];
            }
            percentilesOf(sum, bins.first, kEndpointPercentiles, values);
            for (std::size_t p = 0; p < values.size(); ++p)
                figures.latencyNs[p][round] = values[p];
            mixture.add(round, bins, sum, weight);
        }
    });
}

void replicateMixture(const Mixture &mixture, std::size_t rounds, ReplicatedFigures &figures)
{
    mixture.percentiles(rounds, figures.measuredNs);
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, rounds, 16), [&](const auto &range) {
        std::array<double, kPercentiles> values{};
        for (std::size_t round = range.begin(); round < range.end(); ++round) {
            mixture.percentiles(round, values);
            for (std::size_t p = 0; p < kPercentiles; ++p)
                figures.latencyNs[p][round] = values[p];
        }
    });
}

void center(std::span<double> values)
{
    const double mean = meanOf(values);
    for (double &value : values)
        value -= mean;
}

} // namespace

Replicates replicate(const RequestTable &table, const BlockPlan &plan, std::span<const double> mix, std::size_t rounds,
                     std::uint64_t seed, const std::stop_token &stop)
{
    const Draw draw{table, plan, drawStarts(table, plan, rounds, seed), rounds, stop};
    Replicates result;
    result.overall = emptyFigures(kPercentiles, rounds);
    Mixture mixture(table, mix, rounds + 1);
    std::vector<double> allRequests(table.steps(), 0);
    for (std::size_t s = 0; s < table.strata.size() && !stop.stop_requested(); ++s) {
        const Stratum &stratum = table.strata[s];
        ReplicatedFigures &figures = result.strata.emplace_back(emptyFigures(kEndpointPercentiles.size(), rounds));
        std::transform(allRequests.begin(), allRequests.end(), stratum.requests.begin(), allRequests.begin(),
                       std::plus<>());
        if (draw.isPossible())
            replicateRate(stratum.requests, table, plan, draw.starts, figures);
        replicateLatency(draw, stratum, mix[s], mixture, figures);
    }
    replicateMixture(mixture, rounds, result.overall);
    if (draw.isPossible())
        replicateRate(allRequests, table, plan, draw.starts, result.overall);
    return result;
}

double dependenceOf(const RequestTable &table)
{
    const std::size_t steps = table.steps();
    std::vector<double> counts(steps, 0);
    std::vector<double> sums(steps, 0);
    std::vector<double> slow(steps, 0);
    for (const Stratum &stratum : table.strata) {
        std::vector<Stratum::Count> byBin = stratum.latencies;
        std::sort(byBin.begin(), byBin.end(),
                  [](const Stratum::Count &a, const Stratum::Count &b) { return a.bin < b.bin; });
        double seen = 0;
        for (const Stratum::Count &count : byBin) {
            const auto n = static_cast<double>(count.count);
            seen += n;
            counts[count.step] += n;
            sums[count.step] += n * static_cast<double>(LogHistogram::lowerBoundOf(count.bin));
            slow[count.step] += seen > 0.9 * stratum.latencyCount ? n : 0;
        }
    }
    for (std::size_t i = 0; i < steps; ++i) {
        sums[i] = counts[i] > 0 ? sums[i] / counts[i] : (i > 0 ? sums[i - 1] : 0);
        slow[i] = counts[i] > 0 ? slow[i] / counts[i] : (i > 0 ? slow[i - 1] : 0);
    }
    std::size_t begin = 0;
    for (const std::size_t end : table.runEnds) { // what differs from run to run is no dependence of steps
        center(std::span(sums).subspan(begin, end - begin));
        center(std::span(slow).subspan(begin, end - begin));
        begin = end;
    }
    return std::max(autocorrelationTime(sums), autocorrelationTime(slow));
}

} // namespace tailspan::loadtest
