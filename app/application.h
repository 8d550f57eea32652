// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace tailspan {

// The composition root: the only place that sees commands, readers and widgets together.
// Thread: the main thread. Each returns the exit code of the process (app/cli/command.h).

[[nodiscard]] bool isCommand(const std::string &name);
[[nodiscard]] int runCommand(const std::string &name, const std::vector<std::string> &arguments, int argc, char **argv);
/// Opens the window on these files, or on those of the last time when there are none.
[[nodiscard]] int runWindow(const std::vector<std::string> &files, int argc, char **argv);

} // namespace tailspan
