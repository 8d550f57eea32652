// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tailspan::layout {

/// A set of the rows of one trace, counted from its first row: one bit a row.
class RowSet {
public:
    RowSet() = default;
    explicit RowSet(std::uint32_t size) : m_words(std::size_t{size} / 64 + 1), m_size(size) {}

    [[nodiscard]] std::uint32_t size() const { return m_size; }
    /// Precondition of what follows: rows are below size(), ranges end at most there.
    [[nodiscard]] bool contains(std::uint32_t row) const { return (m_words[row / 64] >> (row % 64) & 1) != 0; }
    /// True when it changed the set.
    bool set(std::uint32_t row, bool isIn)
    {
        const std::uint64_t bit = std::uint64_t{1} << (row % 64);
        if (((m_words[row / 64] & bit) != 0) == isIn)
            return false;
        m_words[row / 64] ^= bit;
        return true;
    }
    void addRange(std::uint32_t begin, std::uint32_t end)
    {
        for (std::uint32_t row = begin; row < end; row = (row / 64 + 1) * 64) {
            std::uint64_t bits = ~std::uint64_t{0} << (row % 64);
            if (end - row / 64 * 64 < 64)
                bits &= (std::uint64_t{1} << (end % 64)) - 1;
            m_words[row / 64] |= bits;
        }
    }
    /// The first row at or after `row` that is in the set; size() when there is none.
    [[nodiscard]] std::uint32_t nextIn(std::uint32_t row) const { return next(row, 0); }
    /// The first one that is not.
    [[nodiscard]] std::uint32_t nextOut(std::uint32_t row) const { return next(row, ~std::uint64_t{0}); }
    /// The last row before `row` that is in the set; size() when there is none.
    [[nodiscard]] std::uint32_t previousIn(std::uint32_t row) const
    {
        while (row > 0) {
            const std::uint32_t begin = (row - 1) / 64 * 64;
            const std::uint64_t below = row - begin == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (row - begin)) - 1;
            const std::uint64_t word = m_words[begin / 64] & below;
            if (word != 0)
                return begin + 63U - static_cast<std::uint32_t>(std::countl_zero(word));
            row = begin;
        }
        return m_size;
    }
    [[nodiscard]] std::uint32_t count() const { return countBefore(m_size); }
    /// Of the rows before `row`, which is at most size().
    [[nodiscard]] std::uint32_t countBefore(std::uint32_t row) const
    {
        std::uint32_t rows = 0;
        for (std::uint32_t word = 0; word < row / 64; ++word)
            rows += static_cast<std::uint32_t>(std::popcount(m_words[word]));
        if (row % 64 != 0)
            rows +=
                static_cast<std::uint32_t>(std::popcount(m_words[row / 64] & ((std::uint64_t{1} << (row % 64)) - 1)));
        return rows;
    }

    friend bool operator==(const RowSet &, const RowSet &) = default;

private:
    [[nodiscard]] std::uint32_t next(std::uint32_t row, std::uint64_t flip) const
    {
        while (row < m_size) {
            const std::uint64_t word = (m_words[row / 64] ^ flip) >> (row % 64);
            if (word != 0) {
                const std::uint32_t found = row + static_cast<std::uint32_t>(std::countr_zero(word));
                return found < m_size ? found : m_size;
            }
            row = (row / 64 + 1) * 64;
        }
        return m_size;
    }

    std::vector<std::uint64_t> m_words; // bits at and above m_size are 0
    std::uint32_t m_size = 0;
};

} // namespace tailspan::layout
