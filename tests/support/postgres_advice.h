// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/verify/gather_postgres.h"
#include "models/advisor/runner.h"

#include <cstdint>
#include <string>

namespace tailspan::test {

/// The database "postgres" of a server, or of a pooler before it, for a user whose password is the name with "-pw".
[[nodiscard]] net::PostgresTarget guestOf(std::uint16_t port, const std::string &user);
/// Counts since the counters began, and as much of the server as there is.
[[nodiscard]] verify::PostgresOptions quickPostgresOptions();
/// What the advisor reads there, by its own thresholds.
[[nodiscard]] Result<advisor::PostgresFacts> gatherAs(std::uint16_t port, const std::string &user,
                                                      const verify::PostgresOptions &options = quickPostgresOptions());
/// What it makes of that and nothing else.
[[nodiscard]] advisor::Advice adviceOn(const advisor::PostgresFacts &facts);

} // namespace tailspan::test
