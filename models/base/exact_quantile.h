// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>

namespace tailspan {

/// Exact quantiles at ascending `ratios` (0..1) by linear interpolation between closest ranks (Hyndman and Fan 1996,
/// type 7; the same definition as LogHistogram::quantile). Reorders `values`, which must not be negative; 0 for none.
/// Linear on average: each quantile is selected among what the one before left above it.
template <std::size_t N>
[[nodiscard]] std::array<std::int64_t, N> exactQuantiles(std::span<std::int64_t> values,
                                                         const std::array<double, N> &ratios)
{
    std::array<std::int64_t, N> quantiles{};
    if (values.empty())
        return quantiles;
    std::size_t settled = 0; // values before it are at most those from it on
    for (std::size_t i = 0; i < N; ++i) {
        const double position = ratios[i] * static_cast<double>(values.size() - 1);
        const std::size_t below = std::min(static_cast<std::size_t>(position), values.size() - 1);
        const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
        std::nth_element(values.begin() + static_cast<std::ptrdiff_t>(settled), at, values.end());
        settled = below;
        const double fraction = position - static_cast<double>(below);
        quantiles[i] = *at;
        if (fraction > 0 && below + 1 < values.size()) {
            const std::int64_t next = *std::min_element(at + 1, values.end());
            quantiles[i] += static_cast<std::int64_t>(std::llround(fraction * static_cast<double>(next - *at)));
        }
    }
    return quantiles;
}

} // namespace tailspan
