// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace tailspan::trace {

/// "500ms", "1.5 s", "20us", "2m", "1h", "300ns"; nothing when it is not a duration.
[[nodiscard]] std::optional<Duration> parseDuration(std::string_view text);

/// "duration>500ms", "duration>=1s", "duration<2s": the bound with its direction.
struct DurationBound {
    bool isMinimum = true;
    Duration bound; ///< Inclusive.
};
/// Nothing when the text is no such condition. Malformed when its duration cannot be read; says how to write one.
[[nodiscard]] Result<std::optional<DurationBound>> parseDurationBound(std::string_view text);

/// ASCII letters in lower case: names of services and routes.
[[nodiscard]] std::string loweredText(std::string_view text);
/// `needle` is in lower case already.
[[nodiscard]] bool containsLowered(std::string_view text, std::string_view needle);

} // namespace tailspan::trace
