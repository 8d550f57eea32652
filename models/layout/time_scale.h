// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <cstdint>

namespace tailspan::layout {

/// The part of a time range that is on screen, and the mapping between nanoseconds and pixels.
///
/// A value; every movement returns a new one. The left edge is kept as whole nanoseconds plus a fraction, so a
/// slow pan at the deepest zoom moves by pixels and not by nanoseconds, and a one-hour trace maps exactly to 1 ns.
/// The window never leaves the bounds and is never narrower than kMinVisibleNs. Any int64 is a valid time:
/// nothing overflows, far positions only become large pixel numbers.
class TimeScale {
public:
    static constexpr double kMinVisibleNs = 10;

    TimeScale() = default;
    /// Shows all of `bounds`; an empty range is widened to kMinVisibleNs.
    TimeScale(TimeRange bounds, double widthPx);

    [[nodiscard]] TimeRange bounds() const { return {TimePoint(m_boundsBeginNs), TimePoint(m_boundsEndNs)}; }
    [[nodiscard]] double widthPx() const { return m_widthPx; }
    [[nodiscard]] double lengthNs() const { return m_lengthNs; }
    [[nodiscard]] double nsPerPx() const { return m_lengthNs / m_widthPx; }
    /// The visible range, rounded outward to whole nanoseconds.
    [[nodiscard]] TimeRange visible() const;
    [[nodiscard]] bool showsAll() const;

    /// Pixels from the left edge; negative or beyond the width when not on screen.
    [[nodiscard]] double xOf(TimePoint time) const;
    /// The nearest whole nanosecond.
    [[nodiscard]] TimePoint timeAt(double xPx) const;

    /// A factor above 1 zooms in; the time under `pivotPx` stays where it is unless the bounds forbid it.
    [[nodiscard]] TimeScale zoomed(double factor, double pivotPx) const;
    /// Positive moves the window to later times.
    [[nodiscard]] TimeScale panned(double deltaPx) const;
    /// The window is exactly `range` (as far as the bounds and the minimum allow).
    [[nodiscard]] TimeScale showing(TimeRange range) const;
    [[nodiscard]] TimeScale withWidth(double widthPx) const;

    friend bool operator==(const TimeScale &, const TimeScale &) = default;

private:
    void moveBy(double offsetNs);
    void clampToBounds();

    std::int64_t m_boundsBeginNs = 0;
    std::int64_t m_boundsEndNs = 10;
    std::int64_t m_beginNs = 0;
    double m_beginFractionNs = 0; // 0 <= fraction < 1
    double m_lengthNs = kMinVisibleNs;
    double m_widthPx = 1;
};

} // namespace tailspan::layout
