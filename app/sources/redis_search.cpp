// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/redis_search.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace tailspan::sources {

namespace {

constexpr std::size_t kUsualBytes = 16 * 1024 * 1024;
constexpr std::size_t kMostBytes = 512 * 1024 * 1024;

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

void NewestRecords::add(const StoredRecordFields &fields, std::size_t list, std::string_view record)
{
    if (m_lines.capacity() < kUsualBytes)
        m_lines.reserve(kUsualBytes); // untouched memory costs nothing; growing by steps costs copies
    const std::size_t offset = m_lines.size();
    appendAsLine(m_lines, record);
    m_entries.push_back(
        {fields.endNs.value_or(std::numeric_limits<std::int64_t>::min()), list, offset, m_lines.size() - offset});
    // Cleaning up at twice the limit keeps the cost of each record constant.
    if (m_entries.size() >= 2 * std::max<std::size_t>(m_spanLimit, 1'000))
        keepNewest(m_spanLimit);
    else if (m_lines.size() > kMostBytes)
        keepNewest(m_entries.size() / 2);
}

void NewestRecords::keepNewest(std::size_t count)
{
    if (m_entries.size() <= count)
        return;
    m_isCut = true;
    std::sort(m_entries.begin(), m_entries.end(), [](const Entry &a, const Entry &b) {
        return a.endNs != b.endNs ? a.endNs > b.endNs : std::tie(a.list, a.offset) < std::tie(b.list, b.offset);
    });
    m_entries.resize(count);
    std::string kept;
    for (Entry &entry : m_entries) {
        const std::size_t offset = kept.size();
        kept.append(m_lines, entry.offset, entry.length);
        entry.offset = offset;
    }
    m_lines = std::move(kept);
}

std::string NewestRecords::takeLines()
{
    keepNewest(m_spanLimit);
    return std::move(m_lines);
}

} // namespace tailspan::sources
