// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/data_quality.h"
#include "models/base/result.h"

#include <string>
#include <string_view>

namespace tailspan::reports {

/// JSON text that an ordinary parser takes without surprises.
struct PreparedJson {
    std::string text;
    DataQuality quality;
    bool isTruncated = false;
};

/// Checks the depth and puts right what strict JSON does not allow (see readJsonDocument); a text that ends in the
/// middle is cut behind its last whole value and closed. What is behind the first value stays as it is, for the
/// parser to complain about. Errors: LimitReached for depth, Malformed for a text in which nothing is whole.
[[nodiscard]] Result<PreparedJson> prepareJson(std::string_view text, const std::string &name);

} // namespace tailspan::reports
