// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/loadtest/limit.h"

#include <span>
#include <string>
#include <vector>

namespace tailspan::cli {

/// Asks a store of metrics what limits on resources ask it for, over the time of a run. `store` is what --prometheus was
/// given: a URL of a store of metrics, also a plain http:// one, env:NAME or the name of a profile; "" for none, which
/// leaves those limits open with the reason. An expression that the store refuses leaves its limit open too.
/// Thread: the main thread. Errors: of the word; Unreachable, Auth and Timeout of the store.
[[nodiscard]] Result<std::vector<loadtest::ResourceAnswer>> askResources(const std::string &store,
                                                                         std::span<const loadtest::Limit> limits,
                                                                         const loadtest::LoadTestReport &report);

} // namespace tailspan::cli
