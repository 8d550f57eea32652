// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/metric/metric_catalog.h"

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::sources {

/// What the user chose of a mapping, as JSON for a profile: one line, only queries with isChosenByUser.
[[nodiscard]] std::string mappingJson(const metric::MetricMapping &mapping);
/// Reads it back. Unknown fields are left alone; a query whose signal or service is missing or unknown, of a newer
/// version for example, is left out and counted in `leftOut`. Errors: Malformed.
[[nodiscard]] Result<std::vector<metric::SignalQuery>> chosenQueries(std::string_view json, std::uint64_t &leftOut);

} // namespace tailspan::sources
