// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/graph_output.h"

#include "app/cli/arguments.h"
#include "app/cli/text_columns.h"
#include "app/json/json_writer.h"
#include "models/base/number_text.h"

#include <ostream>

namespace tailspan::cli {

namespace {

using graph::MeshDifference;
using graph::NodeKind;
using graph::ServiceGraph;

double ratioOf(std::uint64_t part, std::uint64_t whole)
{
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Nothing where nobody declares anything, or nothing of this kind.
std::optional<bool> declaredOf(const std::vector<MeshDifference::State> *states, std::size_t index)
{
    if (states == nullptr || (*states)[index] == MeshDifference::State::Unjudged)
        return std::nullopt;
    return (*states)[index] == MeshDifference::State::Declared;
}

const char *kindWord(NodeKind kind)
{
    switch (kind) {
    case NodeKind::Database: return "database";
    case NodeKind::Cache: return "cache";
    case NodeKind::Queue: return "queue";
    case NodeKind::External: return "external";
    case NodeKind::Group: return "group";
    case NodeKind::Service: break;
    }
    return "service";
}

void writeServices(json::JsonWriter &json, const PrintedGraph &printed)
{
    json.key("services");
    json.beginArray();
    for (std::size_t i = 0; i < printed.graph.nodes.size(); ++i) {
        const ServiceGraph::Node &node = printed.graph.nodes[i];
        json.beginObject();
        json.text("name", node.name);
        json.text("kind", kindWord(node.kind));
        json.number("spans", node.totals.count);
        json.number("errors", node.totals.errorCount);
        json.number("selfNs", node.totals.selfNs);
        json.optional("declared", declaredOf(printed.mesh ? &printed.mesh->ofNode : nullptr, i));
        json.endObject();
    }
    for (std::size_t i = 0; printed.mesh && i < printed.mesh->missingServices.size(); ++i) {
        json.beginObject();
        json.text("name", printed.mesh->missingServices[i]);
        json.text("kind", kindWord(NodeKind::Service));
        json.number("spans", std::uint64_t{0});
        json.number("errors", std::uint64_t{0});
        json.number("selfNs", std::uint64_t{0});
        json.boolean("declared", true);
        json.endObject();
    }
    json.endArray();
}

void writeMissing(json::JsonWriter &json, const MeshDifference::Missing &missing)
{
    json.beginObject();
    json.text("from", missing.from);
    json.text("to", missing.to);
    json.number("calls", std::uint64_t{0});
    json.number("errors", std::uint64_t{0});
    json.optional("p50Ns", std::optional<std::int64_t>());
    json.optional("p95Ns", std::optional<std::int64_t>());
    json.number("criticalNs", std::uint64_t{0});
    json.boolean("declared", true);
    json.boolean("observed", false);
    json.endObject();
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

const char *shapeOf(NodeKind kind)
{
    switch (kind) {
    case NodeKind::Database: return "shape=cylinder";
    case NodeKind::Cache: return "shape=cylinder, style=dashed";
    case NodeKind::Queue: return "shape=parallelogram";
    case NodeKind::External: return "shape=ellipse, style=dashed";
    case NodeKind::Group: return "shape=box3d";
    case NodeKind::Service: break;
    }
    return "shape=box, style=rounded";
}

void printServices(std::ostream &out, const ServiceGraph &graph)
{
    using enum TextColumns::Align;
    out << "Services\n";
    TextColumns nodes({Left, Left, Right, Right, Right});
    nodes.add({"service", "kind", "spans", "failed", "self time"});
    for (const ServiceGraph::Node &node : graph.nodes)
        nodes.add({oneLine(node.name), kindWord(node.kind), countText(node.totals.count),
                   countText(node.totals.errorCount), durationText(Duration(node.totals.selfNs))});
    nodes.write(out, 2);
}

std::string declaredWord(const PrintedGraph &printed, std::size_t edge)
{
    const auto declared = declaredOf(printed.mesh ? &printed.mesh->ofEdge : nullptr, edge);
    return !declared ? "" : *declared ? "yes" : "no";
}

void printCalls(std::ostream &out, const PrintedGraph &printed)
{
    using enum TextColumns::Align;
    const ServiceGraph &graph = printed.graph;
    TextColumns edges({Left, Left, Right, Right, Right, Right, Right, Left});
    edges.add({"from", "to", "calls", "failed", "p50", "p95", "of the critical path", printed.mesh ? "declared" : ""});
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const ServiceGraph::Edge &edge = graph.edges[i];
        const double share =
            graph.criticalNs <= 0 ? 0 : static_cast<double>(edge.criticalNs) / static_cast<double>(graph.criticalNs);
        edges.add({oneLine(graph.nodes[edge.from].name), oneLine(graph.nodes[edge.to].name),
                   countText(edge.totals.count), percentText(ratioOf(edge.totals.errorCount, edge.totals.count)),
                   durationText(Duration(edge.totals.p50Ns)), durationText(Duration(edge.totals.p95Ns)),
                   percentText(share), declaredWord(printed, i)});
    }
    edges.write(out, 2);
}

void printMesh(std::ostream &out, const MeshDifference &mesh)
{
    using enum TextColumns::Align;
    out << "\nDeclared and never seen\n";
    if (mesh.missing.empty() && mesh.missingServices.empty())
        out << "  Every declared call was seen.\n";
    TextColumns missing({Left, Left});
    for (const MeshDifference::Missing &call : mesh.missing)
        missing.add({oneLine(call.from), oneLine(call.to)});
    missing.write(out, 2);
    for (const std::string &service : mesh.missingServices)
        out << "  " << oneLine(service) << " has no spans\n";
    for (const MeshDifference::CallsAll &all : mesh.callsAll)
        out << "  " << oneLine(all.name) << " may call all services and was seen to call " << countText(all.seen)
            << " of " << countText(all.others) << '\n';
}

} // namespace

void writeGraphJson(std::ostream &out, const PrintedGraph &printed)
{
    json::JsonWriter json(out);
    json.beginObject();
    writeServices(json, printed);
    json.key("edges");
    json.beginArray();
    for (std::size_t i = 0; i < printed.graph.edges.size(); ++i) {
        const ServiceGraph::Edge &edge = printed.graph.edges[i];
        json.beginObject();
        json.text("from", printed.graph.nodes[edge.from].name);
        json.text("to", printed.graph.nodes[edge.to].name);
        json.number("calls", edge.totals.count);
        json.number("errors", edge.totals.errorCount);
        json.number("p50Ns", edge.totals.p50Ns);
        json.number("p95Ns", edge.totals.p95Ns);
        json.number("criticalNs", edge.criticalNs);
        json.optional("declared", declaredOf(printed.mesh ? &printed.mesh->ofEdge : nullptr, i));
        json.boolean("observed", true);
        json.endObject();
    }
    for (std::size_t i = 0; printed.mesh && i < printed.mesh->missing.size(); ++i)
        writeMissing(json, printed.mesh->missing[i]);
    json.endArray();
    json.endObject();
    out << '\n';
}

void writeGraphDot(std::ostream &out, const PrintedGraph &printed)
{
    const ServiceGraph &graph = printed.graph;
    out << "digraph services {\n";
    for (const ServiceGraph::Node &node : graph.nodes)
        out << "  " << quoted(node.name) << " [" << shapeOf(node.kind) << "];\n";
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const ServiceGraph::Edge &edge = graph.edges[i];
        std::string label = pluralText(edge.totals.count, "call", "calls");
        if (edge.totals.errorCount > 0)
            label += ", " + countText(edge.totals.errorCount) + " failed";
        label += ", p95 " + durationText(Duration(edge.totals.p95Ns));
        const bool isUndeclared = printed.mesh && printed.mesh->ofEdge[i] == MeshDifference::State::Undeclared;
        if (isUndeclared)
            label += ", not declared";
        out << "  " << quoted(graph.nodes[edge.from].name) << " -> " << quoted(graph.nodes[edge.to].name)
            << " [label=" << quoted(label) << (isUndeclared ? ", style=bold" : "") << "];\n";
    }
    for (std::size_t i = 0; printed.mesh && i < printed.mesh->missing.size(); ++i)
        out << "  " << quoted(printed.mesh->missing[i].from) << " -> " << quoted(printed.mesh->missing[i].to)
            << " [label=\"declared, never seen\", style=dashed];\n";
    out << "}\n";
}

void writeGraphTables(std::ostream &out, const PrintedGraph &printed)
{
    printServices(out, printed.graph);
    out << "\nCalls\n";
    if (printed.graph.edges.empty())
        out << "  No service calls another one.\n";
    else
        printCalls(out, printed);
    if (printed.mesh)
        printMesh(out, *printed.mesh);
}

} // namespace tailspan::cli
