// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace tailspan {

/// How many pieces of `width` cover `length`; never overflows. Precondition: length >= 0, width > 0.
[[nodiscard]] constexpr std::int64_t ceilDivide(std::int64_t length, std::int64_t width)
{
    return length / width + (length % width > 0 ? 1 : 0);
}

} // namespace tailspan
