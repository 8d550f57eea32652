// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/event_marks.h"

#include "models/trace/record_visits.h"
#include "models/trace/redaction.h"

#include <algorithm>
#include <numeric>

namespace tailspan::trace {

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
            const Result<SpanDetails> details = source.read(record, {});
            if (!details.has_value())
                return; // the details panel says why
            std::vector<EventMark> &found = marks[order[i]];
            for (const SpanEvent &event : details->events)
                found.push_back({event.time, maskedText(event.name)});
            std::ranges::stable_sort(found, {}, &EventMark::time);
            found.resize(std::min(found.size(), kMostEventMarks));
        },
        [](std::uint64_t, const Error &) {});
    return marks;
}

} // namespace tailspan::trace
