// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/span_calls.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::advisor {

/// Calls of one signature under one parent, for all parents, by parent; the rows of each in order of start. Only those
/// of at least two. `signatureOf`: by row, SpanCalls::kNone for no call. Uses all cores.
void findSiblings(const trace::SpanTable &spans, std::span<const std::uint32_t> signatureOf,
                  std::vector<SiblingCalls> &siblings, std::vector<std::uint32_t> &rows);

} // namespace tailspan::advisor
