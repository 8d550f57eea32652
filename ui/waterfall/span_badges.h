// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <QString>
#include <QStringList>

namespace tailspan::waterfall {

/// The badges of a span, one or two words each: "cycle", "duplicate id". A thin bar and a dotted tree line say the
/// rest, so an inferred parent and a span outside its parent have none.
[[nodiscard]] QStringList badgesOf(trace::SpanMarks marks);
/// What the repair ledger says about the span, one line each. Plain text.
[[nodiscard]] QString repairLines(const trace::TraceSnapshot &snapshot, SpanRow row);

} // namespace tailspan::waterfall
