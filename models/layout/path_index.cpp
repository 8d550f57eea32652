// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/path_index.h"

#include <algorithm>

namespace tailspan::layout {

PathIndex::PathIndex(std::vector<PathSegment> segments) : m_bySpan(std::move(segments))
{
    std::erase_if(m_bySpan, [](const PathSegment &segment) { return segment.end <= segment.begin; });
    m_byTime = m_bySpan;
    std::ranges::sort(m_bySpan, [](const PathSegment &a, const PathSegment &b) {
        return a.span != b.span ? a.span < b.span : a.begin < b.begin;
    });
    std::ranges::sort(m_byTime, {}, &PathSegment::begin);
    std::vector<Rows> level;
    for (const PathSegment &segment : m_byTime) {
        m_latestEnd.push_back(m_latestEnd.empty() ? segment.end : std::max(m_latestEnd.back(), segment.end));
        level.push_back({segment.span.value(), segment.span.value()});
    }
    while (level.size() > 1) {
        std::vector<Rows> above((level.size() + kFanOut - 1) / kFanOut);
        for (std::size_t i = 0; i < level.size(); ++i) {
            Rows &rows = above[i / kFanOut];
            rows = {std::min(rows.least, level[i].least), std::max(rows.most, level[i].most)};
        }
        m_levels.push_back(std::move(level));
        level = std::move(above);
    }
    m_levels.push_back(std::move(level));
}

std::span<const PathSegment> PathIndex::of(SpanRow span) const
{
    const auto begin = std::ranges::lower_bound(m_bySpan, span, {}, &PathSegment::span);
    const auto end = std::ranges::upper_bound(m_bySpan, span, {}, &PathSegment::span);
    return {begin, end};
}

std::uint32_t PathIndex::nextOf(std::uint32_t place, std::uint32_t firstRow, std::uint32_t endRow) const
{
    const auto count = static_cast<std::uint32_t>(m_byTime.size());
    std::size_t level = 0;
    std::uint32_t at = place;
    // Up while nothing fits, over whole groups at once; down into the first group that may hold one.
    while (at < m_levels[level].size()) {
        const Rows &rows = m_levels[level][at];
        const bool mayFit = rows.least < endRow && rows.most >= firstRow;
        if (mayFit && level == 0)
            return at;
        if (mayFit) {
            --level;
            at *= kFanOut;
            continue;
        }
        ++at;
        while (at % kFanOut == 0 && level + 1 < m_levels.size() && at < m_levels[level].size()) {
            at /= kFanOut;
            ++level;
        }
    }
    return count;
}

const PathSegment *PathIndex::firstAfter(TimePoint moment, std::uint32_t firstRow, std::uint32_t endRow) const
{
    const auto from = std::ranges::upper_bound(m_latestEnd, moment);
    auto place = static_cast<std::uint32_t>(from - m_latestEnd.begin());
    for (place = nextOf(place, firstRow, endRow); place < m_byTime.size();
         place = nextOf(place + 1, firstRow, endRow)) {
        if (m_byTime[place].end > moment) // else a longer piece before it, of other rows, reaches over the moment
            return &m_byTime[place];
    }
    return nullptr;
}

} // namespace tailspan::layout
