// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/trace_comparison.h"

#include "models/base/rank_sum_test.h"
#include "models/trace/joined_paths.h"
#include "models/trace/tree_places.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace tailspan::trace {

namespace {

using Measure = TraceComparison::Measure;
using Path = TraceComparison::Path;

constexpr std::size_t kGrainPaths = 16;
constexpr std::array kMeasures{&Path::selfNs, &Path::criticalNs, &Path::errors};

double mean(double sum, std::size_t traces)
{
    return traces == 0 ? 0 : sum / static_cast<double>(traces);
}

/// One side with what is needed of its spans.
struct SideData {
    const TraceSnapshot &snapshot;
    const CallTree &tree;
    const SpanTimes &times;
    std::vector<std::uint32_t> rows; ///< By position.

    std::size_t traceCount() const { return tree.selection.traceCount(); }

    /// Calls take(self, critical, errors) with the sums of each trace that has the path.
    template <class Take>
    void forEachTrace(std::uint32_t node, Take take) const
    {
        const SpanTable &spans = snapshot.spans();
        const std::span<const std::uint32_t> positions = tree.spans[node];
        for (std::size_t i = 0; i < positions.size();) {
            const std::uint32_t trace = spans.trace[rows[positions[i]]];
            std::int64_t self = 0, critical = 0, errors = 0;
            for (; i < positions.size() && spans.trace[rows[positions[i]]] == trace; ++i) {
                self = saturatingAdd(self, times.selfNs[positions[i]]);
                critical = saturatingAdd(critical, times.criticalNs[positions[i]]);
                errors += spans.status[rows[positions[i]]] == SpanStatus::Error ? 1 : 0;
            }
            take(self, critical, errors);
        }
    }
};

/// The values of one measure in the traces that have one other than 0.
struct Values {
    std::vector<std::pair<std::int64_t, bool>> nonZero; ///< With "is of A".
    std::size_t inA = 0;

    void add(std::int64_t value, bool isOfA)
    {
        if (value == 0)
            return;
        nonZero.emplace_back(value, isOfA);
        inA += isOfA ? 1 : 0;
    }
};

/// How many values other than 0 it takes to say anything: the most telling thing they can do is to be all in the
/// smaller sample, and the chance of that must be at most kFalseDiscoveries.
std::size_t fewestTraces(std::size_t tracesOfA, std::size_t tracesOfB)
{
    const std::size_t smaller = std::min(tracesOfA, tracesOfB);
    const std::size_t all = tracesOfA + tracesOfB;
    if (smaller == 0)
        return all + 1;
    double chance = 1;
    std::size_t count = 0;
    while (chance > TraceComparison::kFalseDiscoveries && count < smaller) {
        chance *= static_cast<double>(smaller - count) / static_cast<double>(all - count);
        ++count;
    }
    return chance > TraceComparison::kFalseDiscoveries ? smaller + 1 : count;
}

/// Tests the measures of paths. One a thread.
class MeasureTest {
public:
    MeasureTest(const SideData &a, const SideData &b)
        : m_a(a), m_b(b), m_fewest(fewestTraces(a.traceCount(), b.traceCount()))
    {}

    void test(Path &path)
    {
        if (tracesWith(m_a, path.nodeA) + tracesWith(m_b, path.nodeB) < m_fewest)
            return; // most paths of a large set
        std::array<Values, kMeasures.size()> values;
        const auto collect = [&](const SideData &side, std::uint32_t node, bool isOfA) {
            if (node == CallTree::kNone)
                return;
            side.forEachTrace(node, [&](std::int64_t self, std::int64_t critical, std::int64_t errors) {
                values[0].add(self, isOfA);
                values[1].add(critical, isOfA);
                values[2].add(errors, isOfA);
            });
        };
        collect(m_a, path.nodeA, true);
        collect(m_b, path.nodeB, false);
        for (std::size_t i = 0; i < kMeasures.size(); ++i) {
            Measure &measure = path.*kMeasures[i];
            if (values[i].nonZero.size() >= m_fewest) {
                measure.pValue = pValue(values[i]);
                measure.falseDiscoveryRate = 0; // to be worked out with the others
            }
        }
    }

private:
    static std::size_t tracesWith(const SideData &side, std::uint32_t node)
    {
        return node == CallTree::kNone ? 0 : side.tree.nodes[node].totals.traceCount;
    }

    double pValue(Values &values)
    {
        std::sort(values.nonZero.begin(), values.nonZero.end());
        std::vector<RankSumTest::Tie> ties;
        const RankSumTest::Tie zeros{m_a.traceCount() - values.inA,
                                     m_b.traceCount() - (values.nonZero.size() - values.inA)};
        if (zeros.inA + zeros.inB > 0)
            ties.push_back(zeros);
        for (std::size_t i = 0; i < values.nonZero.size(); ++i) {
            if (i == 0 || values.nonZero[i].first != values.nonZero[i - 1].first)
                ties.emplace_back();
            ++(values.nonZero[i].second ? ties.back().inA : ties.back().inB);
        }
        return m_rankSum.pValue(ties);
    }

    const SideData &m_a;
    const SideData &m_b;
    std::size_t m_fewest;
    RankSumTest m_rankSum;
};

double totalPerTrace(const CallTree &tree, std::uint32_t node)
{
    return node == CallTree::kNone
        ? 0
        : mean(static_cast<double>(tree.nodes[node].totals.totalNs), tree.selection.traceCount());
}

void setMeans(const CallTree &tree, std::uint32_t node, double Measure::*side, Path &path)
{
    if (node == CallTree::kNone)
        return;
    const SpanTotals &totals = tree.nodes[node].totals;
    const std::size_t traces = tree.selection.traceCount();
    path.selfNs.*side = mean(static_cast<double>(totals.selfNs), traces);
    path.criticalNs.*side = mean(static_cast<double>(totals.criticalNs), traces);
    path.errors.*side = mean(totals.errorCount, traces);
}

void placePaths(TraceComparison &comparison, const JoinedPaths &joined)
{
    std::vector<double> weight;
    for (std::size_t path = 0; path < joined.parent.size(); ++path) {
        weight.push_back(totalPerTrace(comparison.a, joined.nodeA[path])
                         + totalPerTrace(comparison.b, joined.nodeB[path]));
    }
    const TreePlaces places = placesInTreeOrder(joined.parent, [&](std::uint32_t x, std::uint32_t y) {
        return weight[x] != weight[y] ? weight[x] > weight[y] : x < y;
    });
    comparison.paths.resize(joined.parent.size());
    for (std::uint32_t number = 0; number < joined.parent.size(); ++number) {
        Path &path = comparison.paths[places.place[number]];
        const std::uint32_t parent = joined.parent[number];
        path.parent = parent == CallTree::kNone ? CallTree::kNone : places.place[parent];
        path.subtreeSize = places.subtreeSize[number];
        path.depth = places.depth[number];
        path.nodeA = joined.nodeA[number];
        path.nodeB = joined.nodeB[number];
        setMeans(comparison.a, path.nodeA, &Measure::a, path);
        setMeans(comparison.b, path.nodeB, &Measure::b, path);
    }
}

void setRates(std::vector<Path> &paths)
{
    std::vector<Measure *> tested;
    std::vector<double> pValues;
    for (Path &path : paths) {
        for (const auto measure : kMeasures) {
            if ((path.*measure).falseDiscoveryRate == 0) {
                tested.push_back(&(path.*measure));
                pValues.push_back((path.*measure).pValue);
            }
        }
    }
    const std::vector<double> rates = falseDiscoveryRates(pValues);
    for (std::size_t i = 0; i < tested.size(); ++i)
        tested[i]->falseDiscoveryRate = rates[i];
}

bool differs(const TraceComparison &comparison, const Path &path)
{
    return path.isAdded() || path.isRemoved() || path.selfNs.change() != 0 || path.criticalNs.change() != 0
        || path.errors.change() != 0 || comparison.sideA(path) != comparison.sideB(path);
}

void orderByContribution(TraceComparison &comparison)
{
    struct Entry {
        double critical, self;
        std::uint32_t path;
    };
    std::vector<Entry> entries;
    for (std::uint32_t number = 0; number < comparison.paths.size(); ++number) {
        const Path &path = comparison.paths[number];
        if (differs(comparison, path))
            entries.push_back({std::abs(path.criticalNs.change()), std::abs(path.selfNs.change()), number});
    }
    tbb::parallel_sort(entries.begin(), entries.end(), [](const Entry &x, const Entry &y) {
        return std::tie(y.critical, y.self, x.path) < std::tie(x.critical, x.self, y.path);
    });
    for (const Entry &entry : entries)
        comparison.byContribution.push_back(entry.path);
}

double meanDuration(const TraceSet &set)
{
    double sum = 0;
    for (std::size_t i = 0; i < set.selection.traceCount(); ++i)
        sum += static_cast<double>(set.snapshot.traces()[set.selection.trace(i).value()].durationNs);
    return mean(sum, set.selection.traceCount());
}

double meanCritical(const SpanTimes &times, std::size_t traces)
{
    std::int64_t sum = 0;
    for (const std::int64_t critical : times.criticalNs)
        sum = saturatingAdd(sum, critical);
    return mean(static_cast<double>(sum), traces);
}

} // namespace

TraceComparison::Side TraceComparison::sideOf(const CallTree &tree, std::uint32_t node, double meanCriticalNs)
{
    if (node == kNone)
        return {};
    const SpanTotals &totals = tree.nodes[node].totals;
    const std::size_t traces = tree.selection.traceCount();
    const double critical = mean(static_cast<double>(totals.criticalNs), traces);
    return {totals.p50Ns, totals.p95Ns, mean(totals.count, traces),
            static_cast<double>(totals.errorCount) / static_cast<double>(totals.count),
            meanCriticalNs > 0 ? critical / meanCriticalNs : 0};
}

std::size_t TraceComparison::memoryBytes() const
{
    return a.memoryBytes() + b.memoryBytes() + paths.capacity() * sizeof(Path)
        + byContribution.capacity() * sizeof(std::uint32_t);
}

Result<TraceComparison> compareTraces(const TraceSet &a, const TraceSet &b, const std::stop_token &stop)
{
    TS_TRY(const SpanTimes timesA, spanTimesOf(a.snapshot, a.selection, stop));
    TS_TRY(const SpanTimes timesB, spanTimesOf(b.snapshot, b.selection, stop));
    TS_TRY(CallTree treeA, callTreeOf(a.snapshot, a.selection, timesA, stop));
    TS_TRY(CallTree treeB, callTreeOf(b.snapshot, b.selection, timesB, stop));
    TraceComparison comparison{std::move(treeA), std::move(treeB), {}, {}};
    comparison.meanDurationA = meanDuration(a);
    comparison.meanDurationB = meanDuration(b);
    comparison.meanCriticalA = meanCritical(timesA, a.selection.traceCount());
    comparison.meanCriticalB = meanCritical(timesB, b.selection.traceCount());
    placePaths(comparison, JoinedPaths::of(a.snapshot, comparison.a, b.snapshot, comparison.b));
    const SideData sideA{a.snapshot, comparison.a, timesA, a.selection.rows(a.snapshot)};
    const SideData sideB{b.snapshot, comparison.b, timesB, b.selection.rows(b.snapshot)};
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, comparison.paths.size(), kGrainPaths), [&](const auto &range) {
        MeasureTest tester(sideA, sideB);
        for (std::size_t path = range.begin(); path != range.end() && !stop.stop_requested(); ++path)
            tester.test(comparison.paths[path]);
    });
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    setRates(comparison.paths);
    orderByContribution(comparison);
    return comparison;
}

} // namespace tailspan::trace
