// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/graph/declared_mesh.h"

#include <algorithm>
#include <map>
#include <set>

namespace tailspan::graph {

namespace {

/// The declaration by name: services that come twice are one.
class Declared {
public:
    explicit Declared(const DeclaredMesh &mesh)
    {
        for (const DeclaredMesh::Service &service : mesh.services) {
            Neighbors &neighbors = m_services[service.name];
            neighbors.all = neighbors.all || service.callsAll;
            for (const std::string &name : service.neighbors) {
                if (name != service.name)
                    neighbors.names.insert(name);
                m_named.insert(name);
            }
        }
    }

    struct Neighbors {
        std::set<std::string> names;
        bool all = false;
    };
    [[nodiscard]] const std::map<std::string, Neighbors> &services() const { return m_services; }
    [[nodiscard]] bool hasService(const std::string &name) const { return m_services.contains(name); }
    /// As a service or as anybody's neighbor.
    [[nodiscard]] bool names(const std::string &name) const { return hasService(name) || m_named.contains(name); }

    [[nodiscard]] bool allows(const std::string &from, const std::string &to, NodeKind kind) const
    {
        const auto service = m_services.find(from);
        if (service == m_services.end())
            return false;
        return service->second.names.contains(to) || (service->second.all && kind == NodeKind::Service);
    }

private:
    std::map<std::string, Neighbors> m_services;
    std::set<std::string> m_named;
};

bool isService(const ServiceGraph::Node &node)
{
    return node.kind == NodeKind::Service || node.kind == NodeKind::Group;
}

void judge(const ServiceGraph &graph, const Declared &declared, MeshDifference &difference)
{
    using enum MeshDifference::State;
    for (const ServiceGraph::Node &node : graph.nodes)
        difference.ofNode.push_back(declared.names(node.name) ? Declared : isService(node) ? Undeclared : Unjudged);
    for (const ServiceGraph::Edge &edge : graph.edges) {
        const ServiceGraph::Node &from = graph.nodes[edge.from];
        const ServiceGraph::Node &to = graph.nodes[edge.to];
        if (declared.allows(from.name, to.name, to.kind)) {
            difference.ofEdge.push_back(Declared);
            ++difference.declaredCount;
        } else if (!isService(to) && !declared.names(to.name)) {
            difference.ofEdge.push_back(Unjudged);
        } else {
            difference.ofEdge.push_back(Undeclared);
            ++difference.undeclaredCount;
        }
    }
}

bool isSeen(const ServiceGraph &graph, const std::string &from, const std::string &to)
{
    const std::uint32_t caller = graph.nodeNamed(from);
    const std::uint32_t called = graph.nodeNamed(to);
    return caller != ServiceGraph::kNone && called != ServiceGraph::kNone
        && graph.edgeBetween(caller, called) != ServiceGraph::kNone;
}

/// Every other service: declared ones and those that were seen.
MeshDifference::CallsAll callsAllOf(const ServiceGraph &graph, const Declared &declared, const std::string &name)
{
    std::set<std::string> others;
    for (const auto &[service, neighbors] : declared.services())
        others.insert(service);
    for (const ServiceGraph::Node &node : graph.nodes) {
        if (node.kind == NodeKind::Service)
            others.insert(node.name);
    }
    others.erase(name);
    MeshDifference::CallsAll all{name, static_cast<std::uint32_t>(others.size()), 0};
    for (const std::string &other : others)
        all.seen += isSeen(graph, name, other) ? 1 : 0;
    return all;
}

} // namespace

MeshDifference meshDifferenceOf(const ServiceGraph &graph, const DeclaredMesh &mesh)
{
    const Declared declared(mesh);
    MeshDifference difference;
    judge(graph, declared, difference);
    for (const auto &[name, neighbors] : declared.services()) {
        if (graph.nodeNamed(name) == ServiceGraph::kNone)
            difference.missingServices.push_back(name);
        for (const std::string &to : neighbors.names) {
            if (!isSeen(graph, name, to))
                difference.missing.push_back({name, to});
        }
        if (neighbors.all)
            difference.callsAll.push_back(callsAllOf(graph, declared, name));
    }
    return difference;
}

} // namespace tailspan::graph
