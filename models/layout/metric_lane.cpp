// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/metric_lane.h"

#include "models/metric/value_text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tailspan::layout {

namespace {

/// What of a pixel column is drawn.
class Column {
public:
    void add(LanePoint point)
    {
        if (m_count++ == 0) {
            m_first = m_low = m_high = m_last = point;
            return;
        }
        if (point.yPx > m_low.yPx)
            m_low = point;
        if (point.yPx < m_high.yPx)
            m_high = point;
        m_last = point;
    }
    void flush(std::vector<LanePoint> &run)
    {
        if (m_count == 0)
            return;
        run.push_back(m_first);
        if (m_count > 2) {
            const bool isLowFirst = m_low.xPx <= m_high.xPx;
            run.push_back(isLowFirst ? m_low : m_high);
            run.push_back(isLowFirst ? m_high : m_low);
        }
        if (m_count > 1)
            run.push_back(m_last);
        m_count = 0;
    }

private:
    LanePoint m_first, m_low, m_high, m_last;
    int m_count = 0;
};

/// The places of the points that touch the visible range, one more on each side so that lines reach the edges.
std::pair<std::size_t, std::size_t> visiblePart(const metric::MetricSeries &series, TimeRange visible)
{
    const auto &times = series.timesNs;
    const auto first = std::lower_bound(times.begin(), times.end(), visible.begin.ns()) - times.begin();
    const auto last = std::upper_bound(times.begin(), times.end(), visible.end.ns()) - times.begin();
    const auto size = static_cast<std::ptrdiff_t>(times.size());
    return {static_cast<std::size_t>(std::max<std::ptrdiff_t>(first - 1, 0)),
            static_cast<std::size_t>(std::min(last + 1, size))};
}

struct Extent {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    double leastPositive = std::numeric_limits<double>::infinity();
};

/// An axis of values or of their logarithms.
struct LaneScale {
    metric::ValueScale ends; ///< Of what is drawn: log10 of values on a logarithmic one.
    bool isLogarithmic = false;

    [[nodiscard]] double shareOf(double value) const
    {
        const double place = !isLogarithmic ? value : value > 0 ? std::max(std::log10(value), ends.low) : ends.low;
        return (place - ends.low) / (ends.high - ends.low);
    }
    [[nodiscard]] double valueAt(double share) const
    {
        const double place = ends.low + share * (ends.high - ends.low);
        return isLogarithmic ? std::pow(10.0, place) : place;
    }
};

[[nodiscard]] LaneScale scaleOf(const Extent &extent, metric::MetricUnit unit, AxisChoice choice)
{
    constexpr double kRoom = 0.06;
    if (choice.isLogarithmic && std::isfinite(extent.leastPositive)) {
        LaneScale scale{{std::log10(extent.leastPositive), std::log10(extent.high)}, true};
        if (!choice.isFitted)
            scale.ends.low = std::floor(scale.ends.low);
        scale.ends.high = std::max(scale.ends.high + 0.02, scale.ends.low + 0.1);
        return scale;
    }
    if (!choice.isFitted)
        return {metric::valueScale(extent.low, extent.high, unit), false};
    const double span = std::max(extent.high - extent.low, std::max(std::abs(extent.high) * 0.01, 1e-12));
    const double low = extent.low - span * kRoom;
    return {{extent.low >= 0 ? std::max(low, 0.0) : low, extent.high + span * kRoom}, false};
}

Extent extentOf(const std::vector<LaneCurve> &curves, TimeRange visible)
{
    Extent extent;
    for (const LaneCurve &curve : curves) {
        const auto [begin, end] = visiblePart(*curve.series, visible);
        for (std::size_t i = begin; i < end; ++i) {
            const double value = curve.series->values[i];
            if (std::isnan(value))
                continue;
            extent.low = std::min(extent.low, value);
            extent.high = std::max(extent.high, value);
            if (value > 0)
                extent.leastPositive = std::min(extent.leastPositive, value);
        }
    }
    return extent;
}

LaneLine lineOf(const LaneCurve &curve, const TimeScale &scale, const LaneScale &axis, double heightPx)
{
    LaneLine line{curve.label, curve.isRest, {}, curve.series};
    const auto [begin, end] = visiblePart(*curve.series, scale.visible());
    std::vector<LanePoint> run;
    Column column;
    double columnPx = -1e300;
    const auto endRun = [&] {
        column.flush(run);
        if (!run.empty())
            line.runs.push_back(std::move(run));
        run.clear();
    };
    for (std::size_t i = begin; i < end; ++i) {
        const double value = curve.series->values[i];
        if (std::isnan(value)) {
            endRun();
            continue;
        }
        const double xPx = scale.xOf(TimePoint(curve.series->timesNs[i]));
        if (std::floor(xPx) != columnPx) {
            column.flush(run);
            columnPx = std::floor(xPx);
        }
        column.add({xPx, heightPx * (1 - axis.shareOf(value))});
    }
    endRun();
    return line;
}

} // namespace

MetricLanePicture layMetricLane(const std::vector<LaneCurve> &curves, metric::MetricUnit unit, const TimeScale &scale,
                                double heightPx, AxisChoice choice)
{
    MetricLanePicture picture;
    const Extent extent = extentOf(curves, scale.visible());
    picture.isEmpty = !(extent.low <= extent.high);
    if (picture.isEmpty)
        return picture;
    const LaneScale axis = scaleOf(extent, unit, choice);
    constexpr int kParts = 2;
    for (int i = 0; i <= kParts; ++i) {
        const double share = static_cast<double>(i) / kParts;
        const double value = axis.valueAt(share);
        picture.ticks.push_back({heightPx * (1 - share), value == 0 ? "0" : metric::valueText(value, unit)});
    }
    for (const LaneCurve &curve : curves)
        picture.lines.push_back(lineOf(curve, scale, axis, heightPx));
    return picture;
}

double valueAt(const metric::MetricSeries &series, TimePoint moment, std::int64_t stepNs)
{
    const auto &times = series.timesNs;
    const auto next = std::upper_bound(times.begin(), times.end(), moment.ns());
    if (next == times.begin())
        return std::numeric_limits<double>::quiet_NaN();
    const auto place = static_cast<std::size_t>(next - times.begin()) - 1;
    const bool isFar = stepNs > 0 && moment.ns() - times[place] > stepNs + stepNs / 2;
    return isFar ? std::numeric_limits<double>::quiet_NaN() : series.values[place];
}

OverlayPicture layOverlay(const std::vector<metric::AlertBand> &bands, const std::vector<metric::TimeMark> &marks,
                          const TimeScale &scale, int mostRows, double leastPx)
{
    OverlayPicture picture;
    std::vector<double> rowEndsPx;
    const TimeRange visible = scale.visible();
    for (const metric::AlertBand &band : bands) {
        if (!(band.range.begin < visible.end && visible.begin < band.range.end))
            continue;
        BandBox box{&band, std::max(scale.xOf(band.range.begin), 0.0), 0, 0};
        const double endPx = std::min(scale.xOf(band.range.end), scale.widthPx());
        box.widthPx = std::max(endPx - box.xPx, 2.0);
        const auto free = std::find_if(rowEndsPx.begin(), rowEndsPx.end(), [&](double end) { return end <= box.xPx; });
        box.row = static_cast<int>(free - rowEndsPx.begin());
        if (box.row >= mostRows) {
            ++picture.hiddenBands;
            continue;
        }
        if (free == rowEndsPx.end())
            rowEndsPx.push_back(0);
        rowEndsPx[static_cast<std::size_t>(box.row)] = box.xPx + std::max(box.widthPx, leastPx) + 2;
        picture.bands.push_back(box);
    }
    picture.rows = static_cast<int>(rowEndsPx.size());
    for (const metric::TimeMark &mark : marks) {
        if (visible.contains(mark.time))
            picture.marks.push_back({&mark, scale.xOf(mark.time)});
    }
    return picture;
}

} // namespace tailspan::layout
