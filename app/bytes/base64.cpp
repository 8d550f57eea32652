// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/base64.h"

#include <array>
#include <cstdint>

namespace tailspan::bytes {

namespace {

constexpr std::uint8_t kOther = 255;
constexpr std::uint8_t kBlank = 254;

constexpr std::array<std::uint8_t, 256> makeValues()
{
    std::array<std::uint8_t, 256> values{};
    values.fill(kOther);
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < kLetters.size(); ++i)
        values[static_cast<unsigned char>(kLetters[i])] = static_cast<std::uint8_t>(i);
    for (const char c : {' ', '\t', '\r', '\n'})
        values[static_cast<unsigned char>(c)] = kBlank;
    return values;
}
constexpr std::array<std::uint8_t, 256> kValues = makeValues();

} // namespace

std::optional<std::string> base64Decoded(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '=')
            break;
        const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
        if (value == kBlank)
            continue;
        if (value == kOther)
            return std::nullopt;
        bits = bits << 6 | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count & 0xFF);
        }
    }
    // One letter alone holds no whole byte.
    return count == 6 ? std::nullopt : std::optional(std::move(bytes));
}

} // namespace tailspan::bytes
