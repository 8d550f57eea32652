// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <tuple>
#include <vector>

namespace tailspan::trace {

/// Where the record of a row stands, to sort rows by: in this order files are read from front to back.
[[nodiscard]] inline auto recordPlace(const SpanTable &spans, std::uint32_t row)
{
    return std::tuple(spans.file[row], spans.recordOffset[row]);
}

/// Reads the stored records of `rows`, which stand in the order of recordPlace(), file by file. Calls
/// onRecord(place in rows, record, source) for each, and onMissing(number of rows, error) for those that cannot be
/// read. Stops between records. Thread: any.
template <class OnRecord, class OnMissing>
void visitRowRecords(const TraceSnapshot &snapshot, std::span<const std::uint32_t> rows, const std::stop_token &stop,
                     OnRecord &&onRecord, OnMissing &&onMissing)
{
    const SpanTable &spans = snapshot.spans();
    for (std::size_t begin = 0, end = 0; begin < rows.size() && !stop.stop_requested(); begin = end) {
        std::vector<RecordRef> records;
        for (; end < rows.size() && spans.file[rows[end]] == spans.file[rows[begin]]; ++end)
            records.push_back(spans.record(SpanRow(rows[end])));
        const TraceInput &input = snapshot.inputs()[spans.file[rows[begin]]];
        if (!input.details) {
            onMissing(records.size(), Error{ErrorCode::NotFound, "no details are kept of its spans", input.name});
            continue;
        }
        std::size_t visited = 0;
        const auto visit = [&](std::size_t i, std::string_view record) {
            visited = i + 1;
            if (!stop.stop_requested())
                onRecord(begin + i, record, *input.details);
        };
        if (const Result<> read = input.details->visitRecords(records, visit); !read.has_value())
            onMissing(records.size() - visited, read.error());
    }
}

} // namespace tailspan::trace
