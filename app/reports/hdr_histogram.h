// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/log_histogram.h"
#include "models/base/result.h"

#include <cstdint>
#include <string_view>

namespace tailspan::reports {

/// What one histogram of HdrHistogram (Tene) holds, its values turned into nanoseconds. Each value is taken as the
/// middle of its range, which is at most 10^-digits of the value wide.
struct HdrHistogram {
    LogHistogram values;
    int digits = 0; ///< Significant digits, 0 to 5.
};

/// Decodes the base64 text of a log row: a packed histogram in the encoding V0, V1 or V2 (told apart by its cookie).
/// `unitNs`: how long one unit of a value is. Errors: Malformed, Unsupported (a histogram of doubles), LimitReached.
[[nodiscard]] Result<HdrHistogram> decodeHdrHistogram(std::string_view base64, std::int64_t unitNs);

} // namespace tailspan::reports
