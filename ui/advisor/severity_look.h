// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "ui/widgets/chip.h"

#include <QColor>
#include <QString>

namespace tailspan::advisorpage {

/// Never alone: the word stands beside it.
[[nodiscard]] QColor severityColor(advisor::Severity severity);
/// "High"
[[nodiscard]] QString severityWord(advisor::Severity severity);
/// Of the words that advice::stateText() and the page give.
[[nodiscard]] QColor stateColor(const QString &state);
[[nodiscard]] widgets::Chip::Kind stateChip(const QString &state);

} // namespace tailspan::advisorpage
