// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/verify/guest_session.h"
#include "models/advisor/index_trial.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tailspan::verify {

/// Indexes that HypoPG shows to EXPLAIN in this session and that exist nowhere. They survive ROLLBACK, so they are
/// taken away when this goes out of scope, whatever happened. Thread: that of the session.
class HypotheticalIndexes {
public:
    HypotheticalIndexes(GuestSession &session, std::string schema) : m_session(session), m_schema(std::move(schema)) {}
    ~HypotheticalIndexes();
    HypotheticalIndexes(const HypotheticalIndexes &) = delete;
    HypotheticalIndexes &operator=(const HypotheticalIndexes &) = delete;
    HypotheticalIndexes(HypotheticalIndexes &&) = delete;
    HypotheticalIndexes &operator=(HypotheticalIndexes &&) = delete;

    struct Made {
        std::int64_t oid = 0;
        std::string name; ///< As plans call it; empty: the server refused it, and `problem` says why.
        std::string problem;
    };
    /// Adds them; one that the server refuses (an expression that is not immutable) does not keep the others out.
    /// Precondition: none are there. Errors: the session's, when it ended.
    [[nodiscard]] Result<std::vector<Made>> add(std::span<const advisor::IndexCandidate> candidates);
    [[nodiscard]] Result<> remove(std::int64_t oid);
    [[nodiscard]] Result<> reset();

private:
    [[nodiscard]] Result<std::vector<Made>> create(std::span<const advisor::IndexCandidate> candidates);

    GuestSession &m_session;
    std::string m_schema;
    bool m_isEmpty = true;
};

} // namespace tailspan::verify
