// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/picture_svg.h"

#include "models/base/html_text.h"
#include "models/base/utf8.h"
#include "models/layout/finding_picture.h"

#include <string_view>

namespace tailspan::advice {

namespace {

using layout::FindingPicture;
using layout::Ink;

constexpr double kWidthPx = 880;
constexpr double kSmallPx = 11;
constexpr double kTablePx = 12;
constexpr std::size_t kMostSpokenBytes = 500;

double sizeOf(layout::Face face)
{
    return face == layout::Face::Small ? kSmallPx : kTablePx;
}

bool isFollowing(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Of one character in a usual sans-serif face, in its size: rather too much than too little.
double emsOf(char first)
{
    constexpr std::string_view kNarrow = "iljtfrI.,;:|'!()[]{}/ ";
    constexpr std::string_view kWide = "wmWM@%";
    if (static_cast<unsigned char>(first) >= 0xE0U) // scripts of wide signs
        return 1.0;
    if (kNarrow.find(first) != std::string_view::npos)
        return 0.34;
    if (kWide.find(first) != std::string_view::npos)
        return 0.92;
    return first >= 'A' && first <= 'Z' ? 0.7 : 0.6;
}

double emsOf(std::string_view text)
{
    double ems = 0;
    for (const char c : text)
        ems += isFollowing(c) ? 0 : emsOf(c);
    return ems;
}

/// Never more than has room by the estimate; cut between characters.
std::string shortened(const std::string &text, double widthPx, double sizePx)
{
    const double room = widthPx / sizePx;
    if (emsOf(text) <= room)
        return text;
    double ems = 1; // of the dots
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        ems += isFollowing(text[end]) ? 0 : emsOf(text[end]);
        if (ems > room)
            break;
    }
    return text.substr(0, end) + "\u2026";
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
    const FindingPicture laid = isText
        ? FindingPicture()
        : layout::findingPicture(picture, kWidthPx, [](std::string_view text) { return emsOf(text) * kSmallPx; });
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
