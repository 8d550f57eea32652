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

/// The workload where nothing counts statements: what sessions were seen to run since the first look, looked at again
/// and again. How often a statement runs is its share of what was seen, of the transactions that the server counts; rows
/// are not known. Constants are taken out of the texts as they arrive, and only single statements that read or write
/// rows are kept. Thread: that of the session.
class SessionStatements {
public:
    /// One look. Errors: the session's.
    [[nodiscard]] Result<> look(GuestSession &session);
    /// What was seen into facts.statements, the longest total time first, and the window.
    void take(advisor::PostgresFacts &facts) const;

private:
    /// The last statement of a session.
    struct Seen {
        std::int64_t start = 0; ///< Microseconds since 1970, of the server's clock.
        std::string id;         ///< Into m_statements; empty: not kept.
        double ms = 0;          ///< So far, or in all.
        std::uint64_t look = 0; ///< The last that saw it.
    };
    struct Statement {
        std::string text; ///< Without constants.
        std::string role;
        std::int64_t calls = 0;
        double ms = 0;
    };
    using Statements = std::map<std::string, Statement>; ///< By the server's id, or one of the text.

    [[nodiscard]] std::string keep(const std::string &queryId, const std::string &role, const std::string &text);
    static void count(const Seen &seen, Statements &into);
    void forgetUnseen();
    [[nodiscard]] std::map<std::string, advisor::StatementFacts> byStatement() const;

    std::map<std::int64_t, Seen> m_seen; ///< By pid.
    Statements m_statements;             ///< What is no longer in m_seen is counted.
    std::size_t m_textBytes = 0;
    std::uint64_t m_looks = 0;
    std::optional<std::int64_t> m_firstCommits;
    std::int64_t m_lastCommits = 0;
    std::chrono::steady_clock::time_point m_begin;
    std::chrono::steady_clock::time_point m_end;
};

} // namespace tailspan::verify
