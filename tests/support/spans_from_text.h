// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <string_view>

namespace tailspan::test {

/// A trace as a drawing, one span a line:
///
///     trace aa11
///     web GET /pay @0ms +120ms
///       db SELECT users @10ms +80ms error http.status=500
///       cache GET cart @95ms +5ms id=77 parent=99 secret:token=abc
///
/// Two blanks a level make the parent; `parent=` names another one, `parent=none` none. After @start and +duration
/// come `error`, `consumer`, `producer`, `async` (nobody waits for it), `shared` (Zipkin's server half), `unended`,
/// `id=`, `parent=`, and any key=value as an attribute (secret:key=value is masked in the details). Times are ns, us,
/// ms or s after 2026-01-01 00:00 UTC, `@=5s` after 1970. Without a `trace` line the id is "t1"; a line `file NAME`
/// begins another input. Ids without `id=` are s1, s2, ... by line.
/// Fails the program on a line it cannot read: tests are written by us.
[[nodiscard]] trace::TraceSnapshotPtr spansFromText(std::string_view text);

/// One trace with that many spans, the same for the same seed: depth up to 12, runs of equal siblings, some errors,
/// some children outside their parent.
[[nodiscard]] trace::TraceSnapshotPtr randomTrace(std::uint32_t spanCount, std::uint64_t seed);
/// Many small traces.
[[nodiscard]] trace::TraceSnapshotPtr randomTraces(std::uint32_t traceCount, std::uint32_t spansEach,
                                                   std::uint64_t seed);
/// One trace of about an hour with that many spans, depth up to 12, many of them in runs of like siblings: the loops
/// that call once for each item.
[[nodiscard]] trace::TraceSnapshotPtr traceWithRuns(std::uint32_t spanCount, std::uint64_t seed);
/// A chain: each span the only child of the one before.
[[nodiscard]] trace::TraceSnapshotPtr chainTrace(std::uint32_t spanCount);

} // namespace tailspan::test
