// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/string_pool.h"

#include "models/base/hash.h"

#include <algorithm>
#include <cstring>

namespace tailspan {

namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;
constexpr std::size_t kFirstSlots = 1024;

std::uint32_t hashOf(std::string_view text)
{
    return static_cast<std::uint32_t>(hashBytes(text));
}

} // namespace

StringPool::StringPool() : m_slots(kFirstSlots)
{
    (void)intern({});
}

StringId StringPool::intern(std::string_view text)
{
    const std::uint32_t hash = hashOf(text);
    const std::size_t slot = slotOf(text, hash);
    if (m_slots[slot].id != StringId::kNone)
        return StringId(m_slots[slot].id);
    const auto id = static_cast<std::uint32_t>(m_strings.size());
    m_strings.push_back(store(text));
    m_slots[slot] = {hash, id};
    if (m_strings.size() * 4 > m_slots.size() * 3)
        grow();
    return StringId(id);
}

StringId StringPool::find(std::string_view text) const
{
    return StringId(m_slots[slotOf(text, hashOf(text))].id);
}

std::size_t StringPool::memoryBytes() const
{
    return m_textBytes + m_strings.capacity() * sizeof(std::string_view) + m_slots.capacity() * sizeof(Slot);
}

std::size_t StringPool::slotOf(std::string_view text, std::uint32_t hash) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = hash & mask;
    while (m_slots[slot].id != StringId::kNone && (m_slots[slot].hash != hash || m_strings[m_slots[slot].id] != text))
        slot = (slot + 1) & mask;
    return slot;
}

std::string_view StringPool::store(std::string_view text)
{
    if (text.empty())
        return {};
    if (text.size() > m_freeBytes) {
        const std::size_t bytes = std::max(kBlockBytes, text.size());
        m_blocks.push_back(std::make_unique_for_overwrite<char[]>(bytes));
        m_free = m_blocks.back().get();
        m_freeBytes = bytes;
        m_textBytes += bytes;
    }
    char *place = m_free;
    std::memcpy(place, text.data(), text.size());
    m_free += text.size();
    m_freeBytes -= text.size();
    return {place, text.size()};
}

void StringPool::grow()
{
    std::vector<Slot> old(m_slots.size() * 2);
    old.swap(m_slots);
    const std::size_t mask = m_slots.size() - 1;
    for (const Slot &entry : old) {
        if (entry.id == StringId::kNone)
            continue;
        std::size_t slot = entry.hash & mask;
        while (m_slots[slot].id != StringId::kNone)
            slot = (slot + 1) & mask;
        m_slots[slot] = entry;
    }
}

} // namespace tailspan
