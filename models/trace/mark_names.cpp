// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/mark_names.h"

#include <array>
#include <utility>

namespace tailspan::trace {

namespace {

constexpr std::array<std::pair<SpanMark, std::string_view>, 15> kNames{{
    {kMarkInferredParent, "inferred-parent"},
    {kMarkUnresolvedParent, "unresolved-parent"},
    {kMarkSelfParent, "self-parent"},
    {kMarkCycle, "cycle"},
    {kMarkCycleCut, "cycle-cut"},
    {kMarkDuplicateId, "duplicate-span-id"},
    {kMarkOutsideParent, "outside-parent"},
    {kMarkNegativeDuration, "negative-duration"},
    {kMarkMissingDuration, "missing-duration"},
    {kMarkTimeOutOfRange, "time-out-of-range"},
    {kMarkAsynchronous, "asynchronous"},
    {kMarkHasEvents, "has-events"},
    {kMarkHasLinks, "has-links"},
    {kMarkZeroDuration, "zero-duration"},
    {kMarkSharedId, "shared-id"},
}};

} // namespace

std::vector<std::string_view> markNames(SpanMarks marks)
{
    std::vector<std::string_view> names;
    for (const auto &[mark, name] : kNames) {
        if ((marks & mark) != 0)
            names.push_back(name);
    }
    return names;
}

} // namespace tailspan::trace
