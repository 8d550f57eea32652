// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/graph/declared_mesh.h"
#include "models/layout/graph_placement.h"

#include <stop_token>
#include <string>

namespace tailspan::workspace {

/// Places for all nodes of a service map, worked out anew: graphviz::placeGraph(). Thread: any, blocking; answers a stop
/// at once. Errors: Cancelled, Internal.
[[nodiscard]] Result<layout::GraphPlaces> placeServiceMap(const layout::GraphToPlace &graph,
                                                          const std::stop_token &stop);

/// Who is meant to call whom, from a file: meshfiles::readMeshFile(). Thread: any, blocking.
[[nodiscard]] Result<graph::DeclaredMesh> readDeclaredMesh(const std::string &path);

} // namespace tailspan::workspace
