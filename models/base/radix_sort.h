// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace tailspan {

/// A sort key with the number of what it belongs to.
struct KeyedRow {
    std::uint64_t key = 0;
    std::uint32_t row = 0;
};

/// Sorts by key, keeping the order of equal keys. Least significant digit first, 11 bits a pass, passes in which all
/// keys agree left out: for times within an hour three to four passes.
inline void radixSort(std::vector<KeyedRow> &rows)
{
    constexpr unsigned kDigitBits = 11;
    constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
    std::vector<KeyedRow> buffer(rows.size());
    for (unsigned shift = 0; shift < 64; shift += kDigitBits) {
        std::array<std::uint32_t, kDigits> places{};
        for (const KeyedRow &entry : rows)
            ++places[entry.key >> shift & (kDigits - 1)];
        bool isTrivial = rows.empty();
        std::uint32_t sum = 0;
        for (std::uint32_t &place : places) {
            isTrivial = isTrivial || place == rows.size();
            const std::uint32_t count = place;
            place = sum;
            sum += count;
        }
        if (isTrivial)
            continue;
        for (const KeyedRow &entry : rows)
            buffer[places[entry.key >> shift & (kDigits - 1)]++] = entry;
        rows.swap(buffer);
    }
}

/// The key that orders signed numbers as unsigned ones.
[[nodiscard]] constexpr std::uint64_t sortKeyOf(std::int64_t value)
{
    return static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63U);
}

} // namespace tailspan
