// SPDX-License-Identifier: GPL-3.0-or-later
// Declarations of who calls whom from arbitrary bytes, laid over a small graph.
#include "app/meshfiles/mesh_file.h"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace tailspan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char *>(data), size);
    const auto mesh = meshfiles::parseMesh(text, "input");
    if (!mesh.has_value())
        return 0;
    graph::ServiceGraph seen;
    seen.nodes = {{"pay", {}, graph::NodeKind::Service, {}, 1, {}}, {"web", {}, graph::NodeKind::Service, {}, 1, {}}};
    seen.edges = {{1, 0, {}, 0}};
    (void)graph::meshDifferenceOf(seen, *mesh);
    return 0;
}
