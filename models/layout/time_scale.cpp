// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/time_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tailspan::layout {

namespace {

/// a - b without overflow: the distance of two int64 always fits an unsigned one.
double difference(std::int64_t a, std::int64_t b)
{
    const auto ua = static_cast<std::uint64_t>(a);
    const auto ub = static_cast<std::uint64_t>(b);
    return a >= b ? static_cast<double>(ua - ub) : -static_cast<double>(ub - ua);
}

std::int64_t toInt64(double value)
{
    constexpr double kLimit = 9'223'372'036'854'774'784.0; // the largest double below 2^63
    return static_cast<std::int64_t>(std::clamp(value, -kLimit, kLimit));
}

} // namespace

TimeScale::TimeScale(TimeRange bounds, double widthPx)
    : m_boundsBeginNs(bounds.begin.ns()), m_boundsEndNs(bounds.end.ns()), m_widthPx(std::max(widthPx, 1.0))
{
    if (difference(m_boundsEndNs, m_boundsBeginNs) < kMinVisibleNs) {
        constexpr auto kMin = static_cast<std::int64_t>(kMinVisibleNs);
        m_boundsBeginNs = std::min(m_boundsBeginNs, std::numeric_limits<std::int64_t>::max() - kMin);
        m_boundsEndNs = m_boundsBeginNs + kMin;
    }
    m_beginNs = m_boundsBeginNs;
    m_lengthNs = difference(m_boundsEndNs, m_boundsBeginNs);
}

TimeRange TimeScale::visible() const
{
    const auto length = toInt64(std::ceil(m_beginFractionNs + m_lengthNs));
    return {TimePoint(m_beginNs), TimePoint(std::min(saturatingAdd(m_beginNs, length), m_boundsEndNs))};
}

bool TimeScale::showsAll() const
{
    return m_lengthNs >= difference(m_boundsEndNs, m_boundsBeginNs);
}

double TimeScale::xOf(TimePoint time) const
{
    return (difference(time.ns(), m_beginNs) - m_beginFractionNs) * (m_widthPx / m_lengthNs);
}

TimePoint TimeScale::timeAt(double xPx) const
{
    const double offsetNs = xPx * (m_lengthNs / m_widthPx) + m_beginFractionNs;
    return TimePoint(saturatingAdd(m_beginNs, toInt64(std::round(offsetNs))));
}

TimeScale TimeScale::zoomed(double factor, double pivotPx) const
{
    TimeScale result = *this;
    const double whole = difference(m_boundsEndNs, m_boundsBeginNs);
    result.m_lengthNs = std::clamp(m_lengthNs / std::max(factor, 1e-18), kMinVisibleNs, whole);
    const double pivotRatio = std::clamp(pivotPx / m_widthPx, 0.0, 1.0);
    result.moveBy(pivotRatio * (m_lengthNs - result.m_lengthNs));
    result.clampToBounds();
    return result;
}

TimeScale TimeScale::panned(double deltaPx) const
{
    TimeScale result = *this;
    result.moveBy(deltaPx * nsPerPx());
    result.clampToBounds();
    return result;
}

TimeScale TimeScale::showing(TimeRange range) const
{
    TimeScale result = *this;
    const double whole = difference(m_boundsEndNs, m_boundsBeginNs);
    const double wanted = difference(range.end.ns(), range.begin.ns());
    result.m_beginNs = range.begin.ns();
    result.m_beginFractionNs = 0;
    result.m_lengthNs = std::clamp(wanted, kMinVisibleNs, whole);
    if (wanted < result.m_lengthNs)
        result.moveBy((wanted - result.m_lengthNs) / 2); // too narrow to be shown exactly: centre it
    result.clampToBounds();
    return result;
}

TimeScale TimeScale::withWidth(double widthPx) const
{
    TimeScale result = *this;
    result.m_widthPx = std::max(widthPx, 1.0);
    return result;
}

void TimeScale::moveBy(double offsetNs)
{
    const double moved = m_beginFractionNs + offsetNs;
    const double whole = std::floor(moved);
    m_beginNs = saturatingAdd(m_beginNs, toInt64(whole));
    m_beginFractionNs = std::clamp(moved - whole, 0.0, std::nextafter(1.0, 0.0));
}

void TimeScale::clampToBounds()
{
    const double free = difference(m_boundsEndNs, m_boundsBeginNs) - m_lengthNs;
    if (free <= 0 || m_beginNs < m_boundsBeginNs) {
        m_beginNs = m_boundsBeginNs;
        m_beginFractionNs = 0;
        return;
    }
    if (difference(m_beginNs, m_boundsBeginNs) + m_beginFractionNs <= free)
        return;
    const double whole = std::ceil(m_lengthNs);
    m_beginNs = std::max(saturatingSubtract(m_boundsEndNs, toInt64(whole)), m_boundsBeginNs);
    m_beginFractionNs = whole - m_lengthNs;
}

} // namespace tailspan::layout
