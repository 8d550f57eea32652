// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"

#include <memory>
#include <optional>
#include <string_view>

namespace tailspan::bytes {

enum class Utf16Order { LittleEndian, BigEndian };

/// The byte order that a UTF-16 byte order mark announces, if there is one. (PowerShell's `>` writes such files.)
[[nodiscard]] std::optional<Utf16Order> utf16OrderOf(std::string_view head);

/// Turns UTF-16 (without the mark) into UTF-8; unpaired surrogates become U+FFFD.
[[nodiscard]] std::unique_ptr<ByteStream> utf16Stream(std::unique_ptr<ByteStream> inner, Utf16Order order);

} // namespace tailspan::bytes
