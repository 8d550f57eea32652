// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/verify/catalog_reader.h"

#include <map>
#include <string>
#include <utility>

namespace tailspan::verify {

/// Counters of one statement of one role, since they began.
struct StatementCounters {
    std::string role;
    std::string text; ///< Empty when texts were not asked for.
    std::int64_t calls = 0;
    double totalMs = 0;
    double deviationMs = 0;
    std::int64_t rows = 0;
    std::int64_t hit = 0, read = 0, temp = 0;
};

/// pg_stat_statements at one moment. Kept by a caller who gathers again later, it begins the next window.
struct StatementSnapshot {
    std::int64_t atNs = 0;
    std::int64_t thrownOut = -1; ///< Statements lost for want of room; -1: not told (before 1.9).
    std::optional<std::int64_t> sinceNs;
    std::map<std::pair<std::string, std::int64_t>, StatementCounters> counters; ///< By query id and role.
    TableCounters tables;
};

[[nodiscard]] Result<StatementSnapshot> readStatements(GuestSession &session, const ExtensionSchemas &schemas,
                                                       const std::string &version, bool withTexts);
/// What happened from one to the other into facts.statements, the longest total time first; statements of Tailspan and
/// those of which this role sees no text are left out, the latter with a note. `before` null: since the counters began.
void takeWorkload(const StatementSnapshot *before, const StatementSnapshot &after, advisor::PostgresFacts &facts);

/// One look at all sessions, appended.
[[nodiscard]] Result<> readActivity(GuestSession &session, advisor::PostgresFacts &facts);
/// Who is connected; replicas.
[[nodiscard]] Result<> readConnections(GuestSession &session, advisor::PostgresFacts &facts);

} // namespace tailspan::verify
