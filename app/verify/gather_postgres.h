// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/verify/guest_session.h"
#include "app/verify/workload_reader.h"
#include "models/advisor/postgres_facts.h"
#include "models/advisor/rules.h"
#include "models/base/progress.h"

#include <chrono>
#include <memory>
#include <stop_token>

namespace tailspan::verify {

struct PostgresOptions {
    GuestBudget budget;
    /// How long statements are counted, from one snapshot to the next. Zero: since the counters began.
    std::chrono::milliseconds window{30'000};
    /// In the window sessions are looked at this often.
    std::chrono::milliseconds activityEvery{2'000};
    /// How long sessions are looked at where no statements are counted and `window` is zero, and how often.
    std::chrono::milliseconds sessionsWindow{8'000};
    std::chrono::milliseconds sessionsEvery{200};
    /// An earlier snapshot in place of the one at the begin: the window is what passed since.
    std::shared_ptr<const StatementSnapshot> before;
    std::size_t maxStatements = 50;    ///< Planned, longest total time first.
    std::size_t maxCandidates = 1'000; ///< Indexes tried.
    std::int64_t maxTables = 2'000;
    bool triesIndexes = true;
};

/// Reads what the advisor needs of a PostgreSQL: catalogs, statistics, statements between two snapshots (never a
/// reset), sessions; then plans of the statements as they are and under hypothetical indexes. Reads only, over one
/// connection, within the budget; what it may not see or the server cannot do is said in the facts. `after`, where
/// given, takes the last snapshot for a later call. Blocks; thread: any.
/// Errors: Unreachable, Auth, Timeout, Cancelled. What fails after the catalog was read is a note, not an error.
[[nodiscard]] Result<advisor::PostgresFacts> gatherPostgresFacts(
    const net::PostgresTarget &target, const PostgresOptions &options, const advisor::Rules &rules,
    const std::stop_token &stop, Progress &progress, std::shared_ptr<const StatementSnapshot> *after = nullptr);

} // namespace tailspan::verify
