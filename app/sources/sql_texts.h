// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace tailspan::sources {

/// The text of resources/sql/<name>.sql as it stood when the program was built; "" for a name there is no file of.
[[nodiscard]] std::string_view sqlText(std::string_view name);

} // namespace tailspan::sources
