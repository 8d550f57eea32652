// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <string>
#include <string_view>

namespace tailspan::net {

/// The error of a statement the server refused, by its SQLSTATE, in plain words. `serverText` is used only where the
/// server's words cannot hold a value of a row.
[[nodiscard]] Error postgresError(std::string_view state, std::string_view serverText, const std::string &context);

/// The error of a connection that was not made, from libpq's message (written with SQLSTATE where there is one).
[[nodiscard]] Error postgresConnectError(std::string_view message, const std::string &context);

} // namespace tailspan::net
