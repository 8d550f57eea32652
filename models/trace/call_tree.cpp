// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/call_tree.h"

#include "models/trace/endpoints.h"
#include "models/trace/tree_places.h"

#include <tbb/parallel_for.h>

namespace tailspan::trace {

namespace {

static_assert(CallTree::kNone == SpanRow::kNone && CallTree::kNone == TreePlaces::kNoParent);

/// Numbers call paths. A path is its parent path's number and the endpoint at its end, which fit one key.
class PathNumbering {
public:
    PathNumbering(const TraceSnapshot &snapshot, const TraceSelection &selection)
        : m_snapshot(snapshot), m_selection(selection), m_endpoints(Endpoints::of(snapshot, selection)),
          m_pathOf(selection.spanCount())
    {}

    Result<void> run(const std::stop_token &stop)
    {
        const std::vector<TraceSelection::Block> blocks = m_selection.blocks();
        std::vector<KeyNumbers> ofBlock(blocks.size());
        tbb::parallel_for(std::size_t{0}, blocks.size(), [&](std::size_t block) {
            if (!stop.stop_requested())
                numberBlock(blocks[block], ofBlock[block]);
        });
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        if (blocks.size() == 1)
            m_paths = std::move(ofBlock.front());
        else
            join(blocks, ofBlock);
        return {};
    }

    const Endpoints &endpoints() const { return m_endpoints; }
    /// pairKey(parent path, endpoint) by path number; parents have smaller numbers.
    const std::vector<std::uint64_t> &keys() const { return m_paths.keys(); }
    std::vector<std::uint32_t> &pathOf() { return m_pathOf; } ///< By position.

private:
    void numberBlock(const TraceSelection::Block &block, KeyNumbers &paths)
    {
        const SpanTable &spans = m_snapshot.spans();
        for (std::size_t i = block.beginTrace; i < block.endTrace; ++i) {
            const TraceSummary &trace = m_snapshot.traces()[m_selection.trace(i).value()];
            const std::uint32_t first = m_selection.firstPosition(i);
            for (std::uint32_t offset = 0; offset < trace.spanCount; ++offset) {
                const std::uint32_t parent = spans.parent[trace.firstRow + offset];
                const std::uint32_t parentPath = parent == SpanRow::kNone ? CallTree::kNone
                                                                          : m_pathOf[first + parent - trace.firstRow];
                m_pathOf[first + offset] = paths.numberOf(pairKey(parentPath, m_endpoints.ofPosition[first + offset]));
            }
        }
    }

    /// Blocks in their order, so that the numbers do not depend on who was ready first.
    void join(const std::vector<TraceSelection::Block> &blocks, std::vector<KeyNumbers> &ofBlock)
    {
        std::vector<std::vector<std::uint32_t>> joined(blocks.size());
        for (std::size_t block = 0; block < blocks.size(); ++block) {
            joined[block].reserve(ofBlock[block].size());
            for (const std::uint64_t key : ofBlock[block].keys()) {
                const std::uint32_t parent = highOfPair(key);
                const std::uint32_t joinedParent = parent == CallTree::kNone ? parent : joined[block][parent];
                joined[block].push_back(m_paths.numberOf(pairKey(joinedParent, lowOfPair(key))));
            }
            ofBlock[block] = KeyNumbers();
        }
        tbb::parallel_for(std::size_t{0}, blocks.size(), [&](std::size_t block) {
            const std::uint32_t end = m_selection.firstPosition(blocks[block].endTrace);
            for (std::uint32_t at = m_selection.firstPosition(blocks[block].beginTrace); at < end; ++at)
                m_pathOf[at] = joined[block][m_pathOf[at]];
        });
    }

    const TraceSnapshot &m_snapshot;
    const TraceSelection &m_selection;
    Endpoints m_endpoints;
    std::vector<std::uint32_t> m_pathOf;
    KeyNumbers m_paths;
};

/// Total durations by path: what siblings are ordered by.
std::vector<std::int64_t> totalOfPaths(const TraceSnapshot &snapshot, const TraceSelection &selection,
                                       const std::vector<std::uint32_t> &pathOf, std::size_t paths)
{
    std::vector<std::int64_t> totals(paths);
    for (std::size_t i = 0; i < selection.traceCount(); ++i) {
        const TraceSummary &trace = snapshot.traces()[selection.trace(i).value()];
        for (std::uint32_t offset = 0; offset < trace.spanCount; ++offset) {
            std::int64_t &total = totals[pathOf[selection.firstPosition(i) + offset]];
            total = saturatingAdd(total, snapshot.spans().durationNs[trace.firstRow + offset]);
        }
    }
    return totals;
}

void placeNodes(CallTree &tree, const PathNumbering &paths, const std::vector<std::int64_t> &totals)
{
    std::vector<std::uint32_t> parentOf;
    parentOf.reserve(paths.keys().size());
    for (const std::uint64_t key : paths.keys())
        parentOf.push_back(highOfPair(key));
    const TreePlaces places = placesInTreeOrder(parentOf, [&](std::uint32_t a, std::uint32_t b) {
        return totals[a] != totals[b] ? totals[a] > totals[b] : a < b;
    });
    tree.nodes.resize(parentOf.size());
    tbb::parallel_for(std::size_t{0}, parentOf.size(), [&](std::size_t path) {
        CallTree::Node &node = tree.nodes[places.place[path]];
        const std::uint32_t endpoint = lowOfPair(paths.keys()[path]);
        node.parent = parentOf[path] == CallTree::kNone ? CallTree::kNone : places.place[parentOf[path]];
        node.subtreeSize = places.subtreeSize[path];
        node.depth = places.depth[path];
        node.service = paths.endpoints().service(endpoint).value();
        node.operation = paths.endpoints().operation(endpoint).value();
    });
    tbb::parallel_for(std::size_t{0}, tree.nodeOf.size(),
                      [&](std::size_t position) { tree.nodeOf[position] = places.place[tree.nodeOf[position]]; });
}

} // namespace

std::uint32_t CallTree::nodeOfSpan(const TraceSnapshot &snapshot, SpanRow row) const
{
    const std::uint32_t position = selection.positionOf(snapshot, row);
    return position == SpanRow::kNone ? kNone : nodeOf[position];
}

std::size_t CallTree::memoryBytes() const
{
    return nodes.capacity() * sizeof(Node)
        + (nodeOf.capacity() + spans.begin.capacity() + spans.positions.capacity()) * sizeof(std::uint32_t)
        + selection.traceCount() * (sizeof(TraceRow) + sizeof(std::uint32_t));
}

Result<CallTree> callTreeOf(const TraceSnapshot &snapshot, const TraceSelection &selection, const SpanTimes &times,
                            const std::stop_token &stop)
{
    CallTree tree{selection, {}, {}, {}};
    {
        PathNumbering paths(snapshot, selection);
        TS_CHECK(paths.run(stop));
        const auto totals = totalOfPaths(snapshot, selection, paths.pathOf(), paths.keys().size());
        tree.nodeOf = std::move(paths.pathOf());
        placeNodes(tree, paths, totals);
    }
    tree.spans = SpanGroups::of(tree.nodeOf, static_cast<std::uint32_t>(tree.nodes.size()));
    TS_CHECK(setTotals(snapshot, selection, times, tree.spans, stop,
                       [&](std::uint32_t node) -> SpanTotals & { return tree.nodes[node].totals; }));
    return tree;
}

} // namespace tailspan::trace
