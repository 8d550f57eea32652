// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_set.h"
#include "models/graph/service_map.h"

#include <memory>
#include <stop_token>

namespace tailspan::workspace {

/// Whether some store of the set counts by itself. Thread: any.
[[nodiscard]] bool canCountCalls(const sources::SourceSet &stores);

/// Who calls whom in all that is stored in the range, whether it is loaded or not, as the first store that can tell has
/// counted it; the map names that store, and says of others what kept them. Blocks; thread: any.
/// Errors: of the first store that can count when none does; Unsupported where none can; Cancelled.
[[nodiscard]] Result<graph::ServiceMap> callsOfStore(sources::SourceSet &stores, const trace::TraceQuery &query,
                                                     const graph::DeclaredMesh *mesh, const std::stop_token &stop,
                                                     Progress &progress);

} // namespace tailspan::workspace
