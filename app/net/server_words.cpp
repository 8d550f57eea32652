// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/server_words.h"

#include "models/base/utf8.h"

#include <algorithm>

namespace tailspan::net {

std::string serverWords(std::string_view text, std::string_view secret)
{
    constexpr std::size_t kShownBytes = 200;
    std::string words(text);
    for (std::size_t at = 0; !secret.empty() && (at = words.find(secret, at)) != std::string::npos; at += 3)
        words.replace(at, secret.size(), "***");
    if (words.size() > kShownBytes)
        words = words.substr(0, kShownBytes) + "...";
    std::replace_if(
        words.begin(), words.end(),
        [](char c) { return static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) == 0x7f; }, '?');
    std::uint64_t replaced = 0;
    return validUtf8(words, replaced);
}

} // namespace tailspan::net
