// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/redis_search.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace tailspan::sources {

namespace {

std::int64_t valueOf(const TraceHit &hit, trace::TraceOrder order)
{
    return order == trace::TraceOrder::Newest ? hit.newestEndNs : hit.longestNs;
}

/// Before in the order: the larger value, then the smaller id.
bool isBefore(std::int64_t value, const std::string &id, std::int64_t otherValue, const std::string &otherId)
{
    return value != otherValue ? value > otherValue : id < otherId;
}

} // namespace

void RedisHits::add(const StoredRecordFields &fields)
{
    const std::int64_t endNs = fields.endNs.value_or(std::numeric_limits<std::int64_t>::min());
    const auto [found, isNew] = m_hits.try_emplace(fields.traceId, TraceHit{fields.traceId, 0, endNs, 0});
    TraceHit &hit = found->second;
    ++hit.fittingSpans;
    hit.newestEndNs = std::max(hit.newestEndNs, endNs);
    hit.longestNs = std::max(hit.longestNs, fields.durationNs.value_or(0));
}

SearchPage RedisHits::page(const trace::TraceQuery &query) const
{
    SearchPage page;
    for (const auto &[id, hit] : m_hits) {
        const bool isAfter = !query.after
            || isBefore(query.after->value, query.after->traceId, valueOf(hit, query.order), id);
        if (isAfter && !id.empty())
            page.hits.push_back(hit);
    }
    const auto before = [&](const TraceHit &a, const TraceHit &b) {
        return isBefore(valueOf(a, query.order), a.traceId, valueOf(b, query.order), b.traceId);
    };
    std::sort(page.hits.begin(), page.hits.end(), before);
    if (page.hits.size() > query.traceLimit) {
        page.hits.resize(query.traceLimit);
        if (!page.hits.empty())
            page.next = trace::PageEnd{valueOf(page.hits.back(), query.order), page.hits.back().traceId};
    }
    return page;
}

void appendAsLine(std::string &lines, std::string_view record)
{
    const std::size_t begin = lines.size();
    lines += record;
    for (const char end : {'\n', '\r'}) {
        for (std::size_t at = begin; (at = lines.find(end, at)) != std::string::npos;)
            lines[at] = ' ';
    }
    lines += '\n';
}

void NewestSpans::add(const StoredRecordFilter &record, std::size_t list)
{
    m_spans.count(record.oddBytes());
    if (!m_spans.add(record.index()))
        return;
    m_entries.push_back(
        {record.fields().endNs.value_or(std::numeric_limits<std::int64_t>::min()), list, m_entries.size()});
    // Cleaning up at twice the limit keeps the cost of each record constant.
    if (m_entries.size() >= 2 * std::max<std::size_t>(m_spanLimit, 1'000))
        keepNewest();
}

void NewestSpans::keepNewest()
{
    if (m_entries.size() <= m_spanLimit)
        return;
    m_isCut = true;
    std::sort(m_entries.begin(), m_entries.end(), [](const Entry &a, const Entry &b) {
        return a.endNs != b.endNs ? a.endNs > b.endNs : std::tie(a.list, a.number) < std::tie(b.list, b.number);
    });
    m_entries.resize(m_spanLimit);
    std::vector<std::size_t> numbers;
    for (Entry &entry : m_entries) {
        numbers.push_back(entry.number);
        entry.number = numbers.size() - 1;
    }
    m_spans.keep(numbers);
}

void NewestSpans::addTo(trace::TraceBuilder &builder, std::uint16_t input)
{
    keepNewest();
    m_spans.addTo(builder, input);
}

} // namespace tailspan::sources
