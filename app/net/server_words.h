// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace tailspan::net {

/// What a server said, fit to stand in a message: at most 200 bytes, control characters and bytes that are not UTF-8
/// replaced, and `secret` masked wherever it occurs (servers repeat what they do not understand).
[[nodiscard]] std::string serverWords(std::string_view text, std::string_view secret = {});

} // namespace tailspan::net
