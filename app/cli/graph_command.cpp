// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/source_arguments.h"
#include "app/cli/text_columns.h"
#include "app/cli/trace_arguments.h"
#include "app/json/json_writer.h"
#include "models/base/number_text.h"
#include "models/graph/service_graph.h"

#include <iostream>

namespace tailspan::cli {

namespace {

using graph::ServiceGraph;

double ratioOf(std::uint64_t part, std::uint64_t whole)
{
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void writeJson(std::ostream &out, const ServiceGraph &graph)
{
    json::JsonWriter json(out);
    json.beginObject();
    json.key("services");
    json.beginArray();
    for (const ServiceGraph::Node &node : graph.nodes) {
        json.beginObject();
        json.text("name", node.name);
        json.number("spans", node.totals.count);
        json.number("errors", node.totals.errorCount);
        json.number("selfNs", node.totals.selfNs);
        json.endObject();
    }
    json.endArray();
    json.key("edges");
    json.beginArray();
    for (const ServiceGraph::Edge &edge : graph.edges) {
        json.beginObject();
        json.text("from", graph.nodes[edge.from].name);
        json.text("to", graph.nodes[edge.to].name);
        json.number("calls", edge.totals.count);
        json.number("errors", edge.totals.errorCount);
        json.number("p50Ns", edge.totals.p50Ns);
        json.number("p95Ns", edge.totals.p95Ns);
        json.number("criticalNs", edge.criticalNs);
        json.optional("declared", std::optional<bool>()); // traces hold no declarations
        json.boolean("observed", true);
        json.endObject();
    }
    json.endArray();
    json.endObject();
    out << '\n';
}

/// A name as a quoted string of the DOT language, which knows the quote and the backslash only.
std::string quoted(std::string_view name)
{
    std::string text = "\"";
    for (const char c : oneLine(std::string(name))) {
        if (c == '"' || c == '\\')
            text += '\\';
        text += c;
    }
    return text + '"';
}

void writeDot(std::ostream &out, const ServiceGraph &graph)
{
    out << "digraph services {\n";
    for (const ServiceGraph::Node &node : graph.nodes)
        out << "  " << quoted(node.name) << ";\n";
    for (const ServiceGraph::Edge &edge : graph.edges) {
        std::string label = pluralText(edge.totals.count, "call", "calls");
        if (edge.totals.errorCount > 0)
            label += ", " + countText(edge.totals.errorCount) + " failed";
        label += ", p95 " + durationText(Duration(edge.totals.p95Ns));
        out << "  " << quoted(graph.nodes[edge.from].name) << " -> " << quoted(graph.nodes[edge.to].name)
            << " [label=" << quoted(label) << "];\n";
    }
    out << "}\n";
}

void printTables(std::ostream &out, const ServiceGraph &graph)
{
    using enum TextColumns::Align;
    out << "Services\n";
    TextColumns nodes({Left, Right, Right, Right});
    nodes.add({"service", "spans", "failed", "self time"});
    for (const ServiceGraph::Node &node : graph.nodes)
        nodes.add({oneLine(node.name), countText(node.totals.count), countText(node.totals.errorCount),
                   durationText(Duration(node.totals.selfNs))});
    nodes.write(out, 2);
    out << "\nCalls\n";
    if (graph.edges.empty()) {
        out << "  No service calls another one.\n";
        return;
    }
    TextColumns edges({Left, Left, Right, Right, Right, Right, Right});
    edges.add({"from", "to", "calls", "failed", "p50", "p95", "of the critical path"});
    for (const ServiceGraph::Edge &edge : graph.edges) {
        const double share =
            graph.criticalNs <= 0 ? 0 : static_cast<double>(edge.criticalNs) / static_cast<double>(graph.criticalNs);
        edges.add({oneLine(graph.nodes[edge.from].name), oneLine(graph.nodes[edge.to].name),
                   countText(edge.totals.count), percentText(ratioOf(edge.totals.errorCount, edge.totals.count)),
                   durationText(Duration(edge.totals.p50Ns)), durationText(Duration(edge.totals.p95Ns)),
                   percentText(share)});
    }
    edges.write(out, 2);
}

class GraphCommand final : public Command {
public:
    CommandInfo info() const override
    {
        static const std::string kOptions = "  --json            machine-readable, see `tailspan help json`\n"
                                            "  --dot             for Graphviz\n"
            + std::string(kSourceHelp);
        return {"graph", "graph FILE...|--source S [--json|--dot]",
                "Which service calls which, how often, how fast, how many fail; from files or live sources",
                kOptions.c_str(),
                "{services[{name, spans, errors, selfNs}],\n"
                " edges[{from, to, calls, errors, p50Ns, p95Ns, criticalNs, declared|null, observed}]}\n"
                "A call is a span whose parent belongs to another service. criticalNs: on the critical paths of the\n"
                "traces, in the called service for these calls. declared: null where nothing declares calls.\n"};
    }

    ExitCode run(const std::vector<std::string> &arguments, std::ostream &out, std::ostream &err) override
    {
        const Result<Arguments> parsed = parseArguments(arguments, traceOptions({{"--json", false}, {"--dot", false}}));
        if (!parsed.has_value())
            return wrongUsage(info(), err, parsed.error().message);
        if (parsed->options.contains("--json") && parsed->options.contains("--dot"))
            return wrongUsage(info(), err, "takes --json or --dot, not both");
        const auto asked = readAskedTraces(info(), *parsed, err);
        if (!asked.has_value())
            return asked.error();
        const ServiceGraph added = graphOf(*asked);
        if (parsed->options.contains("--json"))
            writeJson(out, added);
        else if (parsed->options.contains("--dot"))
            writeDot(out, added);
        else
            printTables(out, added);
        return ExitCode::Fine;
    }

private:
    static ServiceGraph graphOf(const AskedTraces &asked)
    {
        std::vector<TraceRow> rows(asked.rows.begin(), asked.rows.end());
        const trace::TraceSelection selection(*asked.snapshot, std::move(rows));
        // Nothing asks these to stop, which is the only way in which they fail.
        const trace::SpanTimes times = spanTimesOf(*asked.snapshot, selection, {}).value();
        return graph::serviceGraphOf(*asked.snapshot, selection, times, {}).value();
    }
};

} // namespace

std::unique_ptr<Command> makeGraphCommand()
{
    return std::make_unique<GraphCommand>();
}

} // namespace tailspan::cli
