// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/heat_explain.h"

#include "models/explain/population_reader.h"

#include <algorithm>
#include <cmath>

namespace tailspan::workspace {

namespace {

using explain::Column;

constexpr double kLogFrom = 100; // largest to smallest number

/// The rows of one box, or of the shown time without one.
Result<std::vector<std::uint32_t>> rowsOf(const HeatSelection &selection, const layout::HeatBox *box, TimeRange range,
                                          HeatSpansCache &cache, const std::stop_token &stop, Progress &progress)
{
    if (selection.snapshot == nullptr)
        return std::vector<std::uint32_t>();
    const trace::TraceSnapshot &snapshot = *selection.snapshot;
    TS_TRY(const auto spans, cache.get(snapshot, selection.subject.what, selection.narrowed, stop, progress));
    std::vector<std::uint32_t> rows =
        spansIn(snapshot, *spans, latencyFilterOf(snapshot, selection.subject), range, box, stop);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    return rows;
}

/// Where a number of the column stands, 0 to 1.
double placeOf(const NumberShape &shape, double number)
{
    const double low = shape.isLog ? std::log(shape.low) : shape.low;
    const double high = shape.isLog ? std::log(shape.high) : shape.high;
    const double at = shape.isLog ? std::log(std::max(number, shape.low)) : number;
    return high <= low ? 0 : std::clamp((at - low) / (high - low), 0.0, 1.0);
}

std::optional<NumberShape> shapeOf(const explain::ReadPopulation &read, const explain::Difference &difference)
{
    if (difference.clauses.size() != 1)
        return std::nullopt;
    const Column &column = read.population.columns()[difference.clauses.front().column];
    if (!column.isNumber || column.bounds.size() < 2)
        return std::nullopt;
    NumberShape shape;
    shape.low = column.bounds.front();
    shape.high = column.bounds.back();
    shape.isLog = shape.low > 0 && shape.high / shape.low >= kLogFrom;
    double selected = 0;
    double baseline = 0;
    for (std::size_t position = 0; position < column.codes.size(); ++position) {
        const std::uint16_t code = column.codes[position];
        if (code < Column::kFirstValue || std::size_t{code} - Column::kFirstValue >= column.bounds.size())
            continue;
        const double place = placeOf(shape, column.bounds[std::size_t{code} - Column::kFirstValue]);
        const auto step = static_cast<std::size_t>(place * (NumberShape::kSteps - 1));
        const bool isSelected = read.isSelected[position] != 0;
        (isSelected ? shape.selected : shape.baseline)[step] += 1;
        (isSelected ? selected : baseline) += 1;
    }
    for (float &share : shape.selected)
        share = selected > 0 ? share / static_cast<float>(selected) : 0;
    for (float &share : shape.baseline)
        share = baseline > 0 ? share / static_cast<float>(baseline) : 0;
    return shape;
}

} // namespace

Result<std::shared_ptr<const HeatExplanation>> explainHeat(const HeatSelection &selection, HeatSpansCache &cache,
                                                           const std::stop_token &stop, Progress &progress)
{
    explain::PopulationRows rows;
    TS_TRY(rows.selected, rowsOf(selection, &selection.box, selection.box.time, cache, stop, progress));
    if (rows.selected.empty())
        return fail(
            ErrorCode::NotFound,
            "None of the spans in the box is loaded. \u201cShow these traces\u201d fetches some from the stores.");
    if (selection.baseline) {
        TS_TRY(rows.baseline, rowsOf(selection, &*selection.baseline, selection.baseline->time, cache, stop, progress));
    } else {
        TS_TRY(rows.baseline,
               rowsOf(selection, nullptr, selection.shown.united(selection.box.time), cache, stop, progress));
    }
    TS_TRY(const explain::ReadPopulation read, readPopulation(*selection.snapshot, rows, stop, progress));
    progress.begin("looking for differences", 0);
    HeatExplanation made;
    TS_TRY(made.found, explain::explain(read.population, read.isSelected, {}, stop));
    for (const explain::Difference &difference : made.found.differences)
        made.shapes.push_back(shapeOf(read, difference));
    made.selectedTotal = read.selectedTotal;
    made.baselineTotal = read.baselineTotal;
    made.notes = read.notes;
    made.notes.insert(made.notes.end(), made.found.notes.begin(), made.found.notes.end());
    return std::make_shared<const HeatExplanation>(std::move(made));
}

Result<std::vector<TraceRow>> tracesInBox(const HeatSelection &selection, HeatSpansCache &cache,
                                          const std::stop_token &stop, Progress &progress)
{
    TS_TRY(const std::vector<std::uint32_t> rows,
           rowsOf(selection, &selection.box, selection.box.time, cache, stop, progress));
    std::vector<TraceRow> traces;
    for (const std::uint32_t row : rows)
        traces.emplace_back(selection.snapshot->spans().trace[row]);
    std::ranges::sort(traces);
    traces.erase(std::unique(traces.begin(), traces.end()), traces.end());
    return traces;
}

} // namespace tailspan::workspace
