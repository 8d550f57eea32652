// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/layout/plot_axis.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::layout {

// The picture that convinces, as lines, bars, curves and words: the page and the reports draw the same one. Lengths in
// device-independent pixels from the top left. Pure functions, any thread.

/// Colours by what they mean; who draws has them.
enum class Ink : std::uint8_t { Text, Muted, Grid, Line, Good, Bad, Accent, Category };
enum class Face : std::uint8_t { Small, Table, Mono };
enum class Side : std::uint8_t { Left, Right, Middle };
struct InkOf {
    Ink ink = Ink::Text;
    std::size_t category = 0; ///< Of Ink::Category.
};

struct PictureBox {
    double xPx = 0;
    double yPx = 0;
    double widthPx = 0;
    double heightPx = 0;

    [[nodiscard]] bool contains(double x, double y) const
    {
        return x >= xPx && x < xPx + widthPx && y >= yPx && y < yPx + heightPx;
    }
};
/// One line of words in its box, in the middle of its height; who draws shortens what has no room.
struct PictureText {
    PictureBox box;
    std::string text; ///< Plain, from outside: escape it.
    InkOf ink;
    Face face = Face::Small;
    Side side = Side::Left;
};
struct PictureLine {
    double x1Px = 0;
    double y1Px = 0;
    double x2Px = 0;
    double y2Px = 0;
    InkOf ink;
    double widthPx = 1;
    bool isDashed = false;
};
struct PictureBar {
    PictureBox box;
    InkOf ink;
};
struct PicturePoint {
    double xPx = 0;
    double yPx = 0;
};
struct PictureCurve {
    std::vector<PicturePoint> points; ///< A stretch between gaps.
    InkOf ink;
    bool isDashed = false;
};
/// What a tooltip says there.
struct PictureHint {
    PictureBox box;
    std::string text;
};
/// Where the values of curves stand.
struct CurvePlot {
    PictureBox area;
    PlotAxis x;
    PlotAxis y;

    [[nodiscard]] double xOf(double value) const { return area.xPx + x.placeOf(value) * area.widthPx; }
    [[nodiscard]] double yOf(double value) const { return area.yPx + area.heightPx - y.placeOf(value) * area.heightPx; }
};

/// To be drawn in this order.
struct FindingPicture {
    double widthPx = 0;
    double heightPx = 0; ///< 0: there is nothing to draw.
    std::vector<PictureLine> lines;
    std::vector<PictureBar> bars;
    std::vector<PictureCurve> curves;
    std::vector<PictureText> texts;
    std::vector<PictureHint> hints;
    std::optional<CurvePlot> plot; ///< Of a CurvePicture.
};

/// The width of words in Face::Small.
using TextWidth = std::function<double(std::string_view)>;

/// Of two plans, curves or calls, as wide as asked for and as high as that takes; nothing of a table, which is text.
[[nodiscard]] FindingPicture findingPicture(const advisor::Picture &picture, double widthPx, const TextWidth &widthOf);
[[nodiscard]] FindingPicture planPicture(const advisor::PlanPicture &plans, double widthPx);
[[nodiscard]] FindingPicture callsPicture(const advisor::CallsPicture &calls, double widthPx);
[[nodiscard]] FindingPicture curvePicture(const advisor::CurvePicture &curves, double widthPx,
                                          const TextWidth &widthOf);
/// "30 min  hit ratio 61 %": the values of all curves that stand nearest to that place.
[[nodiscard]] std::string curveReading(const advisor::CurvePicture &curves, const CurvePlot &plot, double xPx);
/// What the picture shows, for its heading: "Plan", "Hit ratio"; "" for none.
[[nodiscard]] std::string pictureTitle(const advisor::Picture &picture);
/// The same as a sentence for those who cannot see it.
[[nodiscard]] std::string pictureInWords(const advisor::Picture &picture);

} // namespace tailspan::layout
