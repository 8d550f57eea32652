// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/graph/service_map.h"
#include "models/layout/map_layout.h"
#include "ui/servicemap/map_canvas.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace tailspan::servicemap {

struct MomentScene;

/// "Service", "Database", ...
[[nodiscard]] QString kindText(graph::NodeKind kind);

/// A figure in words: "Calls", "48,213".
struct FigureRow {
    QString title;
    QString value;
};
/// Rate, calls, failures, p50, p95, share of the critical path, each with what it was in the baseline.
[[nodiscard]] std::vector<FigureRow> figureRows(const layout::MapFigures &figures);

/// "payment", "auth → payment".
[[nodiscard]] QString titleOf(const MapSelection &selection);
/// All there is to say of a node or an edge, in lines: the tooltip, and what screen readers are told.
[[nodiscard]] QString tooltipOf(const layout::MapScene &scene, const MapSelection &selection);
/// What happened at the crosshair, in one line.
[[nodiscard]] QString momentSentence(const MomentScene &moment);
/// The state of the map in one line: where it comes from, what is left out and why.
[[nodiscard]] QStringList stateSentences(const graph::ServiceMap &map, const DrawnMap &drawn);

} // namespace tailspan::servicemap
