// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/trace/parent_inference.h"

#include "models/trace/parent_inference_marginals.h"
#include "models/trace/parent_inference_model.h"
#include "models/trace/parent_inference_problem.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <span>
#include <utility>

namespace tailspan::trace {

namespace {

// The first rounds only have to come near, so they look at fewer groups of one signature; beyond the later number
// statistics hardly change.
constexpr int kSketchRounds = 6, kLearningRounds = 8;
constexpr std::uint32_t kSketchGroups = 100, kLearningGroups = 600;
constexpr double kHopelessLog = -14; // edges this unlikely are left out of the sums
constexpr double kInventionCost = 6; // one link to a caller that never was, counted in missed links

constexpr std::size_t kGrainBlocks = 16;

enum class Pass { Learn, Choose };

/// What all blocks share. Edges and groups belong to one trace each, so that traces are weighed side by side.
struct SharedWeights {
    std::vector<double> logs;    // by edge
    std::vector<double> chances; // by edge
    std::vector<InferredCaller> result;
};

/// Weighs one trace after the other. Thread: one each.
class TraceWeigher {
public:
    TraceWeigher(const InferenceProblem &problem, const LinkModel &model, SharedWeights &shared)
        : m_problem(problem), m_model(model), m_logs(shared.logs), m_chances(shared.chances), m_result(shared.result),
          m_firstRow(problem.callers.size(), kNoGroup), m_columnOf(problem.callers.size(), kNoCaller)
    {}

    void weigh(const TraceBlock &block, Pass pass);
    /// Weighs and chooses for the blocks of one trace.
    void chooseTrace(std::size_t begin, std::size_t end);

private:
    void allowForClutter(const TraceBlock &block, const GroupRow &group);
    void findComponents(const TraceBlock &block);
    void findChances(std::span<const std::uint32_t> rows);
    void choose(std::span<const std::uint32_t> rows);
    std::uint32_t columnOf(std::uint32_t caller);
    void forgetColumns();

    /// Rows of one component lie together in m_rows, from m_starts[i] to m_starts[i + 1].
    template <class Use>
    void forEachComponent(Use &&use)
    {
        for (std::size_t i = 0; i + 1 < m_starts.size(); ++i)
            use(std::span<const std::uint32_t>(m_rows).subspan(m_starts[i], m_starts[i + 1] - m_starts[i]));
    }

    const InferenceProblem &m_problem;
    const LinkModel &m_model;
    std::vector<double> &m_logs, &m_chances;
    std::vector<InferredCaller> &m_result;
    std::vector<std::uint32_t> m_firstRow; // caller -> first group row of the block with an edge to it
    std::vector<std::uint32_t> m_columnOf, m_columnCallers;
    std::vector<std::uint32_t> m_parent, m_rows, m_edgeRows;
    std::vector<std::size_t> m_starts;
    std::vector<WeightedEdge> m_edges;
    std::vector<double> m_values;
    MarginalFinder m_marginals;
};

std::uint32_t rootOf(std::vector<std::uint32_t> &parent, std::uint32_t row)
{
    while (parent[row] != row)
        row = parent[row] = parent[parent[row]];
    return row;
}

std::uint32_t TraceWeigher::columnOf(std::uint32_t caller)
{
    if (m_columnOf[caller] == kNoCaller) {
        m_columnOf[caller] = static_cast<std::uint32_t>(m_columnCallers.size());
        m_columnCallers.push_back(caller);
    }
    return m_columnOf[caller];
}

void TraceWeigher::forgetColumns()
{
    for (const std::uint32_t caller : m_columnCallers)
        m_columnOf[caller] = kNoCaller;
    m_columnCallers.clear();
}

void TraceWeigher::weigh(const TraceBlock &block, Pass pass)
{
    for (std::uint32_t g = block.groups.begin; g < block.groups.end; ++g) {
        const GroupRow &group = m_problem.groups[g];
        for (std::uint32_t e = group.edges.begin; e < group.edges.end; ++e) {
            m_logs[e] = m_model.logWeight(block, group, e);
            m_chances[e] = 0;
        }
        // Not while learning: doubt would feed on itself.
        if (pass == Pass::Choose && group.edges.begin < group.edges.end)
            allowForClutter(block, group);
    }
    findComponents(block);
    forEachComponent([&](std::span<const std::uint32_t> rows) { findChances(rows); });
}

/// Lowers all edges of a group alike, which leaves the choice among them as it is and raises "not stored".
void TraceWeigher::allowForClutter(const TraceBlock &block, const GroupRow &group)
{
    const auto first = m_logs.begin() + group.edges.begin, last = m_logs.begin() + group.edges.end;
    const auto best = static_cast<std::size_t>(std::max_element(first, last) - m_logs.begin());
    const double clutter = std::max(0.0, m_model.logClutter(block, best));
    std::for_each(first, last, [&](double &log) { log -= clutter; });
}

/// Groups that compete for a caller, directly or through others, belong together.
void TraceWeigher::findComponents(const TraceBlock &block)
{
    const std::uint32_t first = block.groups.begin, count = block.groups.end - first;
    m_parent.resize(count);
    std::iota(m_parent.begin(), m_parent.end(), 0U);
    for (std::uint32_t row = 0; row < count; ++row) {
        const PoolRange edges = m_problem.groups[first + row].edges;
        for (std::uint32_t e = edges.begin; e < edges.end; ++e) {
            if (m_logs[e] < kHopelessLog)
                continue;
            std::uint32_t &other = m_firstRow[m_problem.edges[e].caller];
            // A stale entry of another block lies outside of this one's rows.
            if (other < first || other >= block.groups.end || other > first + row)
                other = first + row;
            m_parent[rootOf(m_parent, row)] = rootOf(m_parent, other - first);
        }
    }
    for (std::uint32_t row = 0; row < count; ++row)
        m_parent[row] = rootOf(m_parent, row);
    m_rows.resize(count);
    std::iota(m_rows.begin(), m_rows.end(), first);
    std::ranges::stable_sort(m_rows, {}, [&](std::uint32_t g) { return m_parent[g - first]; });
    m_starts.clear();
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (i == 0 || m_parent[m_rows[i] - first] != m_parent[m_rows[i - 1] - first])
            m_starts.push_back(i);
    m_starts.push_back(m_rows.size());
}

void TraceWeigher::findChances(std::span<const std::uint32_t> rows)
{
    m_edges.clear();
    m_edgeRows.clear();
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        const PoolRange edges = m_problem.groups[rows[row]].edges;
        for (std::uint32_t e = edges.begin; e < edges.end; ++e)
            if (m_logs[e] >= kHopelessLog) {
                m_edges.push_back({row, columnOf(m_problem.edges[e].caller), m_logs[e], 0});
                m_edgeRows.push_back(e);
            }
    }
    m_marginals.find(m_edges, static_cast<std::uint32_t>(rows.size()),
                     static_cast<std::uint32_t>(m_columnCallers.size()));
    for (std::size_t i = 0; i < m_edges.size(); ++i)
        m_chances[m_edgeRows[i]] = m_edges[i].chance;
    forgetColumns();
}

void TraceWeigher::chooseTrace(std::size_t begin, std::size_t end)
{
    for (std::size_t b = begin; b < end; ++b)
        weigh(m_problem.blocks[b], Pass::Choose);
    if (end - begin == 1) {
        forEachComponent([&](std::span<const std::uint32_t> rows) { choose(rows); });
        return;
    }
    const std::uint32_t first = m_problem.blocks[begin].groups.begin;
    std::vector<std::uint32_t> rows(m_problem.blocks[end - 1].groups.end - first);
    std::iota(rows.begin(), rows.end(), first);
    choose(rows);
}

/// The one-to-one links whose expected number of right ones, less the cost of invented ones, is highest.
void TraceWeigher::choose(std::span<const std::uint32_t> rows)
{
    m_edges.clear();
    m_values.clear();
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        const GroupRow &group = m_problem.groups[rows[row]];
        double linked = 0;
        for (std::uint32_t e = group.edges.begin; e < group.edges.end; ++e)
            linked += m_chances[e];
        const double risk = kInventionCost * std::max(0.0, 1 - linked);
        for (std::uint32_t e = group.edges.begin; e < group.edges.end; ++e)
            if (m_chances[e] > risk && m_chances[e] > 1e-3) {
                m_edges.push_back({row, columnOf(m_problem.edges[e].caller), m_logs[e], m_chances[e]});
                m_values.push_back((m_chances[e] - risk) * group.size);
            }
    }
    const std::vector<std::int64_t> chosen = bestMatching(m_edges, m_values, static_cast<std::uint32_t>(rows.size()),
                                                          static_cast<std::uint32_t>(m_columnCallers.size()));
    for (std::uint32_t row = 0; row < rows.size(); ++row)
        if (chosen[row] >= 0) {
            const WeightedEdge &edge = m_edges[static_cast<std::size_t>(chosen[row])];
            m_result[m_problem.groups[rows[row]].number] = {m_problem.callers[m_columnCallers[edge.column]].record,
                                                            static_cast<float>(edge.chance)};
        }
    forgetColumns();
}

/// Learns from the traces, then chooses for each. The answer does not depend on the number of cores.
class CallerInference {
public:
    CallerInference(const CallerInferenceInput &input, const std::stop_token &stop)
        : m_stop(stop), m_problem(buildProblem(input, m_stop)),
          m_model(m_problem), m_shared{std::vector<double>(m_problem.edges.size(), 0),
                                       std::vector<double>(m_problem.edges.size(), 0),
                                       std::vector<InferredCaller>(input.groupCount)},
          m_weighers([this] { return TraceWeigher(m_problem, m_model, m_shared); })
    {}

    std::vector<InferredCaller> run()
    {
        if (!learn())
            return std::move(m_shared.result);
        const std::vector<std::size_t> begins = traceBegins();
        tbb::parallel_for(tbb::blocked_range<std::size_t>(0, begins.size() - 1, kGrainBlocks), [&](const auto &range) {
            TraceWeigher &weigher = m_weighers.local();
            for (std::size_t t = range.begin(); t != range.end() && !m_stop.stop_requested(); ++t)
                weigher.chooseTrace(begins[t], begins[t + 1]);
        });
        if (m_stop.stop_requested())
            return std::vector<InferredCaller>(m_shared.result.size());
        return std::move(m_shared.result);
    }

private:
    bool learn();
    std::vector<std::size_t> learningBlocks(std::uint32_t groupsWanted) const;
    void teach(const TraceBlock &block);
    void teachClutter(const TraceBlock &block)
    {
        for (std::uint32_t g = block.groups.begin; g < block.groups.end; ++g)
            m_model.observeClutter(m_problem.groups[g], m_shared.chances);
    }

    /// Where the blocks of each trace begin, and behind the last one.
    std::vector<std::size_t> traceBegins() const
    {
        std::vector<std::size_t> begins;
        for (std::size_t b = 0; b < m_problem.blocks.size(); ++b) {
            if (b == 0 || m_problem.blocks[b].trace != m_problem.blocks[b - 1].trace)
                begins.push_back(b);
        }
        begins.push_back(m_problem.blocks.size());
        return begins;
    }

    const std::stop_token &m_stop;
    InferenceProblem m_problem;
    LinkModel m_model;
    SharedWeights m_shared;
    tbb::enumerable_thread_specific<TraceWeigher> m_weighers;
    std::vector<double> m_taken;
};

/// False if stopped.
bool CallerInference::learn()
{
    const std::vector<std::size_t> sketch = learningBlocks(kSketchGroups), enough = learningBlocks(kLearningGroups);
    for (int round = 0; round < kLearningRounds; ++round) {
        const std::vector<std::size_t> &blocks = round < kSketchRounds ? sketch : enough;
        tbb::parallel_for(tbb::blocked_range<std::size_t>(0, blocks.size(), kGrainBlocks), [&](const auto &range) {
            TraceWeigher &weigher = m_weighers.local();
            for (std::size_t i = range.begin(); i != range.end() && !m_stop.stop_requested(); ++i)
                weigher.weigh(m_problem.blocks[blocks[i]], Pass::Learn);
        });
        if (m_stop.stop_requested())
            return false;
        // Block after block: sums of floating point depend on their order. The two sums do not depend on each other.
        tbb::parallel_invoke(
            [&] {
                for (const std::size_t b : blocks)
                    teach(m_problem.blocks[b]);
            },
            [&] {
                for (const std::size_t b : blocks)
                    teachClutter(m_problem.blocks[b]);
            });
        m_model.learn();
    }
    return true;
}

/// Blocks with so many groups of every signature, from all over the input: what is stored may change with time.
std::vector<std::size_t> CallerInference::learningBlocks(std::uint32_t groupsWanted) const
{
    std::vector<std::size_t> order(m_problem.blocks.size()), taken;
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::shuffle(order, std::mt19937(1)); // always the same seed: the same input, the same answer
    std::vector<std::uint32_t> seen(m_problem.signatureCount, 0);
    for (const std::size_t b : order) {
        const PoolRange groups = m_problem.blocks[b].groups;
        bool isWanted = false;
        for (std::uint32_t g = groups.begin; g < groups.end; ++g)
            isWanted = isWanted || seen[m_problem.groups[g].signature] < groupsWanted;
        if (!isWanted)
            continue;
        taken.push_back(b);
        for (std::uint32_t g = groups.begin; g < groups.end; ++g)
            ++seen[m_problem.groups[g].signature];
    }
    std::ranges::sort(taken);
    return taken;
}

void CallerInference::teach(const TraceBlock &block)
{
    const std::uint32_t first = block.callers.begin;
    m_taken.assign(block.callers.end - first, 0);
    for (std::uint32_t g = block.groups.begin; g < block.groups.end; ++g) {
        const GroupRow &group = m_problem.groups[g];
        m_model.observeGroup(group, m_shared.chances);
        for (std::uint32_t e = group.edges.begin; e < group.edges.end; ++e)
            if (const std::uint32_t caller = m_problem.edges[e].caller; caller >= first && caller < block.callers.end)
                m_taken[caller - first] += m_shared.chances[e];
    }
    for (std::uint32_t c = first; c < block.callers.end; ++c)
        m_model.observeCaller(m_problem.callers[c], std::max(0.0, 1 - m_taken[c - first]));
}

/// Where walking from a group to its caller's own group and on comes back, the least sure link of the ring
/// goes.
void breakCycles(const std::vector<std::uint32_t> &groupOfRecord, std::vector<InferredCaller> &result)
{
    const auto count = static_cast<std::uint32_t>(result.size());
    const auto next = [&](std::uint32_t group) {
        const std::uint32_t caller = result[group].record;
        const std::uint32_t above = caller == kNoCaller ? kNoGroup : groupOfRecord[caller];
        return above < count ? above : kNoGroup;
    };
    constexpr std::uint32_t kUnseen = kNoGroup;
    std::vector<std::uint32_t> walk(count, kUnseen); // the walk that saw the group first
    for (std::uint32_t start = 0; start < count; ++start) {
        std::uint32_t group = start;
        while (group != kNoGroup && walk[group] == kUnseen) {
            walk[group] = start;
            group = next(group);
        }
        if (group == kNoGroup || walk[group] != start)
            continue;
        std::uint32_t weakest = group;
        for (std::uint32_t g = next(group); g != group; g = next(g))
            if (result[g].confidence < result[weakest].confidence)
                weakest = g;
        result[weakest] = {};
    }
}

} // namespace

std::vector<InferredCaller> inferCallers(const CallerInferenceInput &input, std::stop_token stop)
{
    std::vector<InferredCaller> result = CallerInference(input, stop).run();
    breakCycles(input.parentGroup, result);
    return result;
}

} // namespace tailspan::trace
