// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/finding_picture.h"

#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::layout {

namespace {

using advisor::CallsPicture;
using advisor::PlanPicture;

constexpr double kPlanLinePx = 19;
constexpr double kIndentPx = 13;
constexpr double kGapPx = 24;
constexpr double kSidePx = 620; // from here on both plans fit side by side
constexpr double kCallRowPx = 20;
constexpr double kCallBarPx = 12;
constexpr double kMostNamePx = 210;
constexpr double kTimePx = 70;
constexpr std::size_t kMostCallRows = 12;

constexpr const char *kToday = "Today";
constexpr const char *kWithFix = "With the fix";

double heightOf(const std::vector<PlanPicture::Line> &lines)
{
    return static_cast<double>(lines.size() + 1) * kPlanLinePx;
}

void addPlan(const std::vector<PlanPicture::Line> &lines, const char *title, Ink changed, const PictureBox &room,
             FindingPicture &picture)
{
    picture.texts.push_back(
        {{room.xPx, room.yPx, room.widthPx, kPlanLinePx}, title, {Ink::Muted, 0}, Face::Small, Side::Left});
    double y = room.yPx + kPlanLinePx;
    for (const PlanPicture::Line &line : lines) {
        const double indent = std::min(static_cast<double>(line.depth) * kIndentPx, room.widthPx / 2);
        const PictureBox box{room.xPx + indent, y, room.widthPx - indent, kPlanLinePx};
        picture.texts.push_back({box, line.text, {line.isChanged ? changed : Ink::Text, 0}, Face::Mono, Side::Left});
        picture.hints.push_back({box, line.text});
        y += kPlanLinePx;
    }
}

std::string nameOf(const CallsPicture::Bar &bar)
{
    return bar.count > 1 ? std::to_string(bar.count) + "\u00d7 " + bar.label : bar.label;
}

std::string lengthOf(const CallsPicture::Bar &bar)
{
    return durationText(Duration(saturatingSubtract(bar.endNs, bar.beginNs)));
}

/// Bars on one axis from 0 to `endNs`.
class CallRows {
public:
    CallRows(FindingPicture &picture, std::int64_t endNs)
        : m_picture(picture), m_namePx(std::min(kMostNamePx, picture.widthPx * 0.4)),
          m_roomPx(std::max(picture.widthPx - m_namePx - kTimePx, 20.0)), m_endNs(endNs)
    {}

    void add(const std::vector<CallsPicture::Bar> &bars, const std::string &title, Ink ink)
    {
        const std::size_t shown = std::min(bars.size(), kMostCallRows);
        const std::string more =
            shown < bars.size() ? title + ", first " + std::to_string(shown) + " of " + countText(bars.size()) : title;
        m_picture.texts.push_back(
            {{0, m_picture.heightPx, m_picture.widthPx, kCallRowPx}, more, {Ink::Muted, 0}, Face::Small, Side::Left});
        m_picture.heightPx += kCallRowPx;
        for (std::size_t i = 0; i < shown; ++i)
            addRow(bars[i], ink);
    }

private:
    [[nodiscard]] double xOf(std::int64_t ns) const
    {
        return m_namePx + m_roomPx * std::clamp(static_cast<double>(ns) / static_cast<double>(m_endNs), 0.0, 1.0);
    }

    void addRow(const CallsPicture::Bar &bar, Ink ink)
    {
        const double top = m_picture.heightPx;
        const double begin = xOf(bar.beginNs);
        const double end = std::max(xOf(bar.endNs), begin + 2);
        m_picture.texts.push_back(
            {{0, top, m_namePx - 10, kCallRowPx}, nameOf(bar), {Ink::Text, 0}, Face::Table, Side::Left});
        m_picture.bars.push_back({{begin, top + (kCallRowPx - kCallBarPx) / 2, end - begin, kCallBarPx}, {ink, 0}});
        m_picture.texts.push_back(
            {{end + 6, top, kTimePx - 8, kCallRowPx}, lengthOf(bar), {Ink::Muted, 0}, Face::Table, Side::Left});
        m_picture.hints.push_back({{0, top, m_picture.widthPx, kCallRowPx}, nameOf(bar) + ", " + lengthOf(bar)});
        m_picture.heightPx += kCallRowPx;
    }

    FindingPicture &m_picture;
    double m_namePx;
    double m_roomPx;
    std::int64_t m_endNs;
};

} // namespace

FindingPicture planPicture(const PlanPicture &plans, double widthPx)
{
    FindingPicture picture;
    picture.widthPx = widthPx;
    if (widthPx >= kSidePx) {
        const double half = (widthPx - kGapPx) / 2;
        picture.heightPx = std::max(heightOf(plans.before), heightOf(plans.after));
        addPlan(plans.before, kToday, Ink::Bad, {0, 0, half, 0}, picture);
        addPlan(plans.after, kWithFix, Ink::Good, {half + kGapPx, 0, half, 0}, picture);
        const double middle = half + kGapPx / 2;
        picture.lines.push_back({middle, 2, middle, picture.heightPx - 2, {Ink::Line, 0}, 1, false});
        return picture;
    }
    const double second = heightOf(plans.before) + kPlanLinePx;
    picture.heightPx = second + heightOf(plans.after);
    addPlan(plans.before, kToday, Ink::Bad, {0, 0, widthPx, 0}, picture);
    addPlan(plans.after, kWithFix, Ink::Good, {0, second, widthPx, 0}, picture);
    return picture;
}

FindingPicture callsPicture(const CallsPicture &calls, double widthPx)
{
    std::int64_t endNs = 1;
    for (const auto *bars : {&calls.before, &calls.after}) {
        for (const CallsPicture::Bar &bar : *bars)
            endNs = std::max(endNs, bar.endNs);
    }
    FindingPicture picture;
    picture.widthPx = widthPx;
    CallRows rows(picture, endNs);
    rows.add(calls.before, kToday, Ink::Bad);
    rows.add(calls.after, kWithFix, Ink::Good);
    picture.heightPx += 8;
    return picture;
}

FindingPicture findingPicture(const advisor::Picture &picture, double widthPx, const TextWidth &widthOf)
{
    if (const auto *plans = std::get_if<PlanPicture>(&picture))
        return planPicture(*plans, widthPx);
    if (const auto *curves = std::get_if<advisor::CurvePicture>(&picture))
        return curvePicture(*curves, widthPx, widthOf);
    if (const auto *calls = std::get_if<CallsPicture>(&picture))
        return callsPicture(*calls, widthPx);
    return {};
}

std::string pictureTitle(const advisor::Picture &picture)
{
    if (std::holds_alternative<PlanPicture>(picture))
        return "Plan";
    if (const auto *curves = std::get_if<advisor::CurvePicture>(&picture))
        return curves->yName;
    if (std::holds_alternative<CallsPicture>(picture))
        return "Calls of one trace, today and with the fix";
    return std::holds_alternative<advisor::TablePicture>(picture) ? "Figures" : "";
}

std::string pictureInWords(const advisor::Picture &picture)
{
    std::string words;
    if (const auto *plans = std::get_if<PlanPicture>(&picture)) {
        for (const auto &[title, lines] :
             {std::pair("Plan today:", &plans->before), {" Plan with the fix:", &plans->after}}) {
            words += title;
            for (const PlanPicture::Line &line : *lines)
                words += " " + line.text + ";";
        }
    } else if (const auto *calls = std::get_if<CallsPicture>(&picture)) {
        for (const auto &[title, bars] : {std::pair("Today:", &calls->before), {" With the fix:", &calls->after}}) {
            words += title;
            for (const CallsPicture::Bar &bar : *bars)
                words += " " + nameOf(bar) + " " + lengthOf(bar) + ";";
        }
    } else if (const auto *curves = std::get_if<advisor::CurvePicture>(&picture)) {
        words = curves->yName + " by " + curves->xName;
    }
    return words;
}

} // namespace tailspan::layout
