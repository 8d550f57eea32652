// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/service_map_places.h"

#include "app/graphviz/graph_layout.h"
#include "app/meshfiles/mesh_file.h"

namespace tailspan::workspace {

Result<layout::GraphPlaces> placeServiceMap(const layout::GraphToPlace &graph, const std::stop_token &stop)
{
    return graphviz::placeGraph(graph, stop);
}

Result<graph::DeclaredMesh> readDeclaredMesh(const std::string &path)
{
    return meshfiles::readMeshFile(path);
}

} // namespace tailspan::workspace
