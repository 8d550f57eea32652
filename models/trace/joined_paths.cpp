// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/joined_paths.h"

#include "models/base/key_numbers.h"

#include <string_view>
#include <unordered_map>

namespace tailspan::trace {

namespace {

class PathJoin {
public:
    /// The joined number of each node's path, by node.
    std::vector<std::uint32_t> add(const TraceSnapshot &snapshot, const CallTree &tree)
    {
        std::vector<std::uint32_t> services(snapshot.serviceCount());
        for (std::uint32_t service = 0; service < services.size(); ++service)
            services[service] = numberOf(snapshot.serviceName(ServiceId(service)));
        std::vector<std::uint32_t> operations(snapshot.operationCount());
        for (std::uint32_t operation = 0; operation < operations.size(); ++operation)
            operations[operation] = numberOf(snapshot.operationName(OperationId(operation)));
        std::vector<std::uint32_t> pathOf;
        pathOf.reserve(tree.nodes.size());
        for (const CallTree::Node &node : tree.nodes) {
            const std::uint32_t parent = node.parent == CallTree::kNone ? CallTree::kNone : pathOf[node.parent];
            const std::uint32_t endpoint =
                m_endpoints.numberOf(pairKey(services[node.service], operations[node.operation]));
            pathOf.push_back(m_paths.numberOf(pairKey(parent, endpoint)));
        }
        return pathOf;
    }

    const std::vector<std::uint64_t> &keys() const { return m_paths.keys(); }

private:
    std::uint32_t numberOf(std::string_view name)
    {
        return m_names.try_emplace(name, static_cast<std::uint32_t>(m_names.size())).first->second;
    }

    std::unordered_map<std::string_view, std::uint32_t> m_names;
    KeyNumbers m_endpoints;
    KeyNumbers m_paths; // pairKey(parent path, endpoint)
};

} // namespace

JoinedPaths JoinedPaths::of(const TraceSnapshot &snapshotA, const CallTree &a, const TraceSnapshot &snapshotB,
                            const CallTree &b)
{
    PathJoin join;
    const std::vector<std::uint32_t> pathsOfA = join.add(snapshotA, a);
    const std::vector<std::uint32_t> pathsOfB = join.add(snapshotB, b);
    JoinedPaths joined;
    for (const std::uint64_t key : join.keys())
        joined.parent.push_back(highOfPair(key));
    joined.nodeA.resize(joined.parent.size(), CallTree::kNone);
    joined.nodeB.resize(joined.parent.size(), CallTree::kNone);
    for (std::uint32_t node = 0; node < pathsOfA.size(); ++node)
        joined.nodeA[pathsOfA[node]] = node;
    for (std::uint32_t node = 0; node < pathsOfB.size(); ++node)
        joined.nodeB[pathsOfB[node]] = node;
    return joined;
}

} // namespace tailspan::trace
