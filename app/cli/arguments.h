// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailspan::cli {

/// An option a command knows: "--id" with a value, "--json" without.
struct OptionSpec {
    std::string_view name;
    bool hasValue = false;
};

struct Arguments {
    std::vector<std::string> files;
    std::map<std::string, std::string, std::less<>> options;  ///< Without a value: ""; of several the last.
    std::vector<std::pair<std::string, std::string>> inOrder; ///< The same as they came: for options that may repeat.
};

/// Tells options from files: "--id X" and "--id=X" mean the same, behind "--" everything is a file.
/// Errors: Unsupported for an option that is not known or lacks its value.
[[nodiscard]] Result<Arguments> parseArguments(const std::vector<std::string> &arguments,
                                               const std::vector<OptionSpec> &known);

/// Text from outside for one line of a terminal: control, direction and invisible characters as escapes, so that it can neither
/// break the line nor give the terminal orders.
[[nodiscard]] std::string oneLine(std::string_view text);

} // namespace tailspan::cli
