// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tailspan::bytes {

/// The bytes of a base64 text (RFC 4648, with or without padding; blanks and line feeds are skipped). What follows
/// the padding is left aside. nullopt where the text holds any other character or ends in the middle of a byte.
[[nodiscard]] std::optional<std::string> base64Decoded(std::string_view text);

} // namespace tailspan::bytes
