// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/advisor/span_calls.h"

#include <span>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// What to paste so that many calls of each signature become one: a statement with ANY($1) and its use with
/// node-postgres, MGET or a pipeline of ioredis, an array of JSON-RPC requests, a batch route with fetch.
/// Code is changed by whoever pastes it, so there is nothing to undo but the commit.
[[nodiscard]] std::vector<Artifact> batchArtifacts(std::span<const CallSignature *const> calls);
/// "SELECT … WHERE id = ANY($1)" of "SELECT … WHERE id = ?"; empty where more than one value is asked for.
[[nodiscard]] std::string anyStatement(const std::string &statement);
/// Calls that do not wait for each other, at most so many at once.
[[nodiscard]] Artifact togetherArtifact(const std::vector<std::string> &calls);
[[nodiscard]] Artifact jsonRpcBatchArtifact(const std::vector<std::string> &methods);
[[nodiscard]] Artifact keepAliveArtifact();
[[nodiscard]] Artifact connectionPoolArtifact();
[[nodiscard]] Artifact backoffArtifact(std::uint32_t attempts);

} // namespace tailspan::advisor
