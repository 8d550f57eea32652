// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/graph_output.h"
#include "app/cli/source_arguments.h"
#include "app/cli/trace_arguments.h"
#include "app/meshfiles/mesh_file.h"
#include "models/base/number_text.h"

#include <iostream>

namespace tailspan::cli {

namespace {

class GraphCommand final : public Command {
public:
    CommandInfo info() const override
    {
        static const std::string kOptions =
            "  --mesh FILE       YAML or JSON that declares who calls whom: what was never seen, what is\n"
            "                    not declared. A line a service: `payment: {neighbors: [auth, orders]}`;\n"
            "                    the neighbor all-services is every other service\n"
            "  --json            machine-readable, see `tailspan help json`\n"
            "  --dot             for Graphviz\n"
            + std::string(kSourceHelp);
        return {"graph", "graph FILE...|--source S [--mesh FILE] [--json|--dot]",
                "Which service calls which, how often, how fast, how many fail; from files or live sources",
                kOptions.c_str(),
                "{services[{name, kind, spans, errors, selfNs, declared|null}],\n"
                " edges[{from, to, calls, errors, p50Ns|null, p95Ns|null, criticalNs, declared|null, observed}]}\n"
                "A call is a span whose parent belongs to another service, or one to a peer without spans.\n"
                "kind: service, database, cache, queue, external. criticalNs: on the critical paths of the traces, in\n"
                "the called service for these calls. declared: null where nothing declares calls. observed: false for\n"
                "what is only declared.\n"};
    }

    ExitCode run(const std::vector<std::string> &arguments, std::ostream &out, std::ostream &err) override
    {
        const Result<Arguments> parsed =
            parseArguments(arguments, traceOptions({{"--json", false}, {"--dot", false}, {"--mesh", true}}));
        if (!parsed.has_value())
            return wrongUsage(info(), err, parsed.error().message);
        if (parsed->options.contains("--json") && parsed->options.contains("--dot"))
            return wrongUsage(info(), err, "takes --json or --dot, not both");
        std::optional<graph::DeclaredMesh> mesh;
        if (const auto file = parsed->options.find("--mesh"); file != parsed->options.end()) {
            Result<graph::DeclaredMesh> read = meshfiles::readMeshFile(file->second);
            if (!read.has_value()) {
                err << "tailspan graph: " << oneLine(read.error().text()) << '\n';
                return ExitCode::InputUnreadable;
            }
            mesh = std::move(*read);
            for (const std::string &note : mesh->notes)
                err << "tailspan graph: " << oneLine(mesh->name + ": " + note) << '\n';
        }
        const auto asked = readAskedTraces(info(), *parsed, err);
        if (!asked.has_value())
            return asked.error();
        PrintedGraph printed{graphOf(*asked, err), std::nullopt};
        if (mesh)
            printed.mesh = graph::meshDifferenceOf(printed.graph, *mesh);
        if (parsed->options.contains("--json"))
            writeGraphJson(out, printed);
        else if (parsed->options.contains("--dot"))
            writeGraphDot(out, printed);
        else
            writeGraphTables(out, printed);
        return ExitCode::Fine;
    }

private:
    /// Nothing asks these to stop, which is the only way in which they fail.
    static graph::ServiceGraph graphOf(const AskedTraces &asked, std::ostream &err)
    {
        std::vector<TraceRow> rows(asked.rows.begin(), asked.rows.end());
        const trace::TraceSelection selection(*asked.snapshot, std::move(rows));
        Progress progress;
        const graph::ServiceFacts facts = graph::serviceFactsOf(*asked.snapshot, {}, progress).value();
        if (facts.unreadCount > 0)
            err << "tailspan graph: "
                << pluralText(facts.unreadCount, "outgoing call does not say whom it calls",
                              "outgoing calls do not say whom they call")
                << ": " << oneLine(facts.problem) << '\n';
        const trace::SpanTimes times = spanTimesOf(*asked.snapshot, selection, {}).value();
        graph::GraphOptions options;
        options.facts = &facts;
        return graph::serviceGraphOf(*asked.snapshot, selection, times, {}, options).value();
    }
};

} // namespace

std::unique_ptr<Command> makeGraphCommand()
{
    return std::make_unique<GraphCommand>();
}

} // namespace tailspan::cli
