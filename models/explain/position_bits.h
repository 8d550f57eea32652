// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tailspan::explain {

/// One bit a position. Precondition of the two-operand calls: as many positions.
class PositionBits {
public:
    explicit PositionBits(std::size_t positions) : m_words((positions + 63) / 64) {}
    void set(std::size_t position) { m_words[position / 64] |= std::uint64_t{1} << (position % 64); }
    [[nodiscard]] bool isSet(std::size_t position) const
    {
        return (m_words[position / 64] >> (position % 64) & 1) != 0;
    }
    [[nodiscard]] std::size_t count() const
    {
        std::size_t sum = 0;
        for (const std::uint64_t word : m_words)
            sum += static_cast<std::size_t>(std::popcount(word));
        return sum;
    }
    [[nodiscard]] std::size_t countWith(const PositionBits &other) const
    {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < m_words.size(); ++i)
            sum += static_cast<std::size_t>(std::popcount(m_words[i] & other.m_words[i]));
        return sum;
    }
    void intersect(const PositionBits &other)
    {
        for (std::size_t i = 0; i < m_words.size(); ++i)
            m_words[i] &= other.m_words[i];
    }
    /// The part of all that either has which both have; 1 when none has any.
    [[nodiscard]] double likeness(const PositionBits &other) const
    {
        const std::size_t both = countWith(other);
        const std::size_t any = count() + other.count() - both;
        return any == 0 ? 1 : static_cast<double>(both) / static_cast<double>(any);
    }

private:
    std::vector<std::uint64_t> m_words;
};

} // namespace tailspan::explain
