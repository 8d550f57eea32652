// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/source_arguments.h"
#include "app/cli/trace_arguments.h"
#include "app/json/json_writer.h"
#include "models/base/number_text.h"
#include "models/metric/latency_grid.h"
#include "models/trace/time_bounds.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>

namespace tailspan::cli {

namespace {

using metric::LatencyGrid;
using trace::TraceSnapshot;

constexpr std::uint32_t kColumns = 120;
constexpr std::uint32_t kTerminalColumns = 60;
constexpr std::uint32_t kMostColumns = 10'000;

/// What a grid is made of, by span.
struct Columns {
    std::vector<std::uint8_t> isFailed;
    std::vector<std::uint8_t> isLeftOut;
    TimeRange range;
    std::int64_t shortestNs = 0;
    std::int64_t longestNs = 0;
};

Columns columnsOf(const AskedTraces &asked)
{
    const trace::SpanTable &spans = asked.snapshot->spans();
    Columns columns{std::vector<std::uint8_t>(spans.size()), std::vector<std::uint8_t>(spans.size(), 1), {}, 0, 0};
    trace::TimeBounds ends;
    trace::TimeBounds lengths;
    for (const std::uint32_t t : asked.rows) {
        const trace::TraceSummary &trace = asked.snapshot->traces()[t];
        for (std::uint32_t row = trace.firstRow; row < trace.firstRow + trace.spanCount; ++row) {
            constexpr trace::SpanMarks kNoLatency = trace::kMarkTimeOutOfRange | trace::kMarkMissingDuration
                | trace::kMarkNegativeDuration;
            if ((spans.marks[row] & kNoLatency) != 0)
                continue;
            columns.isLeftOut[row] = 0;
            columns.isFailed[row] = spans.isError(SpanRow(row)) ? 1 : 0;
            ends.add(spans.end(SpanRow(row)).ns(), 1);
            lengths.add(spans.durationNs[row], 0);
        }
    }
    if (!ends.isEmpty()) {
        columns.range = {TimePoint(ends.beginNs), TimePoint(ends.endNs)};
        columns.shortestNs = lengths.beginNs;
        columns.longestNs = lengths.endNs;
    }
    return columns;
}

std::string sourceText(const TraceSnapshot &snapshot)
{
    std::string text;
    for (const trace::TraceInput &input : snapshot.inputs())
        text += (text.empty() ? "spans of " : ", ") + input.name;
    return text;
}

void writeJson(std::ostream &out, const TraceSnapshot &snapshot, const LatencyGrid &grid)
{
    json::JsonWriter json(out);
    json.beginObject();
    json.text("source", sourceText(snapshot));
    json.number("beginNs", grid.begin.ns());
    json.number("endNs", grid.end().ns());
    json.number("columnNs", grid.column.ns());
    json.key("rowBoundsNs");
    json.beginArray();
    for (const std::int64_t bound : grid.rows.boundsNs())
        json.number(bound);
    json.endArray();
    json.key("counts");
    json.beginArray();
    for (std::uint32_t column = 0; column < grid.columns; ++column) {
        json.beginArray();
        for (const std::uint32_t count : grid.columnCounts(column))
            json.number(std::uint64_t{count});
        json.endArray();
    }
    json.endArray();
    json.number("total", grid.total);
    json.endObject();
    out << '\n';
}

/// Rows of latency from slow to fast, a character a column, darker where more spans are.
void printPicture(std::ostream &out, const TraceSnapshot &snapshot, const LatencyGrid &grid)
{
    constexpr std::string_view kShades = " .:-=+*#%@";
    const std::uint32_t most = *std::ranges::max_element(grid.counts);
    std::uint32_t top = grid.rows.count();
    std::uint32_t bottom = 0;
    const auto isEmptyRow = [&](std::uint32_t row) {
        for (std::uint32_t column = 0; column < grid.columns; ++column) {
            if (grid.count(column, row) > 0)
                return false;
        }
        return true;
    };
    while (top > 1 && isEmptyRow(top - 1))
        --top;
    while (bottom + 1 < top && isEmptyRow(bottom))
        ++bottom;
    out << sourceText(snapshot) << ": " << pluralText(grid.total, "span", "spans") << ", at most " << countText(most)
        << " in a cell of " << durationText(grid.column) << '\n';
    for (std::uint32_t row = top; row-- > bottom;) {
        const bool isLast = row >= grid.rows.boundsNs().size();
        std::string label = isLast ? "more" : durationText(Duration(grid.rows.boundsNs()[row]));
        label.insert(0, label.size() < 10 ? 10 - label.size() : 0, ' ');
        out << label << " |";
        for (std::uint32_t column = 0; column < grid.columns; ++column) {
            const std::uint64_t count = grid.count(column, row);
            const std::uint64_t shade = (count * (kShades.size() - 1) + most - 1) / std::max(most, 1U);
            out << kShades[static_cast<std::size_t>(shade)];
        }
        out << "|\n";
    }
    out << "            " << isoText(grid.begin) << " to " << isoText(grid.end()) << '\n';
}

class HeatmapCommand final : public Command {
public:
    CommandInfo info() const override
    {
        static const std::string kOptions = "  --json            machine-readable, see `tailspan help json`\n"
                                            "  --columns N       columns of time (default 120, as text 60)\n"
            + std::string(kSourceHelp);
        return {"heatmap",
                "heatmap FILE...|--source S [--service NAME] [--operation NAME] [--errors] [--columns N] [--json]",
                "How many spans took how long when; from files or live sources", kOptions.c_str(),
                "{source, beginNs, endNs, columnNs, rowBoundsNs[], counts[][], total}\n"
                "counts has a list a column, in it a number a row: of spans that ended in the column and took at most\n"
                "rowBoundsNs of that row, and in the last row of those that took longer.\n"};
    }

    ExitCode run(const std::vector<std::string> &arguments, std::ostream &out, std::ostream &err) override
    {
        const Result<Arguments> parsed =
            parseArguments(arguments, traceOptions({{"--json", false}, {"--columns", true}}));
        if (!parsed.has_value())
            return wrongUsage(info(), err, parsed.error().message);
        const bool asJson = parsed->options.contains("--json");
        const auto columns = columnCount(*parsed, asJson ? kColumns : kTerminalColumns);
        if (!columns)
            return wrongUsage(info(), err, "--columns takes a number from 1 to 10,000");
        const auto asked = readAskedTraces(info(), *parsed, err, {{}, true});
        if (!asked.has_value())
            return asked.error();
        const Result<LatencyGrid> grid = gridOf(*asked, *parsed, *columns, asJson ? 4 : 2);
        if (!grid.has_value()) {
            err << "tailspan heatmap: " << oneLine(grid.error().text()) << '\n';
            return ExitCode::InputUnreadable;
        }
        if (asJson)
            writeJson(out, *asked->snapshot, *grid);
        else
            printPicture(out, *asked->snapshot, *grid);
        return ExitCode::Fine;
    }

private:
    static std::optional<std::uint32_t> columnCount(const Arguments &arguments, std::uint32_t usual)
    {
        const auto text = arguments.options.find("--columns");
        if (text == arguments.options.end())
            return usual;
        std::uint32_t columns = 0;
        const char *end = text->second.data() + text->second.size();
        const auto [rest, error] = std::from_chars(text->second.data(), end, columns);
        const bool isFine = error == std::errc() && rest == end && columns >= 1 && columns <= kMostColumns;
        return isFine ? std::optional(columns) : std::nullopt;
    }

    static Result<LatencyGrid> gridOf(const AskedTraces &asked, const Arguments &arguments, std::uint32_t columns,
                                      int rowsPerDoubling)
    {
        const TraceSnapshot &snapshot = *asked.snapshot;
        const Columns made = columnsOf(asked);
        const trace::SpanTable &spans = snapshot.spans();
        if (made.range.isEmpty())
            return fail(ErrorCode::NotFound, "there is no span with a latency");
        metric::LatencyFilter filter;
        filter.onlyFailed = arguments.options.contains("--errors");
        if (const auto name = arguments.options.find("--service"); name != arguments.options.end()) {
            filter.service = numberOf(name->second, snapshot.serviceCount(),
                                      [&](std::uint32_t id) { return snapshot.serviceName(ServiceId(id)); });
        }
        if (const auto name = arguments.options.find("--operation"); name != arguments.options.end()) {
            filter.operation = numberOf(name->second, snapshot.operationCount(),
                                        [&](std::uint32_t id) { return snapshot.operationName(OperationId(id)); });
        }
        const metric::SpanLatencies latencies{spans.startNs,   spans.durationNs, spans.service,
                                              spans.operation, made.isFailed,    made.isLeftOut};
        const auto rows = metric::LatencyRows::between(std::max<std::int64_t>(made.shortestNs, 1'000),
                                                       std::max<std::int64_t>(made.longestNs, 2'000), rowsPerDoubling);
        return latencyGridOf(latencies, filter, made.range, columns, rows, {});
    }

    /// A name that no span has stands for a number that none has: the grid is empty then.
    static std::uint32_t numberOf(std::string_view name, std::size_t count, const auto &nameOf)
    {
        for (std::uint32_t id = 0; id < count; ++id) {
            if (nameOf(id) == name)
                return id;
        }
        return ~std::uint32_t{0};
    }
};

} // namespace

std::unique_ptr<Command> makeHeatmapCommand()
{
    return std::make_unique<HeatmapCommand>();
}

} // namespace tailspan::cli
