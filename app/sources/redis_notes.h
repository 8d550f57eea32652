// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/redis_keys.h"
#include "app/sources/redis_records.h"

#include <string>
#include <vector>

namespace tailspan::sources {

/// What a reading of Redis cannot show, in sentences for FetchOutcome::note and SearchPage::note.
struct RedisNotes {
    std::string text; ///< "": nothing is missing.

    void add(const std::string &sentence);
    /// Lists that are at the length the collector trims to and begin later than `wantedFromNs`: what came before has
    /// been forgotten.
    void addForgotten(const std::vector<RedisListFacts> &lists, const std::string &keyPrefix, std::size_t listLimit,
                      std::optional<std::int64_t> wantedFromNs);
    /// Lists that could not be read, or not to their end.
    void addUnread(const std::vector<RedisListFacts> &lists, const std::string &keyPrefix);
    /// Keys that were not looked at, nodes of a cluster that were not asked.
    void addUnseen(const RedisKeyWalk &walk, const RedisServerFacts &server, std::uint64_t scanLimit);
};

/// "auth, payment and 3 more".
[[nodiscard]] std::string listedNames(const std::vector<std::string> &names);

} // namespace tailspan::sources
