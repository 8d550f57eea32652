// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/operation_elsewhere.h"

#include "models/base/exact_quantile.h"

#include <algorithm>
#include <array>
#include <span>

namespace tailspan::trace {

namespace {

constexpr SpanMarks kNoUsableTime = kMarkTimeOutOfRange | kMarkNegativeDuration | kMarkMissingDuration;

Result<std::vector<std::uint32_t>> callsLike(const TraceSnapshot &snapshot, SpanRow span, const std::stop_token &stop)
{
    const SpanTable &spans = snapshot.spans();
    const std::uint32_t service = spans.service[span.value()];
    const std::uint32_t operation = spans.operation[span.value()];
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if (row % 4096 == 0 && stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        if (spans.operation[row] == operation && spans.service[row] == service
            && (spans.marks[row] & kNoUsableTime) == 0)
            rows.push_back(row);
    }
    return rows;
}

void fillColumns(OperationElsewhere &found, const SpanTable &spans, const std::vector<std::uint32_t> &rows, SpanRow own)
{
    const auto count = static_cast<double>(found.columns.size());
    const auto length = static_cast<double>(found.range.length().ns());
    for (const std::uint32_t row : rows) {
        const double part = static_cast<double>(spans.startNs[row] - found.range.begin.ns()) / length;
        const auto place = std::min(static_cast<std::size_t>(part * count), found.columns.size() - 1);
        OperationElsewhere::Column &column = found.columns[place];
        const std::int64_t duration = spans.durationNs[row];
        column.shortestNs = column.calls == 0 ? duration : std::min(column.shortestNs, duration);
        if (column.calls == 0 || duration > column.longestNs) {
            column.longestNs = duration;
            column.longest = SpanRow(row);
        }
        ++column.calls;
        column.hasError = column.hasError || spans.isError(SpanRow(row));
        found.errors += spans.isError(SpanRow(row)) ? 1 : 0;
        if (row == own.value())
            found.ownColumn = static_cast<std::uint32_t>(place);
    }
}

} // namespace

Result<OperationElsewhere> operationElsewhere(const TraceSnapshot &snapshot, SpanRow span, std::uint32_t columns,
                                              const std::stop_token &stop)
{
    const SpanTable &spans = snapshot.spans();
    if ((spans.marks[span.value()] & kNoUsableTime) != 0)
        return fail(ErrorCode::NotFound, "when this span ran, or for how long, was not recorded");
    TS_TRY(const std::vector<std::uint32_t> rows, callsLike(snapshot, span, stop));
    OperationElsewhere found;
    found.calls = static_cast<std::uint32_t>(rows.size());
    found.columns.resize(std::max(columns, 1U));
    std::vector<std::int64_t> durations;
    durations.reserve(rows.size());
    for (const std::uint32_t row : rows) {
        found.range = found.range.united({spans.start(SpanRow(row)), spans.start(SpanRow(row)) + Duration(1)});
        durations.push_back(spans.durationNs[row]);
    }
    fillColumns(found, spans, rows, span);
    std::ranges::sort(durations);
    const auto [below, above] = std::equal_range(durations.begin(), durations.end(), spans.durationNs[span.value()]);
    const auto shorter = static_cast<double>(below - durations.begin());
    found.rank = (shorter + static_cast<double>(above - below) / 2) / static_cast<double>(durations.size());
    found.shortestNs = durations.front();
    found.longestNs = durations.back();
    const auto [p50, p95, p99] = exactQuantiles(std::span(durations), std::array{0.5, 0.95, 0.99});
    found.p50Ns = p50;
    found.p95Ns = p95;
    found.p99Ns = p99;
    return found;
}

} // namespace tailspan::trace
