// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_draft.h"
#include "models/trace/span_linker.h"

#include <list>
#include <stop_token>

namespace tailspan::trace {

/// Gives spans whose recorded parent id names no stored span the caller that parent_inference finds for them, where
/// their input says whom each span called. Such links are marked, carry a confidence and are entered as repairs.
void linkInferredCallers(const std::list<SpanBatch> &batches, LinkedSpans &spans, std::stop_token stop);

} // namespace tailspan::trace
