// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_set.h"

#include <string>
#include <string_view>

namespace tailspan::cli {

/// Whether a word of the command line names a source where files are expected: a URL of a store, or env:NAME.
[[nodiscard]] bool isSourceWord(std::string_view word);

/// What a word of the command line names: a URL, env:NAME for a URL in an environment variable, or a profile. A URL
/// with a password on the command line is refused: every user of the machine can read it there. REDISCLI_AUTH stands in
/// for a missing password of Redis; those of PostgreSQL are found by its own library.
/// Thread: the main thread; a profile's password may wait for the keyring. Errors: Unsupported, Malformed, NotFound.
[[nodiscard]] Result<sources::SourceToOpen> namedSource(const std::string &word);

} // namespace tailspan::cli
