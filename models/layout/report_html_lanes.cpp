// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/report_html_lanes.h"

#include "models/base/html_text.h"
#include "models/base/number_text.h"
#include "models/metric/value_text.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace tailspan::layout {

namespace {

constexpr double kWidth = 900;
constexpr double kHeight = 120;

/// A value over a stretch of time; NaN is a gap.
struct Step {
    TimeRange range;
    double value = kNoValue;
};

struct Curve {
    std::string name;
    std::string color;
    std::vector<Step> steps;
};

struct LaneScale {
    double low = 0;
    double high = 0;
    bool isLogarithmic = false;
};

LaneScale scaleOf(const std::vector<Curve> &curves, bool isLogarithmic)
{
    LaneScale scale{0, 0, isLogarithmic};
    for (const Curve &curve : curves) {
        for (const Step &step : curve.steps) {
            if (!std::isfinite(step.value))
                continue;
            scale.high = std::max(scale.high, step.value);
            scale.low = scale.low == 0 || (step.value > 0 && step.value < scale.low) ? step.value : scale.low;
        }
    }
    scale.low = isLogarithmic ? std::min(scale.low, scale.high / 2) : 0;
    return scale;
}

class LaneSvg {
public:
    LaneSvg(TimeRange time, const loadtest::LoadTestReport &report, const HtmlColors &colors)
        : m_time(time), m_warmUp(report.warmUp), m_colors(colors)
    {}

    /// `text` writes a value of the axis; logarithmic, or linear from 0.
    std::string lane(const std::string &title, const std::vector<Curve> &curves,
                     const std::function<std::string(double)> &text, bool isLogarithmic) const
    {
        const LaneScale scale = scaleOf(curves, isLogarithmic);
        if (scale.high <= 0)
            return {};
        std::string svg = "<figure><figcaption>" + htmlEscaped(title);
        for (const Curve &curve : curves)
            svg += " <span style=\"color:" + curve.color + "\">" + htmlEscaped(curve.name) + "</span>";
        svg += "</figcaption><svg viewBox=\"0 0 " + svgNumber(kWidth) + " " + svgNumber(kHeight + 18)
            + "\" role=\"img\" aria-label=\"" + htmlEscaped(title) + "\">" + warmUp() + "<rect x=\"0\" y=\"0\" width=\""
            + svgNumber(kWidth) + "\" height=\"" + svgNumber(kHeight) + "\" fill=\"none\" stroke=\"" + m_colors.line
            + "\"/>";
        for (const Curve &curve : curves)
            svg += path(curve, scale);
        svg += label(4, 12, "start", text(scale.high)) + label(4, kHeight - 4, "start", text(scale.low)) + times();
        return svg + "</svg></figure>\n";
    }

private:
    [[nodiscard]] double xOf(TimePoint time) const
    {
        const double share = static_cast<double>((time - m_time.begin).ns())
            / static_cast<double>(std::max<std::int64_t>(m_time.length().ns(), 1));
        return kWidth * std::clamp(share, 0.0, 1.0);
    }

    [[nodiscard]] std::string path(const Curve &curve, const LaneScale &scale) const
    {
        std::string data;
        bool isOpen = false;
        for (const Step &step : curve.steps) {
            const bool isShown = step.range.begin < m_time.end && m_time.begin < step.range.end;
            if (!isShown || !std::isfinite(step.value) || (scale.isLogarithmic && step.value <= 0)) {
                isOpen = false;
                continue;
            }
            const double share = scale.isLogarithmic
                ? std::log(step.value / scale.low) / std::log(scale.high / scale.low)
                : (step.value - scale.low) / (scale.high - scale.low);
            const std::string y = svgNumber(kHeight - 2 - std::clamp(share, 0.0, 1.0) * (kHeight - 4));
            data += (isOpen ? "L" : "M") + svgNumber(xOf(step.range.begin)) + " " + y + "L"
                + svgNumber(xOf(step.range.end)) + " " + y;
            isOpen = true;
        }
        return "<path d=\"" + data + "\" fill=\"none\" stroke-width=\"1.5\" stroke=\"" + curve.color + "\"/>";
    }

    /// What is left out of all figures stays in view, shaded and named.
    [[nodiscard]] std::string warmUp() const
    {
        if (!m_warmUp)
            return {};
        const double end = xOf(m_warmUp->end);
        return "<rect x=\"0\" y=\"0\" width=\"" + svgNumber(end) + "\" height=\"" + svgNumber(kHeight) + "\" fill=\""
            + m_colors.line + "\" fill-opacity=\"0.5\"/>" + label(end + 4, kHeight - 4, "start", "warm-up, left out");
    }

    [[nodiscard]] std::string label(double x, double y, const char *anchor, const std::string &text) const
    {
        return "<text x=\"" + svgNumber(x) + "\" y=\"" + svgNumber(y) + "\" text-anchor=\"" + anchor + "\" fill=\""
            + m_colors.muted + "\" font-size=\"11\">" + htmlEscaped(text) + "</text>";
    }

    [[nodiscard]] std::string times() const
    {
        const bool hasClock = m_time.begin.ns() > 0;
        const auto text = [&](TimePoint time) {
            return hasClock ? clockText(time) + " UTC" : durationText(time - m_time.begin);
        };
        return label(0, kHeight + 14, "start", text(m_time.begin))
            + label(kWidth, kHeight + 14, "end", text(m_time.end));
    }

    TimeRange m_time;
    std::optional<TimeRange> m_warmUp;
    const HtmlColors &m_colors;
};

template <class ValueOf>
Curve curveOf(std::string name, const std::string &color, const ReplayPicture &picture, const ValueOf &valueOf)
{
    Curve curve{std::move(name), color, {}};
    for (std::size_t i = 0; i < picture.steps.size(); ++i)
        curve.steps.push_back({picture.steps[i].range, valueOf(i)});
    return curve;
}

/// Each point holds until the next one, but no longer than points are apart as a rule.
Curve curveOf(const HtmlMetricLane::Line &line)
{
    Curve curve{line.name, line.color, {}};
    const std::vector<std::int64_t> &times = line.series.timesNs;
    std::int64_t usual = 0;
    for (std::size_t i = 1; i < times.size(); ++i)
        usual = usual == 0 ? times[i] - times[i - 1] : std::min(usual, times[i] - times[i - 1]);
    for (std::size_t i = 0; i < times.size(); ++i) {
        const TimePoint begin(times[i]);
        const std::int64_t next = i + 1 < times.size() ? times[i + 1] - times[i] : usual;
        curve.steps.push_back({{begin, begin + Duration(std::min(next, usual + usual / 2))}, line.series.values[i]});
        if (next > usual + usual / 2)
            curve.steps.push_back({{begin + Duration(usual), TimePoint(times[i]) + Duration(next)}, kNoValue});
    }
    return curve;
}

} // namespace

std::string htmlLanes(const loadtest::LoadTestReport &report, const ReplayPicture &picture, const HtmlColors &colors)
{
    if (picture.steps.empty())
        return {};
    const std::vector<ReplayStep> &steps = picture.steps;
    const LaneSvg svg({steps.front().range.begin, steps.back().range.end}, report, colors);
    const auto duration = [](double ns) { return durationText(Duration(static_cast<std::int64_t>(ns))); };
    const auto failed = [&picture](std::size_t i) {
        double sum = 0;
        for (const std::vector<double> &kind : picture.errors)
            sum += kind[i];
        return sum;
    };
    std::string html;
    if (report.contents.hasUsers)
        html += svg.lane("Users", {curveOf("", colors.users, picture, [&](std::size_t i) { return steps[i].users; })},
                         decimalText, false);
    html += svg.lane("Requests a second",
                     {curveOf("", colors.requests, picture, [&](std::size_t i) { return steps[i].requestsRps; })},
                     rateText, false);
    html += svg.lane("Latency",
                     {curveOf("p50", colors.p50, picture, [&](std::size_t i) { return steps[i].p50Ns; }),
                      curveOf("p95", colors.p95, picture, [&](std::size_t i) { return steps[i].p95Ns; }),
                      curveOf("p99", colors.p99, picture, [&](std::size_t i) { return steps[i].p99Ns; })},
                     duration, true);
    html += svg.lane("Failed requests", {curveOf("", colors.bad, picture, failed)}, percentText, false);
    return html;
}

std::string htmlMetricLanes(const loadtest::LoadTestReport &report, const HtmlExtras &extras, const HtmlColors &colors)
{
    if (extras.run.isEmpty())
        return {};
    const LaneSvg svg(extras.run, report, colors);
    std::string html;
    for (const HtmlMetricLane &lane : extras.metrics) {
        std::vector<Curve> curves;
        for (const HtmlMetricLane::Line &line : lane.lines)
            curves.push_back(curveOf(line));
        html += svg.lane(
            lane.title, curves, [&lane](double value) { return metric::valueText(value, lane.unit); }, false);
    }
    return html.empty() ? html : "<h2>Metrics of the run</h2>\n" + html;
}

} // namespace tailspan::layout
