// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/byte_search.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace tailspan {

namespace {

constexpr std::size_t kLanes = 16;
using Lanes = std::uint8_t __attribute__((vector_size(kLanes)));
using Halves = std::array<std::uint64_t, 2>;

Lanes load(const char *from)
{
    Lanes lanes;
    std::memcpy(&lanes, from, kLanes);
    return lanes;
}

Lanes filledWith(char byte)
{
    return Lanes{} + static_cast<std::uint8_t>(byte);
}

/// Whether the word stands at one of the 16 places, of which `fits` names those with its first and last byte.
bool standsAtOne(const char *places, const std::array<std::uint8_t, kLanes> &fits, std::string_view word)
{
    for (std::size_t i = 0; i < kLanes; ++i) {
        if (fits[i] != 0 && std::memcmp(places + i, word.data(), word.size()) == 0)
            return true;
    }
    return false;
}

} // namespace

bool holdsBytes(std::string_view text, std::string_view word)
{
    if (word.size() < 2)
        return word.empty() || std::memchr(text.data(), word.front(), text.size()) != nullptr;
    if (text.size() < word.size())
        return false;
    const Lanes first = filledWith(word.front());
    const Lanes last = filledWith(word.back());
    const std::size_t places = text.size() - word.size() + 1;
    std::size_t at = 0;
    for (; at + kLanes <= places; at += kLanes) {
        const char *place = text.data() + at;
        const auto fits = (load(place) == first) & (load(place + word.size() - 1) == last);
        Halves halves;
        std::memcpy(&halves, &fits, kLanes);
        if ((halves[0] | halves[1]) == 0)
            continue;
        std::array<std::uint8_t, kLanes> bytes;
        std::memcpy(&bytes, &fits, kLanes);
        if (standsAtOne(place, bytes, word))
            return true;
    }
    for (; at < places; ++at) {
        if (text[at] == word.front() && std::memcmp(text.data() + at, word.data(), word.size()) == 0)
            return true;
    }
    return false;
}

} // namespace tailspan
