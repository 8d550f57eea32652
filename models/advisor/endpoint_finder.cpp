// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/endpoint_finder.h"

#include <algorithm>

namespace tailspan::advisor {

namespace {

using trace::SpanKind;
using trace::SpanTable;

bool isEntry(const SpanTable &spans, std::uint32_t row)
{
    const std::uint32_t parent = spans.parent[row];
    return parent == SpanRow::kNone || spans.kind[row] == SpanKind::Server || spans.kind[row] == SpanKind::Consumer
        || spans.service[parent] != spans.service[row];
}

} // namespace

EndpointFinder::EndpointFinder(const trace::TraceSnapshot &snapshot) : m_spans(snapshot.spans())
{
    for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
        const std::uint32_t number = m_numbers.numberOf(EndpointKey::of(m_spans, row).number());
        if (number == m_counts.size())
            m_counts.push_back(0);
        ++m_counts[number];
    }
}

std::uint32_t EndpointFinder::countOf(EndpointKey operation) const
{
    const std::uint32_t number = m_numbers.find(operation.number());
    return number == KeyNumbers::kNone ? 0 : m_counts[number];
}

EndpointKey EndpointFinder::endpointOf(std::uint32_t row, std::uint32_t fewest) const
{
    EndpointKey root = EndpointKey::of(m_spans, row);
    EndpointKey found;
    for (std::uint32_t at = row; at != SpanRow::kNone; at = m_spans.parent[at]) {
        if (!isEntry(m_spans, at))
            continue;
        root = EndpointKey::of(m_spans, at);
        if (countOf(root) >= fewest)
            found = root;
        if ((m_spans.marks[at] & trace::kMarkAsynchronous) != 0)
            break; // nobody above waits for it
    }
    return found == EndpointKey() ? root : found;
}

EndpointKey EndpointFinder::endpointOfMost(std::span<const std::uint32_t> rows) const
{
    constexpr std::size_t kLooked = 300;
    const std::size_t looked = std::min(rows.size(), kLooked);
    std::vector<std::pair<EndpointKey, std::uint32_t>> votes;
    for (std::size_t i = 0; i < looked; ++i) {
        const EndpointKey key = endpointOf(rows[i * rows.size() / looked]);
        const auto known = std::ranges::find(votes, key, [](const auto &vote) { return vote.first; });
        if (known == votes.end())
            votes.emplace_back(key, 1);
        else
            ++known->second;
    }
    const auto most = std::ranges::max_element(votes, {}, [](const auto &vote) { return vote.second; });
    return most == votes.end() ? EndpointKey() : most->first;
}

std::uint32_t EndpointFinder::requestOf(std::uint32_t row, EndpointKey endpoint) const
{
    std::uint32_t found = row;
    for (std::uint32_t at = row; at != SpanRow::kNone; at = m_spans.parent[at]) {
        if (EndpointKey::of(m_spans, at) == endpoint)
            found = at;
    }
    return found;
}

} // namespace tailspan::advisor
