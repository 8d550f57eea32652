// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/named_csv.h"
#include "app/reports/partial_reports.h"

#include <stop_token>
#include <utility>

namespace tailspan::reports {

/// Reads a table with a header through `Rows`: made from the table once its header is known, take() for each row,
/// soFar() for who watches, finish(report) at the end.
template <class Rows>
[[nodiscard]] Result<loadtest::LoadTestReport> readTable(bytes::ByteStream &stream, const ReadOptions &options,
                                                         const std::stop_token &stop, Progress &progress)
{
    NamedCsv table(stream, ',');
    TS_CHECK(table.readHeader(stream.name()));
    Rows rows(table);
    PartialReports partials(options);
    TS_CHECK(table.forEachRow(
        stream, stop, progress, [&rows] { rows.take(); },
        [&] {
            if (partials.isDue())
                partials.give(rows.soFar());
        }));
    loadtest::LoadTestReport report;
    rows.finish(report);
    return report;
}

} // namespace tailspan::reports
