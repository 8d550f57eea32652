// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/graph/declared_mesh.h"

#include <iosfwd>
#include <optional>

namespace tailspan::cli {

/// What `tailspan graph` prints: what was seen and, with --mesh, what was declared.
struct PrintedGraph {
    graph::ServiceGraph graph;
    std::optional<graph::MeshDifference> mesh;
};

void writeGraphJson(std::ostream &out, const PrintedGraph &printed);
void writeGraphDot(std::ostream &out, const PrintedGraph &printed);
void writeGraphTables(std::ostream &out, const PrintedGraph &printed);

} // namespace tailspan::cli
