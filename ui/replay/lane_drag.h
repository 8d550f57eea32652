// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tailspan::replay {

/// Where a lane stands, in pixels of the widget that has them all.
struct LanePlace {
    QString id;
    double topPx = 0;
    double bottomPx = 0;
};

/// What a press among lanes took hold of, and where it is led: a title changes places, a lower edge the height. A value;
/// `places` are those of the shown lanes from top to bottom.
class LaneDrag {
public:
    enum class Part : std::uint8_t { None, Title, Edge };
    static constexpr double kGripPx = 4;  ///< To both sides of an edge.
    static constexpr double kLeastPx = 4; ///< Less is a click.

    /// What is at that height, over the names (`isOverNames`) or over the plots. The edge of the last lane counts only
    /// where lanes do not share a height.
    [[nodiscard]] static Part partAt(const std::vector<LanePlace> &places, double yPx, bool isOverNames,
                                     bool hasLastEdge, std::size_t &found)
    {
        for (std::size_t i = 0; i < places.size(); ++i) {
            found = i;
            if (std::abs(yPx - places[i].bottomPx) <= kGripPx && (hasLastEdge || i + 1 < places.size()))
                return Part::Edge;
            if (isOverNames && yPx >= places[i].topPx && yPx < places[i].bottomPx)
                return Part::Title;
        }
        return Part::None;
    }
    /// The place among the others where a title that is let go at that height goes: the lane under it.
    [[nodiscard]] static std::size_t placeAt(const std::vector<LanePlace> &places, double yPx)
    {
        for (std::size_t i = 0; i + 1 < places.size(); ++i) {
            if (yPx < (places[i].bottomPx + places[i + 1].topPx) / 2)
                return i;
        }
        return places.empty() ? 0 : places.size() - 1;
    }

    Part part = Part::None;
    std::size_t lane = 0; ///< Of the places when it began.
    double pressedPx = 0;
    double nowPx = 0;
    bool hasMoved = false;

    void moveTo(double yPx)
    {
        nowPx = yPx;
        hasMoved = hasMoved || std::abs(yPx - pressedPx) >= kLeastPx;
    }
};

} // namespace tailspan::replay
