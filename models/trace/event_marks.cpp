// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/event_marks.h"

#include "models/base/number_text.h"
#include "models/trace/record_visits.h"
#include "models/trace/redaction.h"

#include <algorithm>
#include <numeric>

namespace tailspan::trace {

namespace {

std::vector<EventMark> marksFrom(const SpanDetails &details)
{
    std::vector<EventMark> marks;
    for (const SpanEvent &event : details.events)
        marks.push_back({event.time, maskedText(event.name)});
    std::ranges::stable_sort(marks, {}, &EventMark::time);
    return marks;
}

} // namespace

std::vector<std::vector<EventMark>> eventMarksOf(const TraceSnapshot &snapshot, std::span<const std::uint32_t> rows,
                                                 const std::stop_token &stop)
{
    std::vector<std::vector<EventMark>> marks(rows.size());
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t place) { return recordPlace(snapshot.spans(), rows[place]); });
    std::vector<std::uint32_t> inFileOrder;
    for (const std::size_t place : order)
        inFileOrder.push_back(rows[place]);
    visitRowRecords(
        snapshot, inFileOrder, stop,
        [&](std::size_t i, std::string_view record, const SpanDetailSource &source) {
            Result<SpanDetails> details = source.read(record, {});
            if (!details.has_value())
                return; // the details panel says why
            snapshot.moveEvents(SpanRow(inFileOrder[i]), *details);
            std::vector<EventMark> &found = marks[order[i]];
            found = marksFrom(*details);
            found.resize(std::min(found.size(), kMostEventMarks));
        },
        [](std::uint64_t, const Error &) {});
    return marks;
}

Result<std::vector<EventMark>> eventsOf(const TraceSnapshot &snapshot, SpanRow row)
{
    TS_TRY(const SpanDetails details, snapshot.details(row));
    std::vector<EventMark> marks = marksFrom(details);
    if (marks.size() <= kMostEventMarks)
        return marks;
    const std::size_t left = marks.size() - kMostEventMarks + 1;
    marks.resize(kMostEventMarks);
    marks.back().name = countText(left) + " more, in the details";
    return marks;
}

} // namespace tailspan::trace
