// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace tailspan::cli {
std::unique_ptr<Command> makeReportCommand();
}

namespace tailspan::test {

using Json = nlohmann::json;

/// What `tailspan report` gave.
struct Outcome {
    cli::ExitCode code = cli::ExitCode::Fine;
    std::string out;
    std::string err;
    [[nodiscard]] Json json() const { return Json::parse(out, nullptr, false); }
};

inline Outcome run(std::vector<std::string> arguments)
{
    std::ostringstream out;
    std::ostringstream err;
    const cli::ExitCode code = cli::makeReportCommand()->run(arguments, out, err);
    return {code, out.str(), err.str()};
}

/// A report that comes with the tests.
inline std::string data(const std::string &name)
{
    return TAILSPAN_SOURCE_DIR "/tests/data/reports/" + name;
}

} // namespace tailspan::test
