// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/waterfall_moves.h"

#include <algorithm>

namespace tailspan::waterfall {

using layout::RowEntry;

namespace {

/// The place of what is selected or, where it is hidden, of the last row before it.
std::optional<std::uint32_t> placeOfSelection(const WaterfallState &state)
{
    const auto place = state.order().placeOf(state.selectedEntry());
    return place.has_value() ? place : state.order().placeAtOrBefore(state.selected());
}

} // namespace

RowEntry rowBelow(const WaterfallState &state, int steps)
{
    const auto place = placeOfSelection(state);
    if (!place.has_value())
        return firstRow(state);
    if (steps < 0 && !state.order().placeOf(state.selectedEntry()).has_value())
        ++steps; // it stands in front of the hidden selection: the first step
    const std::int64_t last = std::int64_t{state.order().visibleCount()} - 1;
    const std::int64_t wanted = std::clamp<std::int64_t>(std::int64_t{*place} + steps, 0, last);
    return state.order().entryAt(static_cast<std::uint32_t>(wanted));
}

RowEntry rowAbove(const WaterfallState &state, int steps)
{
    return rowBelow(state, -steps);
}

RowEntry firstRow(const WaterfallState &state)
{
    if (state.order().visibleCount() == 0)
        return state.selectedEntry();
    return state.order().entryAt(0);
}

RowEntry lastRow(const WaterfallState &state)
{
    if (state.order().visibleCount() == 0)
        return state.selectedEntry();
    return state.order().entryAt(state.order().visibleCount() - 1);
}

RowEntry parentRow(const WaterfallState &state)
{
    if (!state.selected().isValid())
        return firstRow(state);
    if (state.selectedEntry().isEvent())
        return state.selected();
    const SpanRow parent = state.spans().parentOf(state.selected());
    return parent.isValid() ? parent : state.selectedEntry();
}

RowEntry firstChildRow(const WaterfallState &state)
{
    if (!state.selected().isValid())
        return firstRow(state);
    if (state.selectedEntry().isRun())
        return state.selected();
    if (state.selectedEntry().isEvent() || !state.order().hasChildren(state.selected()))
        return state.selectedEntry();
    const RowEntry run(SpanRow(state.selected().value() + 1), RowEntry::Kind::Run);
    return state.order().placeOf(run).has_value() ? run : RowEntry(run.span);
}

void stepLeft(WaterfallState &state)
{
    const RowEntry entry = state.selectedEntry();
    if (entry.isValid() && state.order().canFold(entry) && !state.order().isFolded(entry))
        return state.setFolded(entry, true);
    const layout::RowRun *run = !entry.isSpan() ? nullptr : state.order().runOfMember(entry.span);
    if (run == nullptr)
        return state.selectEntry(parentRow(state));
    state.selectEntry({SpanRow(state.summary().firstRow + run->begin), RowEntry::Kind::Run});
}

void stepRight(WaterfallState &state)
{
    const RowEntry entry = state.selectedEntry();
    if (entry.isValid() && state.order().isFolded(entry))
        state.setFolded(entry, false);
    else
        state.selectEntry(firstChildRow(state));
}

} // namespace tailspan::waterfall
