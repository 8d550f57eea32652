// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/metric_histories.h"

#include "models/base/hash.h"

namespace tailspan::test {

HistoryMaker::HistoryMaker(std::size_t steps, std::int64_t stepSeconds)
{
    constexpr std::int64_t kBeginNs = 1'700'000'100'000'000'000;
    const std::int64_t stepNs = stepSeconds * 1'000'000'000;
    for (std::size_t i = 0; i < steps; ++i)
        m_timesNs.push_back(kBeginNs + static_cast<std::int64_t>(i) * stepNs);
    m_history.stepNs = stepNs;
    m_history.scrapeIntervalNs = 15'000'000'000;
    m_history.range = {TimePoint(kBeginNs), TimePoint(kBeginNs + static_cast<std::int64_t>(steps) * stepNs)};
}

HistoryMaker &HistoryMaker::add(advisor::Role role, const std::string &service, const ValueAt &valueAt,
                                const std::string &pod)
{
    advisor::RoleSeries series;
    series.role = role;
    series.service = service;
    series.pod = pod;
    series.query = std::string(advisor::roleId(role)) + "{service=\"" + service + "\"}";
    series.series.timesNs = m_timesNs;
    for (std::size_t i = 0; i < m_timesNs.size(); ++i)
        series.series.values.push_back(valueAt(i));
    m_history.series.push_back(std::move(series));
    return *this;
}

HistoryMaker &HistoryMaker::add(advisor::Role role, const std::string &service, double value, const std::string &pod)
{
    return add(
        role, service, [value](std::size_t) { return value; }, pod);
}

double noiseAt(std::size_t step, unsigned seed)
{
    const std::uint64_t bits = mixBits((step + 1) * 0x9e3779b97f4a7c15ULL + seed);
    return static_cast<double>(bits >> 11U) / 4503599627370496.0 - 1;
}

} // namespace tailspan::test
