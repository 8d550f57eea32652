// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/theme.h"

#include <QString>

namespace tailspan::style {

/// The few rules that a QStyle cannot say briefly (headers, menus, scroll bars), written from the tokens.
[[nodiscard]] QString styleSheetOf(const Theme &theme);

} // namespace tailspan::style
