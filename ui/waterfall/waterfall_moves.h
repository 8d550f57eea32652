// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/waterfall/waterfall_state.h"

namespace tailspan::waterfall {

/// Keyboard steps through the rows. Each gives the row to select next: the current one when there is no such row,
/// the first one when nothing is selected. Precondition: the state is not empty.
[[nodiscard]] SpanRow rowBelow(const WaterfallState &state, int steps);
[[nodiscard]] SpanRow rowAbove(const WaterfallState &state, int steps);
[[nodiscard]] SpanRow firstRow(const WaterfallState &state);
[[nodiscard]] SpanRow lastRow(const WaterfallState &state);
[[nodiscard]] SpanRow parentRow(const WaterfallState &state);
[[nodiscard]] SpanRow firstChildRow(const WaterfallState &state);

/// Left: folds an open row, else goes to the parent. Right: opens a folded row, else goes to the first child.
void stepLeft(WaterfallState &state);
void stepRight(WaterfallState &state);

} // namespace tailspan::waterfall
