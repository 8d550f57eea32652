// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/graph/service_graph.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::graph {

/// Who is meant to call whom, as somebody wrote it down. A value.
struct DeclaredMesh {
    struct Service {
        std::string name;
        std::vector<std::string> neighbors; ///< Whom it calls, by name, as declared.
        bool callsAll = false;              ///< Declared as "all-services": every other service.
    };
    std::string name; ///< Of the file, for words.
    std::vector<Service> services;
    std::vector<std::string> notes; ///< What was not understood, in words.
};

/// The neighbor that means every other service.
inline constexpr std::string_view kAllServices = "all-services";

/// What of a declaration was seen, and what was seen beyond it.
struct MeshDifference {
    enum class State : std::uint8_t {
        Declared,   ///< And seen.
        Undeclared, ///< Seen only.
        Unjudged,   ///< Seen; the declaration says nothing of this kind: a peer that it never names.
    };
    /// Declared, and no call was seen.
    struct Missing {
        std::string from;
        std::string to;
    };
    /// A service that may call all others, and how many of them it was seen to call.
    struct CallsAll {
        std::string name;
        std::uint32_t others = 0;
        std::uint32_t seen = 0;
    };

    std::vector<State> ofEdge;                ///< By edge of the graph.
    std::vector<State> ofNode;                ///< By node of the graph: whether the service is declared.
    std::vector<Missing> missing;             ///< By caller, then by the called one; without those of "all-services".
    std::vector<std::string> missingServices; ///< Declared, without any span; by name.
    std::vector<CallsAll> callsAll;           ///< By name.
    std::uint32_t declaredCount = 0;          ///< Edges that are both.
    std::uint32_t undeclaredCount = 0;
};

/// Thread: any. The graph's groups are not taken apart: compare an unfolded one.
[[nodiscard]] MeshDifference meshDifferenceOf(const ServiceGraph &graph, const DeclaredMesh &mesh);

} // namespace tailspan::graph
