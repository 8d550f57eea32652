// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/edge_store.h"

#include <optional>

namespace tailspan::workspace {

bool canCountCalls(const sources::SourceSet &stores)
{
    for (std::size_t i = 0; i < stores.size(); ++i) {
        if (stores.canAggregate(i))
            return true;
    }
    return false;
}

Result<graph::ServiceMap> callsOfStore(sources::SourceSet &stores, const trace::TraceQuery &query,
                                       const graph::DeclaredMesh *mesh, const std::stop_token &stop, Progress &progress)
{
    std::optional<Error> problem;
    std::vector<std::string> notes;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        if (!stores.canAggregate(i))
            continue;
        Result<sources::Aggregate> answer =
            stores.aggregate(i, sources::AggregateKind::Edges, query, 0, stop, progress);
        if (!answer.has_value()) {
            if (answer.error().code == ErrorCode::Cancelled)
                return tl::unexpected<Error>(answer.error());
            notes.push_back(stores.thread(i).name() + " did not count: " + answer.error().text());
            if (!problem)
                problem = answer.error();
            continue;
        }
        std::vector<graph::CountedCalls> counted;
        for (sources::EdgeRow &edge : answer->edges)
            counted.push_back(
                {std::move(edge.from), std::move(edge.to), edge.calls, edge.errors, std::move(edge.bands)});
        graph::ServiceMap map =
            graph::serviceMapOfCounts(counted, sources::latencyBoundsNs(), query.range.value_or(TimeRange()), mesh);
        map.source = stores.thread(i).name();
        map.isComplete = answer->isComplete;
        map.notes = std::move(notes);
        return map;
    }
    if (problem)
        return tl::unexpected<Error>(std::move(*problem));
    return fail(ErrorCode::Unsupported, "None of the connected stores counts calls by itself.");
}

} // namespace tailspan::workspace
