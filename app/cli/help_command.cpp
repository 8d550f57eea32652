// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include <algorithm>
#include <cstring>
#include <ostream>

namespace tailspan::cli {

namespace {

/// Every line of `text` moved to the right.
void indented(std::ostream &out, const std::string &text)
{
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        out << "  " << text.substr(begin, end - begin) << '\n';
        begin = end + 1;
    }
}

void overview(std::ostream &out)
{
    out << "Tailspan " TAILSPAN_VERSION ": replays load tests, browses traces and says what is slow.\n\n"
           "  tailspan [FILE...]        opens the window with these files\n"
           "  tailspan --version        prints the version\n\n"
           "Commands (they need no display):\n";
    std::size_t width = 0;
    const auto commands = allCommands();
    for (const auto &command : commands)
        width = std::max(width, std::strlen(command->info().name));
    for (const auto &command : commands) {
        const CommandInfo info = command->info();
        out << "  " << info.name << std::string(width + 3 - std::strlen(info.name), ' ') << info.summary << '\n';
    }
    out << "\n`tailspan help COMMAND` explains one; `tailspan help json` lists the fields of the JSON output.\n"
           "A file with the name of a command is opened as ./NAME.\n\n"
           "Exit codes: 0 fine, 1 a verdict failed, 2 wrong usage, 3 an input cannot be read,\n"
           "4 a source cannot be reached.\n";
}

void jsonFields(std::ostream &out)
{
    out << "JSON output is UTF-8. Times are nanoseconds since the Unix epoch in UTC, lengths of time "
           "nanoseconds,\n"
           "ratios 0 to 1. A value that the input does not hold is null, never 0.\n";
    for (const auto &command : allCommands()) {
        const CommandInfo info = command->info();
        if (*info.jsonHelp == '\0')
            continue;
        out << "\ntailspan " << info.name << " --json\n";
        indented(out, info.jsonHelp);
    }
}

class HelpCommand final : public Command {
public:
    CommandInfo info() const override
    {
        return {.name = "help",
                .synopsis = "help [COMMAND|json]",
                .summary = "explains the commands, their options and the JSON output",
                .options = "",
                .jsonHelp = ""};
    }

    ExitCode run(const std::vector<std::string> &arguments, std::ostream &out, std::ostream &err) override
    {
        if (arguments.size() > 1) {
            err << "tailspan help: takes one command; you gave " << arguments.size() << ".\n";
            return ExitCode::WrongUsage;
        }
        if (arguments.empty()) {
            overview(out);
            return ExitCode::Fine;
        }
        if (arguments.front() == "json") {
            jsonFields(out);
            return ExitCode::Fine;
        }
        const auto command = commandNamed(arguments.front());
        if (!command) {
            err << "tailspan help: there is no command \"" << arguments.front() << "\". `tailspan help` lists them.\n";
            return ExitCode::WrongUsage;
        }
        const CommandInfo info = command->info();
        out << "tailspan " << info.synopsis << "\n\n" << info.summary << '\n';
        if (*info.options != '\0') {
            out << '\n';
            indented(out, info.options);
        }
        return ExitCode::Fine;
    }
};

} // namespace

std::unique_ptr<Command> makeHelpCommand();

std::unique_ptr<Command> makeHelpCommand()
{
    return std::make_unique<HelpCommand>();
}

} // namespace tailspan::cli
