// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace tailspan::sql {

/// pg_stat_statements replaces constants by $n wherever they stand, also where the server's grammar wants a constant:
/// "interval $1", "date $5", "extract($2 FROM x)". This gives a text that the server accepts in PREPARE:
/// "$1::interval", "$5::date", "date_part($2::text, x)". Anything else stays as it is. Thread: any.
[[nodiscard]] std::string preparableText(std::string_view normalised);

} // namespace tailspan::sql
