// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace tailspan {

// The composition root: the only place that sees commands, readers and widgets together.
// Thread: the main thread. Each returns the exit code of the process (app/cli/command.h).

[[nodiscard]] bool isCommand(const std::string &name);
[[nodiscard]] int runCommand(const std::string &name, const std::vector<std::string> &arguments, int argc, char **argv);
/// Opens the window on these files and live sources, or on those of the last time when there are none. A source that
/// cannot be understood is one line on stderr.
[[nodiscard]] int runWindow(const std::vector<std::string> &arguments, int argc, char **argv);

} // namespace tailspan
