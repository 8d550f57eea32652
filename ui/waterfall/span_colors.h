// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/waterfall_layout.h"
#include "models/trace/duration_ranks.h"

#include <QColor>
#include <QString>

#include <cstdint>

class QIcon;

namespace tailspan::waterfall {

/// What the colour of a bar says. The square beside the name always says the service.
enum class ColorBy : std::uint8_t {
    Service,
    DurationRank, ///< Fast to slow among the spans of the same service and operation.
    Error,
};

/// The next one, round and round.
[[nodiscard]] ColorBy following(ColorBy colorBy);
/// "Service": for menus. And one line about it.
[[nodiscard]] QString nameOf(ColorBy colorBy);
[[nodiscard]] QString explanationOf(ColorBy colorBy);
/// Its colours side by side, for a legend. In the theme in force.
[[nodiscard]] QIcon swatchesOf(ColorBy colorBy);

/// Of a bar in the theme in force. A span without a rank, and a run, whose members have one each, are grey where ranks
/// are asked for. `ranks` may be null while they are made: all is grey.
[[nodiscard]] QColor barColor(ColorBy colorBy, const layout::WaterfallRow &row, const trace::TraceSnapshot &snapshot,
                              const trace::DurationRanks *ranks);

} // namespace tailspan::waterfall
