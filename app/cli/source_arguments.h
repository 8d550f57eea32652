// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"
#include "app/sources/source_set.h"
#include "models/trace/span_query.h"

#include <string>
#include <vector>

namespace tailspan::cli {

/// What a command that reads live sources was told.
struct SourceArguments {
    std::vector<sources::SourceToOpen> sources;
    sources::FetchRequest request;
    trace::SpanQuery rest; ///< Of --filter what no source answers: for trace::searchTraces() on the answer.
};

/// --source, --last, --from, --to, --limit, --service, --operation, --min-duration, --errors, --filter.
[[nodiscard]] const std::vector<OptionSpec> &sourceOptions();
/// Their lines of a command's help text.
extern const char *const kSourceHelp;

/// A source is the name of a profile, a URL, or env:NAME for a URL in an environment variable. A URL with a password on
/// the command line is refused: every user of the machine can read it there. Errors: Unsupported, Malformed, NotFound.
[[nodiscard]] Result<SourceArguments> readSourceArguments(const Arguments &arguments, TimePoint now);

/// What the sources hold, merged; what is odd or missing is in the snapshot's inputs. Errors: the first source's when
/// none answers.
[[nodiscard]] Result<trace::TraceSnapshotPtr> readSources(const SourceArguments &arguments);

} // namespace tailspan::cli
