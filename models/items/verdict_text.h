// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/verdict_order.h"

#include <QString>

#include <optional>
#include <vector>

namespace tailspan::items {

// How verdicts are put into words, the same in the strip, in the table and in what a screen reader hears.

enum class VerdictState { Failed, Disputed, Open, Passed };

/// "412 ms", "2.41 s", "0.4 %", "1,000 users", "0.0021"; "no data" where there is no number.
[[nodiscard]] QString verdictNumberText(const std::optional<double> &value, const std::string &unit);
/// "< 200 ms"; empty where the file gives no limit.
[[nodiscard]] QString verdictLimitText(const loadtest::Verdict &verdict, const std::string &unit);
/// "passed", "failed", "open".
[[nodiscard]] QString verdictWord(const loadtest::Verdict &verdict);
/// "first in breach at 14:02:10 for 12 s; in breach in 3 steps of 60": what an own limit has beside its figures.
[[nodiscard]] QString verdictDetailText(const loadtest::Verdict &verdict);
/// "190 to 214 ms": the interval of the observed value; empty where there is none.
[[nodiscard]] QString verdictIntervalText(const loadtest::Verdict &verdict, const std::string &unit);
/// Who judged: "report" or "Tailspan".
[[nodiscard]] QString verdictOriginText(loadtest::Origin origin);

/// One line of the verdict strip.
struct VerdictChip {
    VerdictState state = VerdictState::Open;
    QString text;
    std::optional<TimePoint> breach = {}; ///< The first moment in which an own limit did not hold.
};
/// Disputed scenarios first (each once, saying who says what), then failed, open and passed verdicts. A verdict that
/// a dispute speaks for already does not come again unless it failed.
[[nodiscard]] std::vector<VerdictChip> verdictChipsOf(const loadtest::LoadTestReport &report);

} // namespace tailspan::items
