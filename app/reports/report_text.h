// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "models/base/iso_time.h"
#include "models/base/progress.h"
#include "models/base/result.h"

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace tailspan::reports {

/// The stream to its end. Errors: Cancelled, LimitReached beyond `maxBytes`.
[[nodiscard]] Result<std::string> readWholeText(bytes::ByteStream &stream, std::size_t maxBytes, std::stop_token stop,
                                                Progress &progress);

/// All of `text` as a decimal integer.
[[nodiscard]] std::optional<std::int64_t> integerIn(std::string_view text);

/// A number of milliseconds as nanoseconds, rounded, kept inside 64 bits.
[[nodiscard]] std::int64_t nsFromMs(double ms);

} // namespace tailspan::reports
