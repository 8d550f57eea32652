// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/graph/graph_columns.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <map>

namespace tailspan::graph {

namespace {

using trace::SpanGroups;
using trace::SpanTable;

constexpr std::size_t kGrain = 16 * 1024;

void forAll(std::size_t count, auto &&work)
{
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, kGrain), [&](const auto &range) {
        for (std::size_t i = range.begin(); i != range.end(); ++i)
            work(i);
    });
}

} // namespace

GraphColumns::GraphColumns(const trace::TraceSnapshot &snapshot, const trace::TraceSelection &selection,
                           const GraphOptions &options)
    : m_snapshot(snapshot), m_selection(selection), m_options(options)
{
    nameNodes();
    fill();
    dropUnused();
    numberEdges();
}

/// All services and peers there are, by name. A peer with the name of a service is that service, seen from outside.
void GraphColumns::nameNodes()
{
    std::map<std::string_view, NodeName> byName;
    const auto nameOf = [&](std::uint32_t service) {
        return m_options.nodeOfService.empty() ? m_snapshot.serviceName(ServiceId(service))
                                               : std::string_view(m_options.nodeOfService[service]);
    };
    for (std::uint32_t service = 0; service < m_snapshot.serviceCount(); ++service) {
        NodeName &node = byName[nameOf(service)];
        node.text = nameOf(service);
        ++node.memberCount;
        if (node.text != m_snapshot.serviceName(ServiceId(service)))
            node.kind = NodeKind::Group;
    }
    const auto noPeers = std::vector<Peer>();
    const std::vector<Peer> &peers = m_options.facts == nullptr ? noPeers : m_options.facts->peers;
    std::map<std::string_view, std::string_view> nodeNamed; // services by their own names, folded or not
    for (std::uint32_t service = 0; service < m_snapshot.serviceCount(); ++service)
        nodeNamed.emplace(m_snapshot.serviceName(ServiceId(service)), nameOf(service));
    const auto nameOfPeer = [&](const Peer &peer) {
        const auto service = nodeNamed.find(peer.name);
        return service == nodeNamed.end() ? std::string_view(peer.name) : service->second;
    };
    for (const Peer &peer : peers)
        byName.try_emplace(nameOfPeer(peer), NodeName{peer.name, peer.kind, 1, &peer});
    std::map<std::string_view, std::uint32_t> places;
    for (const auto &[name, node] : byName) {
        places.emplace(name, static_cast<std::uint32_t>(m_nodes.size()));
        m_nodes.push_back(node);
    }
    for (std::uint32_t service = 0; service < m_snapshot.serviceCount(); ++service)
        m_nodeOfService.push_back(places.at(nameOf(service)));
    for (const Peer &peer : peers)
        m_nodeOfPeer.push_back(places.at(nameOfPeer(peer)));
}

void GraphColumns::fillTrace(const trace::TraceSummary &trace, std::uint32_t firstPosition,
                             std::vector<PeerCall> &peerCalls)
{
    const SpanTable &spans = m_snapshot.spans();
    const bool hasPeers = m_options.facts != nullptr && !m_options.facts->peerOf.empty();
    for (std::uint32_t i = 0; i < trace.spanCount; ++i) {
        const std::uint32_t row = trace.firstRow + i;
        const std::uint32_t position = firstPosition + i;
        const std::uint32_t parent = spans.parent[row];
        const std::uint32_t node = m_nodeOfService[spans.service[row]];
        const bool isCounted = !m_options.within || m_options.within->contains(TimePoint(spans.startNs[row]));
        if (isCounted)
            m_node[position] = node;
        if (parent != SpanRow::kNone) {
            const std::uint32_t caller = m_nodeOfService[spans.service[parent]];
            const std::uint64_t call = caller == node ? kNoCall : pairKey(caller, node);
            // Parents stand before their children.
            m_enteredBy[position] = call != kNoCall ? call : m_enteredBy[firstPosition + (parent - trace.firstRow)];
            if (isCounted)
                m_call[position] = call;
        }
        if (!hasPeers || !isCounted || m_options.facts->peerOf[row] == ServiceFacts::kNone)
            continue;
        const std::uint32_t peer = m_nodeOfPeer[m_options.facts->peerOf[row]];
        if (peer != node)
            peerCalls.push_back({position, peer, pairKey(node, peer)});
    }
}

void GraphColumns::fill()
{
    const std::size_t count = m_selection.spanCount();
    m_node.assign(count, SpanGroups::kNoGroup);
    m_call.assign(count, kNoCall);
    m_enteredBy.assign(count, kNoCall);
    const std::vector<trace::TraceSelection::Block> blocks = m_selection.blocks();
    std::vector<std::vector<PeerCall>> peerCalls(blocks.size());
    tbb::parallel_for(std::size_t{0}, blocks.size(), [&](std::size_t b) {
        for (std::size_t t = blocks[b].beginTrace; t < blocks[b].endTrace; ++t)
            fillTrace(m_snapshot.traces()[m_selection.trace(t).value()], m_selection.firstPosition(t), peerCalls[b]);
    });
    for (std::vector<PeerCall> &calls : peerCalls) {
        for (const PeerCall &call : calls)
            m_enteredBy[call.position] = call.call;
        m_peerCalls.insert(m_peerCalls.end(), calls.begin(), calls.end());
    }
}

/// Leaves the nodes that have spans or calls. Their order stays, so keys keep theirs.
void GraphColumns::dropUnused()
{
    std::vector<bool> isUsed(m_nodes.size());
    for (std::size_t position = 0; position < m_node.size(); ++position) {
        if (m_node[position] == SpanGroups::kNoGroup)
            continue;
        isUsed[m_node[position]] = true;
        if (m_call[position] != kNoCall)
            isUsed[highOfPair(m_call[position])] = true; // its own span may be before the range
    }
    for (const PeerCall &call : m_peerCalls)
        isUsed[call.node] = true;
    std::vector<std::uint32_t> placeOf(m_nodes.size(), SpanGroups::kNoGroup);
    std::vector<NodeName> used;
    for (std::size_t node = 0; node < m_nodes.size(); ++node) {
        if (!isUsed[node])
            continue;
        placeOf[node] = static_cast<std::uint32_t>(used.size());
        used.push_back(m_nodes[node]);
    }
    const auto renumber = [&](std::uint64_t &call) {
        if (call != kNoCall)
            call = pairKey(placeOf[highOfPair(call)], placeOf[lowOfPair(call)]);
    };
    m_nodes = std::move(used);
    forAll(m_node.size(), [&](std::size_t i) {
        if (m_node[i] != SpanGroups::kNoGroup)
            m_node[i] = placeOf[m_node[i]];
        renumber(m_call[i]);
        renumber(m_enteredBy[i]);
    });
    for (PeerCall &call : m_peerCalls) {
        call.node = placeOf[call.node];
        renumber(call.call);
    }
}

void GraphColumns::numberEdges()
{
    std::uint64_t last = kNoCall; // neighbours are often alike
    const auto number = [&](std::uint64_t call) {
        if (call != last && call != kNoCall)
            (void)m_edges.numberOf(call);
        last = call;
    };
    for (const std::uint64_t call : m_call)
        number(call);
    for (const PeerCall &call : m_peerCalls)
        number(call.call);
    m_edgeKeys = m_edges.keys();
    std::ranges::sort(m_edgeKeys);
    m_edgePlace.resize(m_edgeKeys.size());
    for (std::uint32_t place = 0; place < m_edgeKeys.size(); ++place)
        m_edgePlace[m_edges.find(m_edgeKeys[place])] = place;
}

std::uint32_t GraphColumns::edgeNumber(std::uint64_t call) const
{
    if (call == kNoCall)
        return SpanGroups::kNoGroup;
    const std::uint32_t number = m_edges.find(call);
    return number == KeyNumbers::kNone ? SpanGroups::kNoGroup : m_edgePlace[number];
}

/// Calls to peers are in a second group besides the one of their own column; groups keep the order of positions.
SpanGroups GraphColumns::grouped(std::vector<std::uint32_t> groupOf, std::size_t count, auto &&groupOfPeerCall) const
{
    const auto positions = static_cast<std::uint32_t>(groupOf.size());
    for (const PeerCall &call : m_peerCalls)
        groupOf.push_back(groupOfPeerCall(call));
    SpanGroups groups = SpanGroups::of(groupOf, static_cast<std::uint32_t>(count));
    for (std::uint32_t group = 0; group < count && !m_peerCalls.empty(); ++group) {
        const auto begin = groups.positions.begin() + groups.begin[group];
        const auto end = groups.positions.begin() + groups.begin[group + 1];
        const auto firstOfPeers = std::find_if(begin, end, [&](std::uint32_t place) { return place >= positions; });
        for (auto at = firstOfPeers; at != end; ++at)
            *at = m_peerCalls[*at - positions].position;
        std::inplace_merge(begin, firstOfPeers, end);
    }
    return groups;
}

SpanGroups GraphColumns::spansOfNodes() const
{
    return grouped(m_node, m_nodes.size(), [&](const PeerCall &call) {
        return m_nodes[call.node].peer != nullptr ? call.node : SpanGroups::kNoGroup;
    });
}

SpanGroups GraphColumns::callsOfNodes() const
{
    std::vector<std::uint32_t> entered(m_node.size(), SpanGroups::kNoGroup);
    const SpanTable &spans = m_snapshot.spans();
    const std::vector<std::uint32_t> rows = m_selection.rows(m_snapshot);
    forAll(entered.size(), [&](std::size_t i) {
        if (m_call[i] != kNoCall || (m_node[i] != SpanGroups::kNoGroup && spans.parent[rows[i]] == SpanRow::kNone))
            entered[i] = m_node[i];
    });
    return grouped(std::move(entered), m_nodes.size(), [](const PeerCall &call) { return call.node; });
}

SpanGroups GraphColumns::callsOfEdges() const
{
    std::vector<std::uint32_t> edges(m_call.size());
    forAll(edges.size(), [&](std::size_t i) { edges[i] = edgeNumber(m_call[i]); });
    return grouped(std::move(edges), m_edgeKeys.size(), [&](const PeerCall &call) { return edgeNumber(call.call); });
}

std::vector<std::uint32_t> GraphColumns::edgeEnteredBy() const
{
    std::vector<std::uint32_t> edges(m_enteredBy.size());
    forAll(edges.size(), [&](std::size_t i) { edges[i] = edgeNumber(m_enteredBy[i]); });
    return edges;
}

} // namespace tailspan::graph
