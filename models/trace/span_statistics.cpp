// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_statistics.h"

#include "models/trace/endpoints.h"

namespace tailspan::trace {

namespace {

std::int64_t saturatingSum(const std::vector<std::int64_t> &values)
{
    std::int64_t sum = 0;
    for (const std::int64_t value : values)
        sum = saturatingAdd(sum, value);
    return sum;
}

} // namespace

SpanGrouping groupedByService(const TraceSnapshot &snapshot, const TraceSelection &selection)
{
    const Endpoints endpoints = Endpoints::of(snapshot, selection);
    SpanGrouping grouping;
    std::vector<std::uint32_t> groupOfService(snapshot.serviceCount(), SpanGroups::kNoGroup);
    std::vector<std::uint32_t> groupOfEndpoint(endpoints.count());
    for (std::uint32_t endpoint = 0; endpoint < endpoints.count(); ++endpoint) {
        std::uint32_t &group = groupOfService[endpoints.service(endpoint).value()];
        if (group == SpanGroups::kNoGroup) {
            group = static_cast<std::uint32_t>(grouping.names.size());
            grouping.names.emplace_back(snapshot.serviceName(endpoints.service(endpoint)));
        }
        groupOfEndpoint[endpoint] = group;
    }
    grouping.groupOf.reserve(selection.spanCount());
    for (const std::uint32_t endpoint : endpoints.ofPosition)
        grouping.groupOf.push_back(groupOfEndpoint[endpoint]);
    return grouping;
}

SpanGrouping groupedByOperation(const TraceSnapshot &snapshot, const TraceSelection &selection)
{
    Endpoints endpoints = Endpoints::of(snapshot, selection);
    SpanGrouping grouping;
    for (std::uint32_t endpoint = 0; endpoint < endpoints.count(); ++endpoint) {
        grouping.names.push_back(std::string(snapshot.serviceName(endpoints.service(endpoint))) + " "
                                 + std::string(snapshot.operationName(endpoints.operation(endpoint))));
    }
    grouping.groupOf = std::move(endpoints.ofPosition);
    return grouping;
}

Result<SpanStatistics> statisticsOf(const TraceSnapshot &snapshot, const TraceSelection &selection,
                                    const SpanTimes &times, const SpanGrouping &grouping, const std::stop_token &stop)
{
    const auto groupCount = static_cast<std::uint32_t>(grouping.names.size());
    const SpanGroups groups = SpanGroups::of(grouping.groupOf, groupCount);
    SpanStatistics statistics;
    statistics.groups.resize(groupCount);
    TS_CHECK(setTotals(snapshot, selection, times, groups, stop,
                       [&](std::uint32_t group) -> SpanTotals & { return statistics.groups[group]; }));
    statistics.ungroupedCount = selection.spanCount() - static_cast<std::uint32_t>(groups.positions.size());
    statistics.criticalNs = saturatingSum(times.criticalNs);
    statistics.selfNs = saturatingSum(times.selfNs);
    return statistics;
}

} // namespace tailspan::trace
