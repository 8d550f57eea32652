// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/hash.h"

#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

namespace tailspan {

/// Numbers 64-bit keys 0, 1, 2, ... in the order in which they are first seen. Open addressing with linear probing at
/// most half full: 8 to 32 bytes a key besides the keys themselves. Fewer than 2^32 - 1 keys.
class KeyNumbers {
public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    explicit KeyNumbers(std::size_t expected = 0) { rebuild(std::bit_ceil(expected * 2 + 16)); }

    /// The number of the key, which gets the next one when it is new.
    std::uint32_t numberOf(std::uint64_t key)
    {
        std::size_t slot = slotOf(key);
        if (m_slots[slot] != kNone)
            return m_slots[slot];
        const auto number = static_cast<std::uint32_t>(m_keys.size());
        m_keys.push_back(key);
        m_slots[slot] = number;
        if (m_keys.size() * 2 > m_slots.size())
            rebuild(m_slots.size() * 4);
        return number;
    }
    /// The number of a key seen before, or kNone.
    [[nodiscard]] std::uint32_t find(std::uint64_t key) const { return m_slots[slotOf(key)]; }

    /// By number.
    [[nodiscard]] const std::vector<std::uint64_t> &keys() const { return m_keys; }
    [[nodiscard]] std::size_t size() const { return m_keys.size(); }

private:
    /// Where the key stands, or would.
    [[nodiscard]] std::size_t slotOf(std::uint64_t key) const
    {
        std::size_t slot = mixBits(key) & (m_slots.size() - 1);
        while (m_slots[slot] != kNone && m_keys[m_slots[slot]] != key)
            slot = (slot + 1) & (m_slots.size() - 1);
        return slot;
    }

    void rebuild(std::size_t slotCount)
    {
        m_slots.assign(slotCount, kNone);
        for (std::uint32_t number = 0; number < m_keys.size(); ++number)
            m_slots[slotOf(m_keys[number])] = number;
    }

    std::vector<std::uint32_t> m_slots; // a power of two
    std::vector<std::uint64_t> m_keys;
};

/// Two 32-bit numbers as one key.
[[nodiscard]] constexpr std::uint64_t pairKey(std::uint32_t high, std::uint32_t low)
{
    return std::uint64_t{high} << 32U | low;
}
[[nodiscard]] constexpr std::uint32_t highOfPair(std::uint64_t key)
{
    return static_cast<std::uint32_t>(key >> 32U);
}
[[nodiscard]] constexpr std::uint32_t lowOfPair(std::uint64_t key)
{
    return static_cast<std::uint32_t>(key);
}

} // namespace tailspan
