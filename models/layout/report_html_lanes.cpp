// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/report_html_lanes.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

namespace tailspan::layout {

namespace {

constexpr double kWidth = 900;
constexpr double kHeight = 120;

using ValueOf = std::function<double(std::size_t)>; ///< Of a step; NaN is a gap.

struct Curve {
    std::string name;
    std::string color;
    ValueOf value;
};

/// "12.3": numbers of SVG, whatever the locale.
std::string px(double value)
{
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, 1);
    return {buffer, end.ptr};
}

class LaneSvg {
public:
    LaneSvg(const ReplayPicture &picture, const HtmlColors &colors) : m_picture(picture), m_colors(colors)
    {
        m_time = {picture.steps.front().range.begin, picture.steps.back().range.end};
    }

    /// `text` writes a value of the axis; logarithmic from `low`, or linear from 0 where that is 0.
    std::string lane(const std::string &title, const std::vector<Curve> &curves,
                     const std::function<std::string(double)> &text, bool isLogarithmic) const
    {
        double low = 0;
        double high = 0;
        for (const Curve &curve : curves) {
            for (std::size_t i = 0; i < m_picture.steps.size(); ++i) {
                const double value = curve.value(i);
                if (!std::isfinite(value))
                    continue;
                high = std::max(high, value);
                low = low == 0 || (value > 0 && value < low) ? value : low;
            }
        }
        if (high <= 0)
            return {};
        low = isLogarithmic ? std::min(low, high / 2) : 0;
        std::string svg = "<figure><figcaption>" + htmlEscaped(title);
        for (const Curve &curve : curves)
            svg += " <span style=\"color:" + curve.color + "\">" + htmlEscaped(curve.name) + "</span>";
        svg += "</figcaption><svg viewBox=\"0 0 " + px(kWidth) + " " + px(kHeight + 18)
            + "\" role=\"img\" aria-label=\"" + htmlEscaped(title) + "\"><rect x=\"0\" y=\"0\" width=\"" + px(kWidth)
            + "\" height=\"" + px(kHeight) + "\" fill=\"none\" stroke=\"" + m_colors.line + "\"/>";
        for (const Curve &curve : curves)
            svg += path(curve, low, high, isLogarithmic);
        svg += label(4, 12, "start", text(high)) + label(4, kHeight - 4, "start", text(low)) + times();
        return svg + "</svg></figure>\n";
    }

private:
    [[nodiscard]] double xOf(TimePoint time) const
    {
        return kWidth * static_cast<double>((time - m_time.begin).ns())
            / static_cast<double>(std::max<std::int64_t>(m_time.length().ns(), 1));
    }

    [[nodiscard]] std::string path(const Curve &curve, double low, double high, bool isLogarithmic) const
    {
        std::string data;
        bool isOpen = false;
        for (std::size_t i = 0; i < m_picture.steps.size(); ++i) {
            const double value = curve.value(i);
            if (!std::isfinite(value) || (isLogarithmic && value <= 0)) {
                isOpen = false;
                continue;
            }
            const double share = isLogarithmic ? std::log(value / low) / std::log(high / low)
                                               : (value - low) / (high - low);
            const std::string y = px(kHeight - 2 - std::clamp(share, 0.0, 1.0) * (kHeight - 4));
            const TimeRange range = m_picture.steps[i].range;
            data += (isOpen ? "L" : "M") + px(xOf(range.begin)) + " " + y + "L" + px(xOf(range.end)) + " " + y;
            isOpen = true;
        }
        return "<path d=\"" + data + "\" fill=\"none\" stroke-width=\"1.5\" stroke=\"" + curve.color + "\"/>";
    }

    [[nodiscard]] std::string label(double x, double y, const char *anchor, const std::string &text) const
    {
        return "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" text-anchor=\"" + anchor + "\" fill=\"" + m_colors.muted
            + "\" font-size=\"11\">" + htmlEscaped(text) + "</text>";
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

    const ReplayPicture &m_picture;
    const HtmlColors &m_colors;
    TimeRange m_time;
};

} // namespace

std::string htmlLanes(const loadtest::LoadTestReport &report, const ReplayPicture &picture, const HtmlColors &colors)
{
    if (picture.steps.empty())
        return {};
    const LaneSvg svg(picture, colors);
    const std::vector<ReplayStep> &steps = picture.steps;
    const auto duration = [](double ns) { return durationText(Duration(static_cast<std::int64_t>(ns))); };
    const auto failed = [&picture](std::size_t i) {
        double sum = 0;
        for (const std::vector<double> &kind : picture.errors)
            sum += kind[i];
        return sum;
    };
    std::string html;
    if (report.contents.hasUsers)
        html +=
            svg.lane("Users", {{"", colors.users, [&](std::size_t i) { return steps[i].users; }}}, decimalText, false);
    html += svg.lane("Requests a second", {{"", colors.requests, [&](std::size_t i) { return steps[i].requestsRps; }}},
                     rateText, false);
    html += svg.lane("Latency",
                     {{"p50", colors.p50, [&](std::size_t i) { return steps[i].p50Ns; }},
                      {"p95", colors.p95, [&](std::size_t i) { return steps[i].p95Ns; }},
                      {"p99", colors.p99, [&](std::size_t i) { return steps[i].p99Ns; }}},
                     duration, true);
    html += svg.lane("Failed requests", {{"", colors.bad, failed}}, percentText, false);
    return html;
}

} // namespace tailspan::layout
