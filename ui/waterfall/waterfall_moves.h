// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/waterfall/waterfall_state.h"

namespace tailspan::waterfall {

/// Keyboard steps through the rows. Each gives the entry to select next: the current one when there is no such row,
/// the first one when nothing is selected. Precondition: the state is not empty.
[[nodiscard]] layout::RowEntry rowBelow(const WaterfallState &state, int steps);
[[nodiscard]] layout::RowEntry rowAbove(const WaterfallState &state, int steps);
[[nodiscard]] layout::RowEntry firstRow(const WaterfallState &state);
[[nodiscard]] layout::RowEntry lastRow(const WaterfallState &state);
[[nodiscard]] layout::RowEntry parentRow(const WaterfallState &state);
/// Of a run, its first member.
[[nodiscard]] layout::RowEntry firstChildRow(const WaterfallState &state);

/// Left: folds an open row, else goes to what it hangs on: from a member to the head of its run, else to the parent.
/// Right: opens a folded row, else goes to the first child.
void stepLeft(WaterfallState &state);
void stepRight(WaterfallState &state);

} // namespace tailspan::waterfall
