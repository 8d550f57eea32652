// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/source_arguments.h"
#include "app/cli/trace_arguments.h"
#include "app/json/json_writer.h"
#include "models/base/number_text.h"
#include "models/trace/critical_path.h"
#include "models/trace/mark_names.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <map>

namespace tailspan::cli {

namespace {

using trace::TraceSnapshot;
using trace::TraceSummary;

std::string_view originText(trace::ParentOrigin origin)
{
    switch (origin) {
    case trace::ParentOrigin::Root: return "root";
    case trace::ParentOrigin::Recorded: return "recorded";
    case trace::ParentOrigin::Inferred: return "inferred";
    }
    return "";
}

/// Ledger entries by trace, in one pass.
std::map<std::uint32_t, std::vector<const trace::Repair *>> repairsByTrace(const TraceSnapshot &snapshot)
{
    std::map<std::uint32_t, std::vector<const trace::Repair *>> result;
    for (const trace::Repair &repair : snapshot.ledger().entries())
        result[snapshot.spans().trace[repair.row.value()]].push_back(&repair);
    return result;
}

std::string formatsOf(const TraceSnapshot &snapshot)
{
    std::string formats;
    for (const trace::TraceInput &input : snapshot.inputs()) {
        if (formats.find(input.format) == std::string::npos)
            formats += (formats.empty() ? "" : ", ") + input.format;
    }
    return formats;
}

void writeRepairs(json::JsonWriter &json, const TraceSnapshot &snapshot,
                  const std::vector<const trace::Repair *> &repairs)
{
    json.key("repairs");
    json.beginArray();
    for (const trace::Repair *repair : repairs) {
        json.beginObject();
        json.text("kind", trace::repairKindId(repair->kind));
        json.text("spanId", snapshot.spanIdText(repair->row));
        json.text("detail", trace::repairText(snapshot, *repair));
        json.endObject();
    }
    json.endArray();
}

void writeSpans(json::JsonWriter &json, const TraceSnapshot &snapshot, const TraceSummary &trace,
                const trace::CriticalPath &path)
{
    const trace::SpanTable &spans = snapshot.spans();
    const std::vector<bool> onPath = path.rowsOnPath(snapshot, trace);
    const std::vector<std::int64_t> self = trace::selfTimesNs(snapshot, trace);
    json.key("spans");
    json.beginArray();
    for (std::uint32_t i = 0; i < trace.spanCount; ++i) {
        const SpanRow row(trace.firstRow + i);
        json.beginObject();
        json.text("spanId", snapshot.spanIdText(row));
        json.text("recordedParentId", snapshot.recordedParentText(row));
        json.text("parentId", spans.isRoot(row) ? std::string() : snapshot.spanIdText(spans.parentOf(row)));
        json.text("parentOrigin", originText(snapshot.parentOrigin(row)));
        json.key("confidence");
        if (spans.isRoot(row))
            json.null();
        else
            json.number(std::round(static_cast<double>(snapshot.parentConfidence(row)) * 1e4) / 1e4);
        json.text("service", snapshot.serviceOf(row));
        json.text("operation", snapshot.operationOf(row));
        json.number("startNs", spans.startNs[row.value()]);
        json.number("durationNs", spans.durationNs[row.value()]);
        json.number("selfNs", self[i]);
        json.number("depth", spans.depth[row.value()]);
        json.boolean("onCriticalPath", onPath[i]);
        json.boolean("error", spans.isError(row));
        json.key("marks");
        json.beginArray();
        for (const std::string_view name : trace::markNames(spans.marks[row.value()]))
            json.text(name);
        json.endArray();
        json.endObject();
    }
    json.endArray();
}

void writeNotes(json::JsonWriter &json, const TraceSnapshot &snapshot)
{
    json.key("notes");
    json.beginArray();
    for (const trace::TraceInput &input : snapshot.inputs()) {
        for (const std::string &line : input.quality.lines())
            json.text(input.name + ": " + line);
        for (const std::string &note : input.notes)
            json.text(input.name + ": " + note);
    }
    json.endArray();
}

void writeJson(std::ostream &out, const TraceSnapshot &snapshot, const std::vector<std::uint32_t> &rows, bool withSpans)
{
    const auto repairs = repairsByTrace(snapshot);
    json::JsonWriter json(out);
    json.beginObject();
    json.text("format", formatsOf(snapshot));
    json.boolean("complete",
                 std::all_of(snapshot.inputs().begin(), snapshot.inputs().end(),
                             [](const trace::TraceInput &input) { return input.isComplete; }));
    writeNotes(json, snapshot);
    json.key("traces");
    json.beginArray();
    for (const std::uint32_t t : rows) {
        const TraceSummary &trace = snapshot.traces()[t];
        const trace::CriticalPath path = trace::criticalPathOf(snapshot, trace);
        json.beginObject();
        json.text("traceId", snapshot.traceIdText(trace));
        json.number("spanCount", trace.spanCount);
        json.number("rootCount", trace.rootCount);
        json.number("startNs", trace.startNs);
        json.number("durationNs", trace.durationNs);
        json.key("services");
        json.beginArray();
        for (const std::uint32_t service : snapshot.servicesOf(trace))
            json.text(snapshot.serviceName(ServiceId(service)));
        json.endArray();
        json.number("errorCount", trace.errorCount);
        json.number("criticalPathNs", path.lengthNs);
        const auto found = repairs.find(t);
        writeRepairs(json, snapshot, found == repairs.end() ? std::vector<const trace::Repair *>() : found->second);
        if (withSpans)
            writeSpans(json, snapshot, trace, path);
        json.endObject();
    }
    json.endArray();
    json.endObject();
}

/// Moved to the right in a column of `width` characters; setw would count the bytes of "µs".
std::string rightAligned(const std::string &text, std::size_t width)
{
    const auto isFirstByte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    const auto length = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), isFirstByte));
    return std::string(width - std::min(width, length), ' ') + text;
}

void printTree(std::ostream &out, const TraceSnapshot &snapshot, const TraceSummary &trace)
{
    constexpr std::uint32_t kDeepestIndent = 40;
    const trace::SpanTable &spans = snapshot.spans();
    const std::vector<bool> onPath = trace::criticalPathOf(snapshot, trace).rowsOnPath(snapshot, trace);
    for (std::uint32_t i = 0; i < trace.spanCount; ++i) {
        const SpanRow row(trace.firstRow + i);
        const std::string offset = durationText(spans.start(row) - TimePoint(trace.startNs));
        out << rightAligned(offset, 10) << "  " << rightAligned(durationText(spans.duration(row)), 10) << "  "
            << (onPath[i] ? "* " : "  ") << std::string(2 * std::min(spans.depth[row.value()], kDeepestIndent), ' ')
            << oneLine(snapshot.serviceOf(row)) << "  " << oneLine(snapshot.operationOf(row))
            << (spans.isError(row) ? "  ERROR" : "");
        if (snapshot.parentOrigin(row) == trace::ParentOrigin::Inferred)
            out << "  (parent inferred, " << decimalText(static_cast<double>(snapshot.parentConfidence(row))) << ")";
        out << '\n';
    }
}

void printList(std::ostream &out, const TraceSnapshot &snapshot, const std::vector<std::uint32_t> &rows)
{
    out << std::left << std::setw(26) << "start (UTC)" << std::right << std::setw(11) << "duration" << std::setw(9)
        << "spans" << std::setw(8) << "errors" << std::setw(9) << "repairs"
        << "  trace\n";
    for (const std::uint32_t t : rows) {
        const TraceSummary &trace = snapshot.traces()[t];
        out << std::left << std::setw(26) << isoText(TimePoint(trace.startNs)) << std::right
            << rightAligned(durationText(Duration(trace.durationNs)), 11) << std::setw(9) << countText(trace.spanCount)
            << std::setw(8) << countText(trace.errorCount) << std::setw(9) << countText(trace.repairCount) << "  "
            << oneLine(snapshot.traceIdText(trace)) << "  " << oneLine(snapshot.serviceOf(SpanRow(trace.rootRow)))
            << "  " << oneLine(snapshot.operationOf(SpanRow(trace.rootRow))) << '\n';
    }
}

void printInputs(std::ostream &out, const TraceSnapshot &snapshot)
{
    for (const trace::TraceInput &input : snapshot.inputs()) {
        out << oneLine(input.name) << ": " << input.format;
        if (input.sizeBytes > 0)
            out << ", " << bytesText(input.sizeBytes);
        out << ", " << pluralText(input.spanCount, "span", "spans") << '\n';
        for (const std::string &line : input.quality.lines())
            out << "  " << line << '\n';
    }
    out << pluralText(snapshot.traces().size(), "trace", "traces") << ", "
        << pluralText(snapshot.spans().size(), "span", "spans") << ", "
        << pluralText(snapshot.serviceCount(), "service", "services") << ", "
        << pluralText(snapshot.ledger().repairCount(), "repair", "repairs") << '\n';
    for (std::size_t kind = 0; kind < trace::kRepairKindCount; ++kind) {
        const auto repairKind = static_cast<trace::RepairKind>(kind);
        if (const std::uint64_t count = snapshot.ledger().count(repairKind); count > 0)
            out << "  " << std::setw(9) << countText(count) << "  " << trace::repairKindTitle(repairKind) << '\n';
    }
    out << '\n';
}

class TraceCommand final : public Command {
public:
    CommandInfo info() const override
    {
        static const std::string kOptions = "  --id ID           only this trace, with its spans\n"
                                            "  --json            machine-readable, see `tailspan help json`\n"
            + std::string(kSourceHelp);
        return {
            "trace", "trace FILE...|--source S [--id ID] [--json]",
            "List the traces of files or live sources with repairs and critical paths; with --id the spans of one",
            kOptions.c_str(),
            "{format, complete, notes[], traces[{traceId, spanCount, rootCount, startNs, durationNs, services[],\n"
            " errorCount, criticalPathNs, repairs[{kind, spanId, detail}]}]}\n"
            "With --id each trace also has spans[{spanId, recordedParentId, parentId, parentOrigin, confidence|null,\n"
            " service, operation, startNs, durationNs, selfNs, depth, onCriticalPath, error, marks[]}]\n"
            "parentOrigin: recorded | inferred | root. confidence: 1 for recorded, below 1 for inferred, null for "
            "roots.\n"
            "Spans stand in tree order. Times are nanoseconds since the epoch, UTC.\n"};
    }

    ExitCode run(const std::vector<std::string> &arguments, std::ostream &out, std::ostream &err) override
    {
        const Result<Arguments> parsed = parseArguments(arguments, traceOptions({{"--id", true}, {"--json", false}}));
        if (!parsed.has_value())
            return wrongUsage(info(), err, parsed.error().message);
        const auto id = parsed->options.find("--id");
        const bool withSpans = id != parsed->options.end();
        auto asked = readAskedTraces(info(), *parsed, err, {withSpans ? id->second : std::string(), false});
        if (!asked.has_value())
            return asked.error();
        if (withSpans) {
            const auto found = asked->snapshot->findTrace(id->second);
            if (!found) {
                err << "tailspan trace: there is no trace " << oneLine(id->second)
                    << (parsed->files.empty() ? " in the sources" : " in the files")
                    << "; run without --id for a list\n";
                return ExitCode::InputUnreadable;
            }
            asked->rows = {found->value()};
        }
        show(*asked, parsed->options.contains("--json"), withSpans, out);
        return ExitCode::Fine;
    }

private:
    static void show(const AskedTraces &asked, bool asJson, bool withSpans, std::ostream &out)
    {
        if (asJson)
            return writeJson(out, *asked.snapshot, asked.rows, withSpans);
        printInputs(out, *asked.snapshot);
        printList(out, *asked.snapshot, asked.rows);
        if (withSpans)
            printTree(out, *asked.snapshot, asked.snapshot->traces()[asked.rows.front()]);
    }
};

} // namespace

std::unique_ptr<Command> makeTraceCommand()
{
    return std::make_unique<TraceCommand>();
}

} // namespace tailspan::cli
