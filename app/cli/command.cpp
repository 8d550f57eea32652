// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "app/cli/command_list.h"

namespace tailspan::cli {

#define TAILSPAN_DECLARE_COMMAND(Name) [[nodiscard]] std::unique_ptr<Command> make##Name##Command();
TAILSPAN_COMMANDS(TAILSPAN_DECLARE_COMMAND)
#undef TAILSPAN_DECLARE_COMMAND

ExitCode exitCodeFor(const Error &error)
{
    switch (error.code) {
    case ErrorCode::Timeout:
    case ErrorCode::Unreachable:
    case ErrorCode::Auth: return ExitCode::SourceUnreachable;
    case ErrorCode::Cancelled:
    case ErrorCode::NotFound:
    case ErrorCode::Malformed:
    case ErrorCode::Unsupported:
    case ErrorCode::LimitReached:
    case ErrorCode::Internal: break;
    }
    return ExitCode::InputUnreadable;
}

std::vector<std::unique_ptr<Command>> allCommands()
{
    std::vector<std::unique_ptr<Command>> commands;
#define TAILSPAN_ADD_COMMAND(Name) commands.push_back(make##Name##Command());
    TAILSPAN_COMMANDS(TAILSPAN_ADD_COMMAND)
#undef TAILSPAN_ADD_COMMAND
    return commands;
}

std::unique_ptr<Command> commandNamed(std::string_view name)
{
    for (std::unique_ptr<Command> &command : allCommands()) {
        if (name == command->info().name)
            return std::move(command);
    }
    return nullptr;
}

} // namespace tailspan::cli
