// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/source_arguments.h"
#include "app/cli/trace_arguments.h"
#include "app/workspace/heat_spans.h"
#include "app/workspace/heat_store.h"
#include "app/workspace/heat_text.h"
#include "models/base/number_text.h"
#include "models/base/wall_clock.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>
#include <optional>

namespace tailspan::cli {

namespace {

using metric::LatencyGrid;
using trace::TraceSnapshot;

constexpr std::uint32_t kColumns = 120;
constexpr std::uint32_t kTerminalColumns = 60;
constexpr std::uint32_t kMostColumns = 10'000;

/// A grid and where it is from.
struct NamedGrid {
    LatencyGrid grid;
    std::string source;
};

std::string sourceText(const TraceSnapshot &snapshot)
{
    std::string text;
    for (const trace::TraceInput &input : snapshot.inputs())
        text += (text.empty() ? "spans of " : ", ") + input.name;
    return text;
}

/// How many columns, and how many rows for each factor of 2.
struct GridShape {
    std::uint32_t columns = 0;
    int rowsPerDoubling = 4;
};

Result<NamedGrid> gridOfSpans(const AskedTraces &asked, const Arguments &arguments, const GridShape &shape)
{
    const workspace::HeatSpans spans = workspace::heatSpansOfTraces(*asked.snapshot, asked.rows);
    if (spans.range.isEmpty())
        return fail(ErrorCode::NotFound, "there is no span with a latency");
    const auto valueOf = [&](const char *option) {
        const auto found = arguments.options.find(option);
        return found == arguments.options.end() ? std::string() : found->second;
    };
    workspace::HeatSubject subject;
    subject.onlyFailed = arguments.options.contains("--errors");
    subject.service = valueOf("--service");
    subject.operation = valueOf("--operation");
    TS_TRY(LatencyGrid grid,
           workspace::heatGridOf(*asked.snapshot, spans, workspace::latencyFilterOf(*asked.snapshot, subject),
                                 spans.range, shape.columns, spans.rows(shape.rowsPerDoubling), {}));
    return NamedGrid{std::move(grid), sourceText(*asked.snapshot)};
}

/// One source that counts by itself and is asked nothing that it does not know: all that it has is counted there and
/// no span is read. Nothing where that is not so.
std::optional<Result<NamedGrid>> countedInStore(const Arguments &arguments, const GridShape &shape)
{
    if (!arguments.options.contains("--source") || arguments.options.contains("--limit"))
        return std::nullopt;
    Result<SourceArguments> asked = readSourceArguments(arguments, currentTime());
    if (!asked.has_value() || asked->sources.size() != 1 || !asked->rest.isEmpty())
        return std::nullopt; // reading spans says what is wrong
    sources::SourceSet stores(asked->sources);
    if (!stores.canAggregate(0))
        return std::nullopt;
    trace::TraceQuery query = std::move(asked->request.query);
    if (query.range) // an end that is open, or a part without spans, would be columns without spans
        query.range->end = std::min(query.range->end, currentTime());
    Progress progress;
    Result<workspace::StoreHeat> counted = workspace::heatOfStore(stores, 0, query, shape.columns, {}, progress);
    if (!counted.has_value())
        return tl::unexpected<Error>(std::move(counted).error());
    return NamedGrid{std::move(counted->grid), "all spans stored in " + stores.thread(0).name()};
}

/// Rows of latency from slow to fast, a character a column, darker where more spans are.
void printPicture(std::ostream &out, const std::string &source, const LatencyGrid &grid)
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
    out << source << ": " << pluralText(grid.total, "span", "spans") << ", at most " << countText(most)
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
        static const std::string kOptions =
            "  --json            machine-readable, see `tailspan help json`\n"
            "  --columns N       columns of time (default 120, as text 60)\n"
            "                    one PostgreSQL store counts all its spans by itself;\n"
            "                    with --limit, or what it cannot be asked, spans are read\n"
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
        const GridShape shape{*columns, asJson ? 4 : 2};
        std::optional<Result<NamedGrid>> made = countedInStore(*parsed, shape);
        if (!made) {
            const auto asked = readAskedTraces(info(), *parsed, err, {{}, true});
            if (!asked.has_value())
                return asked.error();
            made = gridOfSpans(*asked, *parsed, shape);
        }
        if (!made->has_value()) {
            err << "tailspan heatmap: " << oneLine(made->error().text()) << '\n';
            return exitCodeFor(made->error());
        }
        if (asJson)
            workspace::writeHeatJson(out, (*made)->source, (*made)->grid);
        else
            printPicture(out, (*made)->source, (*made)->grid);
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
};

} // namespace

std::unique_ptr<Command> makeHeatmapCommand()
{
    return std::make_unique<HeatmapCommand>();
}

} // namespace tailspan::cli
