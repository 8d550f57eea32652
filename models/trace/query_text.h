// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/trace_query.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::trace {

/// A word of what the user typed.
struct QueryToken {
    std::string text;
    bool isQuoted = false; ///< It began with a quote: text, whatever it looks like.
};

/// Splits at blanks outside of double quotes; the quotes go away.
[[nodiscard]] std::vector<QueryToken> queryTokens(std::string_view text);

/// "500ms", "1.5 s", "20us", "2m", "1h", "300ns"; nothing when it is not a duration.
[[nodiscard]] std::optional<Duration> parseDuration(std::string_view text);

/// "duration>500ms", "duration>=1s", "duration<2s": the bound with its direction.
struct DurationBound {
    bool isMinimum = true;
    Duration bound; ///< Inclusive.
};
/// Nothing when the text is no such condition. Malformed when its duration cannot be read; says how to write one.
[[nodiscard]] Result<std::optional<DurationBound>> parseDurationBound(std::string_view text);

/// Reads words, "quoted phrases", service=NAME, operation=NAME, trace=ID, duration>500ms (>=, <, <=), status=error and
/// any other key=value, which is an attribute, into the query. Conditions of one kind are alternatives (services,
/// operations), of different kinds all hold. Errors: Malformed.
[[nodiscard]] Result<TraceQuery> parseQueryText(std::string_view text, TraceQuery query = {});

/// ASCII letters in lower case: names of services and routes.
[[nodiscard]] std::string loweredText(std::string_view text);
/// `needle` is in lower case already.
[[nodiscard]] bool containsLowered(std::string_view text, std::string_view needle);

} // namespace tailspan::trace
