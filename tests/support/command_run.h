// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <sstream>
#include <string>
#include <vector>

namespace tailspan::test {

/// What a command of the command line answered.
struct CommandRun {
    cli::ExitCode exit = cli::ExitCode::Fine;
    std::string out;
    std::string err;
};

inline CommandRun runCommand(std::string_view name, const std::vector<std::string> &arguments)
{
    const auto command = cli::commandNamed(name);
    if (command == nullptr)
        return {cli::ExitCode::WrongUsage, "", "there is no such command"};
    std::ostringstream out;
    std::ostringstream err;
    const cli::ExitCode exit = command->run(arguments, out, err);
    return {exit, out.str(), err.str()};
}

} // namespace tailspan::test
