// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"

#include <iostream>
#include <string>
#include <vector>

/// `tailspan COMMAND ...` runs a command and ends; anything else opens the window.
int main(int argc, char **argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const std::string first = arguments.empty() ? std::string() : arguments.front();
    if (first == "--version") {
        std::cout << "tailspan " TAILSPAN_VERSION "\n";
        return 0;
    }
    if (first == "--help" || first == "-h")
        return tailspan::runCommand("help", {}, argc, argv);
    const bool asksForHelp = arguments.size() == 2 && (arguments[1] == "--help" || arguments[1] == "-h");
    if (asksForHelp && tailspan::isCommand(first))
        return tailspan::runCommand("help", {first}, argc, argv);
    if (tailspan::isCommand(first))
        return tailspan::runCommand(first, {arguments.begin() + 1, arguments.end()}, argc, argv);
    return tailspan::runWindow(arguments, argc, argv);
}
