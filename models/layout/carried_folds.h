// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/row_order.h"

namespace tailspan::layout {

/// One trace of one snapshot.
struct TraceOf {
    const trace::TraceSnapshot &snapshot;
    TraceRow trace;
};

/// The same spans in the same rows: what counts from the trace's first row holds for both. Linear.
[[nodiscard]] bool hasSameRows(const TraceOf &a, const TraceOf &b);

/// What was folded in a trace, for the same trace as it stands in another snapshot: grown, or in another order because
/// clocks were moved. Spans are known again by their ids; one that shares its id with others of the trace goes by the
/// first of them, one that is gone is left out. Linear in the rows of both when anything is folded.
[[nodiscard]] RowFolds carriedFolds(const TraceOf &from, const TraceOf &to, const RowFolds &folds);

} // namespace tailspan::layout
