// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::cli {

/// What the process answers its shell with; part of the contract.
enum class ExitCode : int {
    Fine = 0,
    VerdictFailed = 1,
    WrongUsage = 2,
    InputUnreadable = 3,
    SourceUnreachable = 4,
};

/// The exit code that goes with an error of reading an input or a source.
[[nodiscard]] ExitCode exitCodeFor(const Error &error);

struct CommandInfo {
    const char *name = "";     ///< "report"
    const char *synopsis = ""; ///< "report FILE... [--json|--markdown|--junit]"
    const char *summary = "";  ///< One line for the overview.
    const char *options = "";  ///< One line an option, for `tailspan help report`.
    const char *jsonHelp = ""; ///< The fields of its JSON output, for `tailspan help json`; "" when it has none.
};

/// One command of the command line. To add one: a `.cpp` in this folder that defines `make<Name>Command()` and one
/// line in command_list.h; main, help and the contract test find it there.
/// Thread: the main thread. Results go to `out`, everything else as single lines to `err`.
class Command {
public:
    virtual ~Command() = default;
    [[nodiscard]] virtual CommandInfo info() const = 0;
    /// True for commands that paint (they need a QApplication and run off screen where there is no display).
    [[nodiscard]] virtual bool needsWidgets() const { return false; }
    [[nodiscard]] virtual ExitCode run(const std::vector<std::string> &arguments, std::ostream &out,
                                       std::ostream &err) = 0;
};

/// Every command, in the order of the help text.
[[nodiscard]] std::vector<std::unique_ptr<Command>> allCommands();
/// Null when there is no such command.
[[nodiscard]] std::unique_ptr<Command> commandNamed(std::string_view name);

} // namespace tailspan::cli
