// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/graph/declared_mesh.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tailspan::meshfiles {

inline constexpr std::size_t kMostMeshBytes = 4U << 20;
inline constexpr std::size_t kMostMeshServices = 20'000;
inline constexpr std::size_t kMostMeshNeighbors = 500'000; ///< Of all services together, however the file repeats them.

/// Reads a declaration of who calls whom, YAML or JSON:
///
///     services:
///       api-gateway:
///         neighbors: [all-services]
///       payment:
///         port: 4050
///         neighbors: [auth, blockchain]
///
/// Also without the line `services:`, as a list of services with a `name`, and with the list of neighbors alone in the
/// place of a service. `neighbors` may be called `neighbours`, `calls` or `dependencies`. Other keys are left aside and
/// named in the notes; `port`, `host`, `url`, `version` and `description` are expected and not named.
/// Errors: NotFound; Malformed with the line for what is no YAML or no mesh; LimitReached for size and number.
[[nodiscard]] Result<graph::DeclaredMesh> readMeshFile(const std::string &path);
/// The same for text in memory; `name` is the context of errors.
[[nodiscard]] Result<graph::DeclaredMesh> parseMesh(std::string_view text, const std::string &name);

} // namespace tailspan::meshfiles
