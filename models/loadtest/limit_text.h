// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace tailspan::loadtest {

/// "< 200 ms", "at most 1 %", "at least 100/s", "0.9": a comparison, a number and its unit, as a person writes them.
struct LimitText {
    std::string comparison; ///< "" where none is written.
    double value = 0;
    std::string unit; ///< As written: "ms", "%", "/s", "".
};

/// Without blanks and tabs at both ends.
[[nodiscard]] std::string_view withoutBlanks(std::string_view text);

/// nullopt where the text is no such thing. Comparisons: <, <=, >, >=, at most, at least, below, above.
[[nodiscard]] std::optional<LimitText> parseLimitText(std::string_view text);

/// "250 ms", "1.5 s", "5 min", "2 h", "800 us"; nullopt without a unit of time or below zero.
[[nodiscard]] std::optional<Duration> parseDurationText(std::string_view text);
[[nodiscard]] std::optional<Duration> durationOf(const LimitText &text);

} // namespace tailspan::loadtest
