// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/trace/parent_inference_timing.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tailspan::trace {

namespace {

constexpr std::size_t kBins = TimeAxis::kBins;
constexpr std::size_t kZeroBin = 20;
constexpr double kBinWidth = 0.35;
constexpr std::array<double, 5> kKernel{0.06, 0.24, 0.40, 0.24, 0.06};
// Observations that weigh as much as the wider table.
constexpr double kAxisPrior = 6, kJointPrior = 12;
constexpr std::size_t kKindTables = 256, kPatternTables = 512;
constexpr std::uint32_t kFewestEdges = 40;
constexpr std::size_t kGrainEdges = 4096;

/// One row of bins, `stride` apart in `from` and `to`.
template <class Value>
void spread(const Value *from, double *to, std::size_t stride)
{
    for (std::size_t i = 0; i < kBins; ++i) {
        const auto count = static_cast<double>(from[i * stride]);
        if (count <= 0)
            continue;
        for (std::size_t k = 0; k < kKernel.size(); ++k) {
            const std::size_t at = std::clamp<std::size_t>(i + k, 2, kBins + 1) - 2;
            to[at * stride] += count * kKernel[k];
        }
    }
}

std::vector<double> spreadBothWays(const std::vector<float> &counts)
{
    std::vector<double> byTail(kBins * kBins, 0.0), both(kBins * kBins, 0.0);
    for (std::size_t lead = 0; lead < kBins; ++lead)
        spread(counts.data() + lead * kBins, byTail.data() + lead * kBins, 1);
    for (std::size_t tail = 0; tail < kBins; ++tail)
        spread(byTail.data() + tail, both.data() + tail, kBins);
    return both;
}

template <class Value>
void sumAxes(const std::vector<Value> &cells, AxisChances &lead, AxisChances &tail)
{
    lead.fill(0);
    tail.fill(0);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        lead[i / kBins] += static_cast<double>(cells[i]);
        tail[i % kBins] += static_cast<double>(cells[i]);
    }
}

/// Before anything is learned: calls begin soon after their caller and end soon before it, seldom outside of
/// it.
std::vector<float> priorChances()
{
    AxisChances axis{};
    double sum = 0;
    for (std::size_t i = 0; i < kBins; ++i) {
        const double x = (static_cast<double>(i) - static_cast<double>(kZeroBin)) * kBinWidth;
        axis[i] = x >= 0 ? std::exp(-x / 3) : 0.3 * std::exp(x * 1.2);
        sum += axis[i];
    }
    std::vector<float> cells;
    for (std::size_t i = 0; i < kBins * kBins; ++i)
        cells.push_back(static_cast<float>(axis[i / kBins] * axis[i % kBins] / (sum * sum)));
    return cells;
}

/// The `limit` rows with the highest counts that reach `least`.
std::vector<std::uint32_t> mostFrequent(const std::vector<std::uint32_t> &counts, std::size_t limit,
                                        std::uint32_t least)
{
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; i < counts.size(); ++i)
        if (counts[i] >= least)
            rows.push_back(i);
    std::ranges::stable_sort(rows, std::greater<>(), [&](std::uint32_t i) { return counts[i]; });
    rows.resize(std::min(rows.size(), limit));
    return rows;
}

} // namespace

std::size_t TimeAxis::binOf(double valueNs) const
{
    const double steps = std::round(std::asinh(valueNs / m_scaleNs) / kBinWidth) + static_cast<double>(kZeroBin);
    return static_cast<std::size_t>(std::clamp(steps, 0.0, static_cast<double>(kBins - 1)));
}

double TimeAxis::logPerNs(double valueNs) const
{
    return -0.5 * std::log(valueNs * valueNs + m_scaleNs * m_scaleNs) - std::log(kBinWidth);
}

void smoothCounts(AxisChances &counts)
{
    AxisChances out{};
    spread(counts.data(), out.data(), 1);
    counts = out;
}

TimingLayout::TimingLayout(const InferenceProblem &problem)
{
    const TimeAxis axis(problem.scaleNs);
    const std::vector<std::uint32_t> tableOfPattern = chooseTables(problem);
    m_edges.resize(problem.edges.size());
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, m_edges.size(), kGrainEdges), [&](const auto &range) {
        for (std::size_t e = range.begin(); e != range.end(); ++e) {
            const CandidateEdge &edge = problem.edges[e];
            const auto lead = static_cast<double>(edge.leadNs), tail = static_cast<double>(edge.tailNs);
            m_edges[e] = {tableOfPattern[edge.pattern],
                          static_cast<std::uint32_t>(axis.binOf(lead) * kBins + axis.binOf(tail)),
                          static_cast<float>(axis.logPerNs(lead) + axis.logPerNs(tail))};
        }
    });
}

std::vector<std::uint32_t> TimingLayout::chooseTables(const InferenceProblem &problem)
{
    std::vector<std::uint32_t> kindEdges(problem.kindService.size(), 0), patternEdges, tableOfPattern;
    for (const EdgePattern &pattern : problem.patterns) {
        kindEdges[pattern.callerKind] += pattern.edgeCount;
        patternEdges.push_back(pattern.edgeCount);
    }
    m_wider.assign(1, 0);
    const auto addTable = [&](std::size_t wider) {
        m_wider.push_back(wider);
        return static_cast<std::uint32_t>(m_wider.size() - 1);
    };
    m_levels[1] = m_wider.size();
    std::vector<std::uint32_t> tableOfKind(kindEdges.size(), 0);
    for (const std::uint32_t kind : mostFrequent(kindEdges, kKindTables, kFewestEdges))
        tableOfKind[kind] = addTable(0);
    m_levels[2] = m_wider.size();
    for (const EdgePattern &pattern : problem.patterns)
        tableOfPattern.push_back(tableOfKind[pattern.callerKind]);
    for (const std::uint32_t pattern : mostFrequent(patternEdges, kPatternTables, kFewestEdges))
        tableOfPattern[pattern] = addTable(tableOfPattern[pattern]);
    m_levels[3] = m_wider.size();
    return tableOfPattern;
}

TimingTables::TimingTables(const TimingLayout &layout) : m_layout(layout), m_tables(layout.tableCount())
{
    for (Table &table : m_tables) {
        table.counts.assign(kBins * kBins, 0);
        table.chances.assign(kBins * kBins, 0);
        table.logChances.assign(kBins * kBins, 0);
    }
    learn();
}

double TimingTables::logDensity(std::size_t edge) const
{
    const TimingLayout::EdgeCell &cell = m_layout.cellOf(edge);
    return static_cast<double>(m_tables[cell.table].logChances[cell.cell] + cell.logPerNs);
}

void TimingTables::observe(std::size_t edge, double chance)
{
    const TimingLayout::EdgeCell &cell = m_layout.cellOf(edge);
    m_tables[cell.table].counts[cell.cell] += static_cast<float>(chance);
}

void TimingTables::learn()
{
    for (std::size_t t = m_tables.size(); t-- > 1;)
        for (std::size_t i = 0; i < kBins * kBins; ++i)
            m_tables[m_layout.widerThan(t)].counts[i] += m_tables[t].counts[i];
    const auto &levels = m_layout.levels();
    for (std::size_t level = 0; level + 1 < levels.size(); ++level)
        tbb::parallel_for(levels[level], levels[level + 1], [&](std::size_t t) { learnTable(t); });
    for (Table &table : m_tables)
        std::ranges::fill(table.counts, 0.0F);
}

void TimingTables::learnTable(std::size_t row)
{
    Table &table = m_tables[row];
    const std::vector<float> wider = row == 0 ? priorChances() : m_tables[m_layout.widerThan(row)].chances;
    AxisChances lead{}, tail{}, wideLead{}, wideTail{};
    sumAxes(table.counts, lead, tail);
    sumAxes(wider, wideLead, wideTail);
    smoothCounts(lead);
    smoothCounts(tail);
    const double total = std::accumulate(lead.begin(), lead.end(), 0.0);
    for (std::size_t i = 0; i < kBins; ++i) {
        lead[i] = (lead[i] + kAxisPrior * wideLead[i]) / (total + kAxisPrior);
        tail[i] = (tail[i] + kAxisPrior * wideTail[i]) / (total + kAxisPrior);
    }
    const std::vector<double> joint = spreadBothWays(table.counts);
    for (std::size_t i = 0; i < joint.size(); ++i) {
        const double expected = 0.5 * (lead[i / kBins] * tail[i % kBins] + static_cast<double>(wider[i]));
        const double chance = (joint[i] + kJointPrior * expected) / (total + kJointPrior);
        table.chances[i] = static_cast<float>(chance);
        table.logChances[i] = std::log(table.chances[i]);
    }
}

} // namespace tailspan::trace
