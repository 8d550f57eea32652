// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/key_numbers.h"
#include "models/graph/service_graph.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace tailspan::graph {

/// What each span of a selection belongs to in a service graph: its node, the call it is, the call by which its service
/// was entered. Numbers nodes by name and edges by caller and called one, so that nothing depends on who met one first.
/// Thread: any; uses all cores. Holds what it was made from by reference.
class GraphColumns {
public:
    struct NodeName {
        std::string_view text;
        NodeKind kind = NodeKind::Service;
        std::uint32_t memberCount = 0; ///< Services of the snapshot that are part of it.
        const Peer *peer = nullptr;
    };

    GraphColumns(const trace::TraceSnapshot &snapshot, const trace::TraceSelection &selection,
                 const GraphOptions &options);

    [[nodiscard]] const std::vector<NodeName> &nodes() const { return m_nodes; }            ///< By name.
    [[nodiscard]] const std::vector<std::uint64_t> &edgeKeys() const { return m_edgeKeys; } ///< pairKey() of nodes.

    [[nodiscard]] trace::SpanGroups spansOfNodes() const;
    [[nodiscard]] trace::SpanGroups callsOfNodes() const;
    [[nodiscard]] trace::SpanGroups callsOfEdges() const;
    /// By position: the edge by which the service was entered, which is the call itself for a call to a peer.
    [[nodiscard]] std::vector<std::uint32_t> edgeEnteredBy() const;

private:
    /// A call to a peer: the span belongs to the caller as well.
    struct PeerCall {
        std::uint32_t position = 0;
        std::uint32_t node = 0;
        std::uint64_t call = 0;
    };
    static constexpr std::uint64_t kNoCall = ~std::uint64_t{0};

    void nameNodes();
    void fillTrace(const trace::TraceSummary &trace, std::uint32_t firstPosition, std::vector<PeerCall> &peerCalls);
    void fill();
    void dropUnused();
    void numberEdges();
    [[nodiscard]] std::uint32_t edgeNumber(std::uint64_t call) const;
    [[nodiscard]] trace::SpanGroups grouped(std::vector<std::uint32_t> groupOf, std::size_t count,
                                            auto &&groupOfPeerCall) const;

    const trace::TraceSnapshot &m_snapshot;
    const trace::TraceSelection &m_selection;
    const GraphOptions &m_options;
    std::vector<NodeName> m_nodes;
    std::vector<std::uint32_t> m_nodeOfService;
    std::vector<std::uint32_t> m_nodeOfPeer;
    std::vector<std::uint32_t> m_node;      // by position; kNoGroup for what is out of the range
    std::vector<std::uint64_t> m_call;      // by position; kNoCall for a span that stays in its parent's, and for roots
    std::vector<std::uint64_t> m_enteredBy; // by position; kNoCall in a root's
    std::vector<PeerCall> m_peerCalls;      // by position
    KeyNumbers m_edges;
    std::vector<std::uint64_t> m_edgeKeys;
    std::vector<std::uint32_t> m_edgePlace; // by number in m_edges
};

} // namespace tailspan::graph
