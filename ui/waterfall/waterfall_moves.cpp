// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/waterfall_moves.h"

#include <algorithm>

namespace tailspan::waterfall {

SpanRow rowBelow(const WaterfallState &state, int steps)
{
    const auto place = state.order().placeAtOrBefore(state.selected());
    if (!place.has_value())
        return firstRow(state);
    if (steps < 0 && !state.order().placeOf(state.selected()).has_value())
        ++steps; // it stands in front of the hidden selection: the first step
    const std::int64_t last = std::int64_t{state.order().visibleCount()} - 1;
    if (last < 0)
        return state.selected();
    const std::int64_t wanted = std::clamp<std::int64_t>(std::int64_t{*place} + steps, 0, last);
    return state.order().rowAt(static_cast<std::uint32_t>(wanted));
}

SpanRow rowAbove(const WaterfallState &state, int steps)
{
    return rowBelow(state, -steps);
}

SpanRow firstRow(const WaterfallState &state)
{
    if (state.order().visibleCount() == 0)
        return {};
    return state.order().rowAt(0);
}

SpanRow lastRow(const WaterfallState &state)
{
    if (state.order().visibleCount() == 0)
        return {};
    return state.order().rowAt(state.order().visibleCount() - 1);
}

SpanRow parentRow(const WaterfallState &state)
{
    if (!state.selected().isValid())
        return firstRow(state);
    const SpanRow parent = state.spans().parentOf(state.selected());
    return parent.isValid() ? parent : state.selected();
}

SpanRow firstChildRow(const WaterfallState &state)
{
    if (!state.selected().isValid())
        return firstRow(state);
    return state.order().hasChildren(state.selected()) ? SpanRow(state.selected().value() + 1) : state.selected();
}

void stepLeft(WaterfallState &state)
{
    const SpanRow row = state.selected();
    if (row.isValid() && state.order().hasChildren(row) && !state.order().isFolded(row))
        state.setFolded(row, true);
    else
        state.select(parentRow(state));
}

void stepRight(WaterfallState &state)
{
    const SpanRow row = state.selected();
    if (row.isValid() && state.order().isFolded(row))
        state.setFolded(row, false);
    else
        state.select(firstChildRow(state));
}

} // namespace tailspan::waterfall
