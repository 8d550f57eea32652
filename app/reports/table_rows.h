// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/csv_table.h"
#include "app/reports/partial_reports.h"
#include "models/base/progress.h"
#include "models/base/result.h"

#include <cstdint>
#include <stop_token>

namespace tailspan::reports {

/// Calls `take(table)` for each row of a table that is left; `stream` is the one the table reads from. Now and then hands
/// out `soFar()`, a report, where somebody watches. Errors: Cancelled, and those of the table.
template <class Take, class SoFar>
[[nodiscard]] Result<> forEachRow(bytes::CsvTable &table, const bytes::ByteStream &stream, const std::stop_token &stop,
                                  Progress &progress, const ReadOptions &options, Take take, SoFar soFar)
{
    constexpr std::uint64_t kRowsBetweenPolls = 1024;
    PartialReports partials(options);
    for (std::uint64_t row = 0;; ++row) {
        if (row % kRowsBetweenPolls == 0) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled", stream.name());
            progress.done.store(stream.fileBytesRead(), std::memory_order_relaxed);
            if (partials.isDue())
                partials.give(soFar());
        }
        TS_TRY(const bool more, table.next());
        if (!more)
            return {};
        take(table);
    }
}

/// The same without anybody who watches.
template <class Take>
[[nodiscard]] Result<> forEachRow(bytes::CsvTable &table, const bytes::ByteStream &stream, const std::stop_token &stop,
                                  Progress &progress, Take take)
{
    return forEachRow(table, stream, stop, progress, ReadOptions(), take, [] { return loadtest::LoadTestReport(); });
}

} // namespace tailspan::reports
