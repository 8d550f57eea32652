// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/verify/guest_session.h"
#include "models/advisor/index_estimate.h"
#include "models/advisor/postgres_facts.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tailspan::verify {

/// Has statements planned as the role that runs them would have it: with its search path and planner settings. Plans
/// only what is one SELECT over tables that this role may read, calling functions that only compute. Thread: that of
/// the session.
class StatementPlanner {
public:
    StatementPlanner(GuestSession &session, advisor::PostgresFacts &facts) : m_session(session), m_facts(facts) {}

    /// Learns roles' settings and what functions do; fills in StatementFacts::whyNotPlanned of the first `count`
    /// statements. Errors: the session's.
    [[nodiscard]] Result<> prepare(std::size_t count);
    /// What reading a page costs in the plans that follow, in place of the server's own settings; none: those again.
    void assumePages(std::optional<advisor::PageCosts> costs) { m_pages = costs; }
    /// A plan without knowing parameters. Precondition: whyNotPlanned is empty.
    [[nodiscard]] Result<advisor::StatementPlan> generic(const advisor::StatementFacts &statement);
    /// A plan for these values; its conditions are left out.
    [[nodiscard]] Result<advisor::StatementPlan> with(const advisor::StatementFacts &statement,
                                                      const std::vector<std::optional<std::string>> &values);

private:
    [[nodiscard]] std::string whyNot(const advisor::StatementFacts &statement) const;
    [[nodiscard]] PlanQuestion questionOf(const advisor::StatementFacts &statement) const;
    [[nodiscard]] std::vector<std::string> typesOf(const advisor::StatementFacts &statement) const;
    [[nodiscard]] Result<> readFunctions(std::size_t count);
    [[nodiscard]] Result<> readRoleSettings();
    [[nodiscard]] Result<advisor::StatementPlan> ask(const advisor::StatementFacts &statement,
                                                     const PlanQuestion &question);

    struct Function {
        std::string schema;
        bool isVolatile = false;
        bool isOfApplication = false;
    };
    GuestSession &m_session;
    advisor::PostgresFacts &m_facts;
    std::multimap<std::string, Function> m_functions;                     ///< By name.
    std::map<std::string, std::map<std::string, std::string>> m_settings; ///< By role; "": of all.
    std::optional<advisor::PageCosts> m_pages;
};

} // namespace tailspan::verify
