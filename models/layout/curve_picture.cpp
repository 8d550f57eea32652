// SPDX-License-Identifier: GPL-3.0-or-later
// Curves of a finding: axes, level lines, the chosen place and what each curve is.
#include "models/base/number_text.h"
#include "models/layout/finding_picture.h"
#include "models/layout/replay_axis.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tailspan::layout {

namespace {

using advisor::CurvePicture;

constexpr double kPlotPx = 146;
constexpr double kBottomPx = 22;
constexpr double kRightPx = 14;
constexpr double kLeastLeftPx = 40;
constexpr double kMostLeftPx = 150;
constexpr double kLegendRowPx = 18;
constexpr std::size_t kMostLegendRows = 3;
constexpr double kSwatchPx = 18;
constexpr double kLegendGapPx = 16;
constexpr double kXLabelPx = 90;
constexpr std::size_t kMostXTicks = 6;
constexpr std::size_t kMostYTicks = 4;

bool isTime(const CurvePicture &curves)
{
    return curves.xUnit == "time";
}

TimePoint timeOf(double ns)
{
    constexpr double kMost = 9e18; // of an int64
    return TimePoint(static_cast<std::int64_t>(std::clamp(ns, -kMost, kMost)));
}

std::string withUnit(double value, const std::string &unit)
{
    return decimalText(value) + (unit.empty() ? "" : " " + unit);
}

std::string xText(const CurvePicture &curves, const PlotAxis &axis, double value)
{
    if (!isTime(curves))
        return withUnit(value, curves.xUnit);
    constexpr double kDayNs = 86'400e9;
    const bool isLong = axis.high - axis.low > 2 * kDayNs;
    return isLong ? isoText(timeOf(value)).substr(5, 5) : clockText(timeOf(value)).substr(0, 5);
}

std::string yText(const CurvePicture &curves, double value)
{
    constexpr double kMostBytes = 1e18;
    if (curves.yUnit == "bytes")
        return bytesText(static_cast<std::uint64_t>(std::clamp(value, 0.0, kMostBytes)));
    return curves.yUnit == "ratio" ? percentText(value) : withUnit(value, curves.yUnit);
}

InkOf inkOf(const CurvePicture::Curve &curve, std::size_t index)
{
    return curve.isAfter ? InkOf{Ink::Accent, 0} : InkOf{Ink::Category, index};
}

class CurveLayout {
public:
    CurveLayout(const CurvePicture &curves, double widthPx, const TextWidth &widthOf)
        : m_curves(curves), m_widthOf(widthOf)
    {
        m_picture.widthPx = widthPx;
        makeAxes();
    }

    FindingPicture run()
    {
        const double legendPx = addLegend();
        double labelPx = 0;
        const std::vector<double> ticks = m_plot.y.ticks(kMostYTicks);
        for (const double value : ticks)
            labelPx = std::max(labelPx, m_widthOf(yText(m_curves, value)));
        const double left = std::clamp(labelPx + 10, kLeastLeftPx, kMostLeftPx);
        m_plot.area = {left, legendPx + 4, std::max(m_picture.widthPx - left - kRightPx, 10.0), kPlotPx};
        m_picture.heightPx = m_plot.area.yPx + kPlotPx + kBottomPx;
        addYTicks(ticks);
        addXTicks();
        addLimits();
        addCurves();
        addChosen();
        m_picture.plot = m_plot;
        return std::move(m_picture);
    }

private:
    void makeAxes()
    {
        std::vector<double> xs;
        std::vector<double> ys;
        for (const CurvePicture::Curve &curve : m_curves.curves) {
            xs.insert(xs.end(), curve.x.begin(), curve.x.end());
            ys.insert(ys.end(), curve.y.begin(), curve.y.end());
        }
        for (const auto &[name, value] : m_curves.limits)
            ys.push_back(value);
        m_plot.x = axisFor(xs, false, m_curves.isLogX);
        double last = -std::numeric_limits<double>::infinity();
        for (const double x : xs)
            last = std::isfinite(x) ? std::max(last, x) : last;
        if (isTime(m_curves) && last > m_plot.x.low)
            m_plot.x.high = last; // no room for a time that was not seen
        m_plot.y = axisFor(ys, true);
    }

    void text(const PictureBox &box, std::string words, Ink ink, Side side)
    {
        m_picture.texts.push_back({box, std::move(words), {ink, 0}, Face::Small, side});
    }

    /// As many rows as it takes, up to a few; gives their height.
    double addLegend()
    {
        double x = 0;
        double y = 0;
        const double most = std::max(m_picture.widthPx - kSwatchPx - 6, 20.0);
        for (std::size_t i = 0; i < m_curves.curves.size(); ++i) {
            const CurvePicture::Curve &curve = m_curves.curves[i];
            const double wordsPx = std::min(m_widthOf(curve.name) + 4, most);
            if (x > 0 && x + kSwatchPx + 5 + wordsPx > m_picture.widthPx) {
                x = 0;
                y += kLegendRowPx;
            }
            if (y >= static_cast<double>(kMostLegendRows) * kLegendRowPx)
                return y;
            m_picture.lines.push_back(
                {x, y + kLegendRowPx / 2, x + kSwatchPx, y + kLegendRowPx / 2, inkOf(curve, i), 2, curve.isAfter});
            text({x + kSwatchPx + 5, y, wordsPx, kLegendRowPx}, curve.name, Ink::Text, Side::Left);
            x += kSwatchPx + 5 + wordsPx + kLegendGapPx;
        }
        return y + kLegendRowPx;
    }

    void addYTicks(const std::vector<double> &ticks)
    {
        const PictureBox &area = m_plot.area;
        for (const double value : ticks) {
            const double y = m_plot.yOf(value);
            m_picture.lines.push_back({area.xPx, y, area.xPx + area.widthPx, y, {Ink::Grid, 0}, 1, false});
            text({0, y - 9, area.xPx - 8, 18}, yText(m_curves, value), Ink::Muted, Side::Right);
        }
    }

    void addXTick(double x, std::string words)
    {
        const double bottom = m_plot.area.yPx + m_plot.area.heightPx;
        m_picture.lines.push_back({x, bottom, x, bottom + 4, {Ink::Muted, 0}, 1, false});
        const double left = std::clamp(x - kXLabelPx / 2, 0.0, std::max(m_picture.widthPx - kXLabelPx, 0.0));
        text({left, bottom + 4, kXLabelPx, 16}, std::move(words), Ink::Muted, Side::Middle);
    }

    void addXTicks()
    {
        const PictureBox &area = m_plot.area;
        if (isTime(m_curves)) {
            const TimeScale scale({timeOf(m_plot.x.low), timeOf(m_plot.x.high)}, area.widthPx);
            for (const TimeTick &tick : clockTicks(scale, kXLabelPx))
                addXTick(area.xPx + tick.xPx, tick.label);
            return;
        }
        for (const double value :
             m_plot.x.ticks(std::min(kMostXTicks, static_cast<std::size_t>(area.widthPx / kXLabelPx) + 1)))
            addXTick(m_plot.xOf(value), xText(m_curves, m_plot.x, value));
    }

    void addLimits()
    {
        const PictureBox &area = m_plot.area;
        for (const auto &[name, value] : m_curves.limits) {
            const double y = m_plot.yOf(value);
            m_picture.lines.push_back({area.xPx, y, area.xPx + area.widthPx, y, {Ink::Bad, 0}, 1, true});
            text({area.xPx + 4, y - 17, area.widthPx - 8, 16}, name + " " + yText(m_curves, value), Ink::Text,
                 Side::Right);
        }
    }

    void addCurves()
    {
        for (std::size_t i = 0; i < m_curves.curves.size(); ++i) {
            const CurvePicture::Curve &curve = m_curves.curves[i];
            std::vector<PicturePoint> points;
            const auto finish = [&] {
                if (points.size() > 1)
                    m_picture.curves.push_back({points, inkOf(curve, i), curve.isAfter});
                else if (!points.empty()) // a lone value between gaps
                    m_picture.bars.push_back({{points[0].xPx - 1.5, points[0].yPx - 1.5, 3, 3}, inkOf(curve, i)});
                points.clear();
            };
            for (std::size_t at = 0; at < std::min(curve.x.size(), curve.y.size()); ++at) {
                if (std::isfinite(curve.x[at]) && std::isfinite(curve.y[at]))
                    points.push_back({m_plot.xOf(curve.x[at]), m_plot.yOf(curve.y[at])});
                else
                    finish();
            }
            finish();
        }
    }

    void addChosen()
    {
        if (!m_curves.chosenX || !std::isfinite(*m_curves.chosenX))
            return;
        const PictureBox &area = m_plot.area;
        const double x = std::clamp(m_plot.xOf(*m_curves.chosenX), area.xPx, area.xPx + area.widthPx);
        m_picture.lines.push_back({x, area.yPx, x, area.yPx + area.heightPx, {Ink::Good, 0}, 1.5, false});
        const std::string words = "chosen " + xText(m_curves, m_plot.x, *m_curves.chosenX);
        const double wordsPx = std::min(m_widthOf(words) + 4, area.widthPx);
        const bool isLeft = x + wordsPx + 5 > area.xPx + area.widthPx;
        text({isLeft ? std::max(x - wordsPx - 5, 0.0) : x + 5, area.yPx, wordsPx, 16}, words, Ink::Text,
             isLeft ? Side::Right : Side::Left);
    }

    const CurvePicture &m_curves;
    const TextWidth &m_widthOf;
    FindingPicture m_picture;
    CurvePlot m_plot;
};

} // namespace

FindingPicture curvePicture(const CurvePicture &curves, double widthPx, const TextWidth &widthOf)
{
    return CurveLayout(curves, widthPx, widthOf).run();
}

std::string curveReading(const CurvePicture &curves, const CurvePlot &plot, double xPx)
{
    std::string text;
    for (const CurvePicture::Curve &curve : curves.curves) {
        double nearest = std::numeric_limits<double>::infinity();
        std::size_t at = 0;
        for (std::size_t point = 0; point < std::min(curve.x.size(), curve.y.size()); ++point) {
            const double distance = std::abs(plot.xOf(curve.x[point]) - xPx);
            if (distance < nearest && std::isfinite(curve.y[point])) {
                nearest = distance;
                at = point;
            }
        }
        if (!std::isfinite(nearest))
            continue;
        if (text.empty())
            text = isTime(curves) ? clockText(timeOf(curve.x[at])).substr(0, 8) : xText(curves, plot.x, curve.x[at]);
        text += "  " + curve.name + " " + yText(curves, curve.y[at]);
    }
    return text;
}

} // namespace tailspan::layout
