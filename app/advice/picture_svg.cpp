// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/picture_svg.h"

#include "models/base/html_text.h"
#include "models/base/utf8.h"
#include "models/layout/finding_picture.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advice {

namespace {

using layout::FindingPicture;
using layout::Ink;

constexpr double kWidthPx = 880;
constexpr double kEm = 0.56; // of a character of a usual sans-serif face, in its size
constexpr double kSmallPx = 11;
constexpr double kTablePx = 12;
constexpr std::size_t kMostSpokenBytes = 500;

double sizeOf(layout::Face face)
{
    return face == layout::Face::Small ? kSmallPx : kTablePx;
}

std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Never more than has room by the estimate; cut between characters.
std::string shortened(const std::string &text, double widthPx, double sizePx)
{
    const auto room = static_cast<std::size_t>(std::max(widthPx / (sizePx * kEm), 1.0));
    if (characters(text) <= room)
        return text;
    std::size_t bytes = 0;
    for (std::size_t left = room; bytes < text.size(); ++bytes) {
        const bool isStart = (static_cast<unsigned char>(text[bytes]) & 0xC0U) != 0x80U;
        if (isStart && left-- <= 1)
            break;
    }
    return text.substr(0, bytes) + "\u2026";
}

std::string colorOf(const layout::InkOf &ink)
{
    const auto variable = [](const std::string &name) { return "var(--" + name + ",currentColor)"; };
    switch (ink.ink) {
    case Ink::Text: return variable("ink-text");
    case Ink::Muted: return variable("ink-muted");
    case Ink::Grid: return variable("ink-grid");
    case Ink::Line: return variable("ink-line");
    case Ink::Good: return variable("ink-good");
    case Ink::Bad: return variable("ink-bad");
    case Ink::Accent: return variable("ink-accent");
    case Ink::Category: break;
    }
    constexpr std::size_t kCategories = 8;
    return variable("ink-" + std::to_string(ink.category % kCategories));
}

std::string pathSvg(const std::vector<layout::PicturePoint> &points, const layout::InkOf &ink, double widthPx,
                    bool isDashed)
{
    std::string data;
    for (const layout::PicturePoint &point : points)
        data += (data.empty() ? "M" : "L") + svgNumber(point.xPx) + " " + svgNumber(point.yPx);
    return "<path d=\"" + data + "\" style=\"fill:none;stroke:" + colorOf(ink) + ";stroke-width:" + svgNumber(widthPx)
        + (isDashed ? ";stroke-dasharray:5 4" : "") + "\"/>";
}

std::string barSvg(const layout::PictureBar &bar)
{
    return "<rect x=\"" + svgNumber(bar.box.xPx) + "\" y=\"" + svgNumber(bar.box.yPx) + "\" width=\""
        + svgNumber(bar.box.widthPx) + "\" height=\"" + svgNumber(bar.box.heightPx)
        + "\" rx=\"2\" style=\"fill:" + colorOf(bar.ink) + "\"/>";
}

std::string textSvg(const layout::PictureText &text)
{
    const double size = sizeOf(text.face);
    double x = text.box.xPx;
    const char *anchor = "start";
    if (text.side == layout::Side::Right) {
        x += text.box.widthPx;
        anchor = "end";
    } else if (text.side == layout::Side::Middle) {
        x += text.box.widthPx / 2;
        anchor = "middle";
    }
    const double baseline = text.box.yPx + text.box.heightPx / 2 + size * 0.36;
    return "<text x=\"" + svgNumber(x) + "\" y=\"" + svgNumber(baseline) + "\" text-anchor=\"" + anchor
        + "\" font-size=\"" + svgNumber(size) + "\" style=\"fill:" + colorOf(text.ink) + "\">"
        + htmlEscaped(shortened(text.text, text.box.widthPx, size)) + "</text>";
}

std::string variablesOf(const ReportColors &colors)
{
    std::string css;
    const auto add = [&css](const std::string &name, const std::string &color) {
        if (!color.empty())
            css += "--ink-" + name + ":" + color + ";";
    };
    add("text", colors.text);
    add("muted", colors.muted);
    add("grid", colors.grid);
    add("line", colors.line);
    add("good", colors.good);
    add("bad", colors.bad);
    add("accent", colors.accent);
    add("ground", colors.ground);
    for (std::size_t i = 0; i < colors.categories.size(); ++i)
        add(std::to_string(i), colors.categories[i]);
    return css;
}

} // namespace

std::string pictureAsSvg(const advisor::Picture &picture)
{
    const bool isText = std::holds_alternative<advisor::PlanPicture>(picture);
    const FindingPicture laid = isText ? FindingPicture()
                                       : layout::findingPicture(picture, kWidthPx, [](std::string_view text) {
                                             return static_cast<double>(characters(text)) * kSmallPx * kEm;
                                         });
    if (laid.heightPx <= 0)
        return {};
    const std::string title = htmlEscaped(layout::pictureTitle(picture));
    const std::string words = layout::pictureInWords(picture);
    std::string svg = "<figure><figcaption>" + title + "</figcaption><svg viewBox=\"0 0 " + svgNumber(laid.widthPx)
        + " " + svgNumber(laid.heightPx) + "\" role=\"img\" aria-label=\""
        + htmlEscaped(utf8Prefix(words, kMostSpokenBytes)) + "\">\n";
    for (const layout::PictureLine &line : laid.lines)
        svg += pathSvg({{line.x1Px, line.y1Px}, {line.x2Px, line.y2Px}}, line.ink, line.widthPx, line.isDashed);
    for (const layout::PictureCurve &curve : laid.curves)
        svg += pathSvg(curve.points, curve.ink, 1.6, curve.isDashed);
    for (const layout::PictureBar &bar : laid.bars)
        svg += barSvg(bar);
    for (const layout::PictureText &text : laid.texts)
        svg += textSvg(text) + "\n";
    return svg + "</svg></figure>\n";
}

std::string pictureStyle(const ReportColors &light, const ReportColors &dark)
{
    std::string css;
    if (const std::string variables = variablesOf(light); !variables.empty())
        css += ":root{" + variables + "}";
    if (const std::string variables = variablesOf(dark); !variables.empty())
        css += "@media (prefers-color-scheme:dark){:root{" + variables + "}}";
    return css;
}

} // namespace tailspan::advice
