// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tailspan::sql {

/// A SELECT that finds the rows which an UPDATE or DELETE of one table changes, with the same parameters: what can be
/// planned in its place. Nothing for other statements, for those with FROM, USING, WITH or CURRENT OF, and without a
/// WHERE. Whether it is one SELECT the caller checks with readShape(). Thread: any.
[[nodiscard]] std::optional<std::string> readingTwin(std::string_view statement, std::uint32_t parameters);

} // namespace tailspan::sql
