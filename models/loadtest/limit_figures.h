// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/interval.h"
#include "models/loadtest/limit.h"
#include "models/loadtest/request_steps.h"

#include <optional>
#include <span>

namespace tailspan::loadtest {

/// What a limit on requests looks at, worked out for any set of steps, in the unit of its kind: ms, %, 0..1,
/// requests/s. nullopt where the steps hold nothing that it could be worked out from.
[[nodiscard]] std::optional<double> figureOf(const Limit &limit, std::span<const RequestStep> steps);

/// Its 95 % interval; nullopt for the largest value, which has none, and where the steps are too few for one (it takes
/// twenty blocks of three autocorrelation times).
[[nodiscard]] std::optional<Interval> intervalOf(const Limit &limit, std::span<const RequestStep> steps);

} // namespace tailspan::loadtest
