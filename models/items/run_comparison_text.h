// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/table_roles.h"
#include "models/loadtest/comparison.h"

#include <QString>

namespace tailspan::items {

/// A verdict in words: "regression", "improvement", "no change", "inconclusive", "not comparable".
[[nodiscard]] QString changeWord(loadtest::ChangeVerdict verdict);
[[nodiscard]] CellTone changeTone(loadtest::ChangeVerdict verdict);

/// The result of a comparison as one sentence, by the figure that speaks loudest: of all requests before single
/// endpoints, p95 before the others. "p95 got 40 % slower, 35 to 45 %".
struct RunHeadline {
    QString text;
    loadtest::ChangeVerdict verdict = loadtest::ChangeVerdict::NotComparable;
};
[[nodiscard]] RunHeadline headlineOf(const loadtest::Comparison &comparison);

} // namespace tailspan::items
