// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "models/trace/span_query.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace tailspan::cli {

/// The traces that a command was asked for, from files or live sources.
struct AskedTraces {
    trace::TraceSnapshotPtr snapshot;
    std::vector<std::uint32_t> rows; ///< That fit --filter, ascending.
};

/// sourceOptions() and what `own` adds.
[[nodiscard]] std::vector<OptionSpec> traceOptions(std::initializer_list<OptionSpec> own);

/// What differs from command to command.
struct TraceReading {
    std::string id = {};       ///< Of sources only that trace is read; --filter is not applied.
    bool narrowsSpans = false; ///< --service, --operation and --errors mean something for files too.
};

/// Reads what the files or sources of the command line hold. What is wrong, odd or left out goes to `err`, a line each;
/// options that only sources understand are refused with files. Errors: the code to exit with.
[[nodiscard]] tl::expected<AskedTraces, ExitCode> readAskedTraces(const CommandInfo &command,
                                                                  const Arguments &arguments, std::ostream &err,
                                                                  const TraceReading &reading = {});

/// "tailspan trace: WHAT; usage: ...".
ExitCode wrongUsage(const CommandInfo &command, std::ostream &err, const std::string &what);

} // namespace tailspan::cli
