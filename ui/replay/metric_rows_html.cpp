// SPDX-License-Identifier: GPL-3.0-or-later
// The part of MetricRows that gives its lanes to a page that stands alone.
#include "ui/replay/metric_rows.h"

namespace tailspan::replay {

std::vector<layout::HtmlMetricLane> MetricRows::htmlLanes() const
{
    std::vector<layout::HtmlMetricLane> lanes;
    if (!isWanted())
        return lanes;
    for (const metriclanes::MetricLane *lane : m_lanes) {
        if (lane->isHidden())
            continue;
        layout::HtmlMetricLane &copy = lanes.emplace_back();
        copy.title = lane->spec().title.toStdString();
        copy.unit = lane->spec().unit;
        for (metriclanes::MetricLane::ShownLine &line : lane->shownLines())
            copy.lines.push_back({line.label.toStdString(), line.color.name().toStdString(), std::move(line.series)});
    }
    return lanes;
}

} // namespace tailspan::replay
