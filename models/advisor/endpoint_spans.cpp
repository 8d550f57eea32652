// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/endpoint_spans.h"

#include "models/base/key_numbers.h"

#include <algorithm>
#include <array>

namespace tailspan::advisor {

namespace {

/// Stores that keep no kinds have a span a request; it is called from another service.
bool answersSomebody(const trace::SpanTable &spans, std::uint32_t row)
{
    if (spans.isRoot(SpanRow(row)) || spans.kind[row] == trace::SpanKind::Server)
        return true;
    return spans.kind[row] == trace::SpanKind::Unspecified && spans.service[spans.parent[row]] != spans.service[row];
}

} // namespace

// The target's collector keeps what a span says of its process below "metadata".
std::string_view withoutStore(std::string_view attribute)
{
    constexpr std::string_view kBelow = "metadata.";
    return attribute.starts_with(kBelow) ? attribute.substr(kBelow.size()) : attribute;
}

std::vector<EndpointSpans> endpointsOf(const trace::TraceSnapshot &snapshot, const std::stop_token &stop)
{
    const trace::SpanTable &spans = snapshot.spans();
    std::vector<EndpointSpans> endpoints;
    KeyNumbers numbers;
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if (row % 4096 == 0 && stop.stop_requested())
            return {};
        if (!answersSomebody(spans, row))
            continue;
        const std::uint32_t number = numbers.numberOf(pairKey(spans.service[row], spans.operation[row]));
        if (number == endpoints.size())
            endpoints.push_back({ServiceId(spans.service[row]), OperationId(spans.operation[row]), {}, 0});
        endpoints[number].rows.push_back(row);
        endpoints[number].totalMs += static_cast<double>(spans.durationNs[row]) / 1e6;
    }
    std::ranges::stable_sort(endpoints, std::ranges::greater(), &EndpointSpans::totalMs);
    return endpoints;
}

std::vector<std::uint32_t> thinned(const std::vector<std::uint32_t> &rows, std::size_t most)
{
    if (rows.size() <= most)
        return rows;
    std::vector<std::uint32_t> kept;
    kept.reserve(most);
    for (std::size_t i = 0; i < most; ++i)
        kept.push_back(rows[i * rows.size() / most]);
    return kept;
}

double hoursOf(const trace::TraceSnapshot &snapshot)
{
    constexpr double kNsPerHour = 3600e9;
    constexpr double kLeast = 1.0 / 60;
    return std::max(static_cast<double>(snapshot.range().length().ns()) / kNsPerHour, kLeast);
}

void visitAttributesOf(const trace::TraceSnapshot &snapshot, const std::vector<std::uint32_t> &rows,
                       const std::stop_token &stop, const trace::RowAttributesVisitor &visit)
{
    const trace::SpanTable &spans = snapshot.spans();
    const auto passOver = [](std::uint64_t, const Error &) {};
    std::vector<std::uint32_t> sorted = rows;
    std::ranges::sort(sorted, {},
                      [&](std::uint32_t row) { return std::pair(spans.file[row], spans.recordOffset[row]); });
    for (std::size_t begin = 0; begin < sorted.size();) { // by input: each is asked on its own
        std::size_t end = begin;
        while (end < sorted.size() && spans.file[sorted[end]] == spans.file[sorted[begin]])
            ++end;
        const std::span part = std::span(sorted).subspan(begin, end - begin);
        Progress progress;
        if (hasStoredRecords(snapshot.inputs()[spans.file[sorted[begin]]]))
            visitRowAttributes(snapshot, part, stop, visit, passOver);
        else
            visitStoreAttributes(snapshot, part, stop, progress, visit, passOver);
        begin = end;
    }
}

bool isVersionName(std::string_view attribute)
{
    attribute = withoutStore(attribute);
    static constexpr std::array<std::string_view, 7> kNames = {
        "service.version", "version", "app.version", "deployment.version", "git.commit", "git.sha", "release"};
    return std::ranges::find(kNames, attribute) != kNames.end();
}

bool isInstanceName(std::string_view attribute)
{
    attribute = withoutStore(attribute);
    static constexpr std::array<std::string_view, 14> kNames = {
        "k8s.pod.name",  "k8s.pod.uid", "pod",      "pod.name",    "host.name",           "hostname",
        "host.id",       "host",        "instance", "instance.id", "service.instance.id", "container.id",
        "k8s.node.name", "node"};
    return isVersionName(attribute) || std::ranges::find(kNames, attribute) != kNames.end();
}

} // namespace tailspan::advisor
