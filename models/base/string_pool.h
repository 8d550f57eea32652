// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/strong_id.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace tailspan {

/// Each distinct string once, addressed by a 32-bit id; id 0 is the empty string.
///
/// Views stay valid as long as the pool lives: text is kept in blocks that never move.
/// Thread: one writer while it is built; any number of readers once it is const. Cost: intern is one hash and,
/// on a hit, one comparison.
class StringPool {
public:
    StringPool();
    StringPool(StringPool &&) noexcept = default;
    StringPool &operator=(StringPool &&) noexcept = default;

    [[nodiscard]] StringId intern(std::string_view text);
    /// The id of a string that is already here, or an invalid id.
    [[nodiscard]] StringId find(std::string_view text) const;
    [[nodiscard]] std::string_view view(StringId id) const
    {
        return id.value() < m_strings.size() ? m_strings[id.value()] : std::string_view();
    }
    [[nodiscard]] std::size_t size() const { return m_strings.size(); }
    /// Bytes of text and index, for the memory figures.
    [[nodiscard]] std::size_t memoryBytes() const;

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t id = StringId::kNone;
    };
    [[nodiscard]] std::size_t slotOf(std::string_view text, std::uint32_t hash) const;
    [[nodiscard]] std::string_view store(std::string_view text);
    void grow();

    std::vector<std::unique_ptr<char[]>> m_blocks;
    char *m_free = nullptr;
    std::size_t m_freeBytes = 0;
    std::size_t m_textBytes = 0;
    std::vector<std::string_view> m_strings;
    std::vector<Slot> m_slots; // open addressing, a power of two
};

} // namespace tailspan
