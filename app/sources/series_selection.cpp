// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/series_selection.h"

#include <algorithm>
#include <cmath>

namespace tailspan::sources {

bool SeriesSelection::isLarger(const Kept &a, const Kept &b)
{
    return a.size != b.size ? a.size > b.size : a.order < b.order;
}

void SeriesSelection::add(metric::MetricSeries series, const std::function<metric::Labels()> &labels)
{
    double size = 0;
    for (const double value : series.values)
        size += std::isnan(value) ? 0 : std::abs(value);
    Kept added{size, m_total++, std::move(series)};
    if (m_kept.size() >= m_limit && (m_kept.empty() || !isLarger(added, m_kept.front()))) {
        addToRest(added.series);
        return;
    }
    added.series.labels = labels();
    m_kept.push_back(std::move(added));
    std::push_heap(m_kept.begin(), m_kept.end(), isLarger);
    if (m_kept.size() <= m_limit)
        return;
    std::pop_heap(m_kept.begin(), m_kept.end(), isLarger);
    addToRest(m_kept.back().series);
    m_kept.pop_back();
}

void SeriesSelection::addToRest(const metric::MetricSeries &series)
{
    ++m_inRest;
    // The times of both rise: walking along costs less than looking each one up.
    auto at = m_rest.begin();
    for (std::size_t i = 0; i < series.values.size(); ++i) {
        if (std::isnan(series.values[i]))
            continue;
        if (i == 0)
            at = m_rest.lower_bound(series.timesNs[i]);
        while (at != m_rest.end() && at->first < series.timesNs[i])
            ++at;
        if (at == m_rest.end() || at->first != series.timesNs[i])
            at = m_rest.emplace_hint(at, series.timesNs[i], 0.0);
        at->second += series.values[i];
    }
}

void SeriesSelection::finish(metric::MetricAnswer &answer)
{
    std::sort(m_kept.begin(), m_kept.end(), isLarger);
    for (Kept &kept : m_kept)
        answer.series.push_back(std::move(kept.series));
    for (const auto &[time, value] : m_rest) {
        answer.rest.timesNs.push_back(time);
        answer.rest.values.push_back(value);
    }
    answer.seriesTotal += m_total;
    answer.seriesInRest = m_inRest;
}

} // namespace tailspan::sources
