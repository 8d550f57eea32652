// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tailspan::layout {

/// A yes or no for each span of a trace, and how many yes there are in any range of rows in constant time.
/// Costs one and a half bits a span. Used for "errors hidden under a fold".
class RankedBits {
public:
    RankedBits() = default;
    /// `isSet(i)` is asked once for each i in [0, size).
    template <class Predicate>
    RankedBits(std::size_t size, Predicate isSet) : m_words(size / 64 + 1), m_before(size / 64 + 2)
    {
        for (std::size_t i = 0; i < size; ++i) {
            if (isSet(i))
                m_words[i / 64] |= std::uint64_t{1} << (i % 64);
        }
        for (std::size_t w = 0; w < m_words.size(); ++w)
            m_before[w + 1] = m_before[w] + ones(m_words[w]);
    }

    [[nodiscard]] bool isEmpty() const { return m_words.empty(); }
    /// How many are set in [begin, end). Precondition: begin <= end <= size; an empty object counts nothing.
    [[nodiscard]] std::uint32_t count(std::size_t begin, std::size_t end) const
    {
        return m_words.empty() ? 0 : rank(end) - rank(begin);
    }

private:
    [[nodiscard]] static std::uint32_t ones(std::uint64_t word)
    {
        return static_cast<std::uint32_t>(std::popcount(word));
    }
    [[nodiscard]] std::uint32_t rank(std::size_t i) const
    {
        const std::uint64_t below = m_words[i / 64] & ((std::uint64_t{1} << (i % 64)) - 1);
        return m_before[i / 64] + ones(below);
    }

    std::vector<std::uint64_t> m_words;
    std::vector<std::uint32_t> m_before;
};

} // namespace tailspan::layout
