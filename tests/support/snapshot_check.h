// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <string>

namespace tailspan::test {

/// What every snapshot promises, whatever its input: traces contiguous and by start, parents before children, depth and
/// subtree size right, siblings by start, marks and ledger in agreement. The first broken promise in words, or "".
[[nodiscard]] std::string brokenPromise(const trace::TraceSnapshot &snapshot);

/// The snapshot as text, for comparing two of them: one line a span with everything but its record's place, then the
/// ledger.
[[nodiscard]] std::string drawingOf(const trace::TraceSnapshot &snapshot);

} // namespace tailspan::test
