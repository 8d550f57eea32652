// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/verify/guest_session.h"
#include "models/advisor/postgres_facts.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace tailspan::verify {

/// The workload where nothing counts statements: what sessions were seen to have run last, looked at again and again.
/// How often a statement runs is its share of what was seen, of the transactions that the server counts; rows are not
/// known. Constants are taken out of the texts as they arrive. Thread: that of the session.
class SessionStatements {
public:
    /// One look. Errors: the session's.
    [[nodiscard]] Result<> look(GuestSession &session);
    /// What was seen into facts.statements, the longest total time first, and the window.
    void take(advisor::PostgresFacts &facts) const;

private:
    struct Seen {
        std::string queryId; ///< Empty where the server gives none.
        std::string role;
        std::string text; ///< Without constants; empty when it could not be read.
        double ms = 0;    ///< So far, or in all.
    };
    [[nodiscard]] std::map<std::string, advisor::StatementFacts> byStatement() const;

    std::map<std::pair<std::int64_t, std::int64_t>, Seen> m_seen; ///< By pid and start.
    std::optional<std::int64_t> m_firstCommits;
    std::int64_t m_lastCommits = 0;
    std::chrono::steady_clock::time_point m_begin;
    std::chrono::steady_clock::time_point m_end;
};

} // namespace tailspan::verify
