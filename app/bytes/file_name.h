// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace tailspan::bytes {

/// "k6.json" of "/runs/k6.json", "runs" of "/runs/": how messages and lists name a file or a folder.
[[nodiscard]] std::string fileNameOf(const std::string &path);

} // namespace tailspan::bytes
