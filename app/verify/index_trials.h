// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/verify/constant_sets.h"
#include "app/verify/hypothetical_indexes.h"
#include "app/verify/statement_planner.h"
#include "models/advisor/rules.h"
#include "models/base/progress.h"

#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace tailspan::verify {

/// Asks the planner what candidates would change: first all of a statement together, which leaves those that it would
/// take; each of these alone, by the generic plan and for real sets of constants; then the chosen ones as a set, and the
/// set without each. One use. Thread: that of the session.
class IndexTrials {
public:
    IndexTrials(GuestSession &session, StatementPlanner &planner, std::string hypopgSchema, const advisor::Rules &rules,
                advisor::PostgresFacts &facts)
        : m_session(session), m_planner(planner), m_indexes(session, std::move(hypopgSchema)), m_rules(rules),
          m_facts(facts)
    {}

    /// Fills facts.trials. Precondition: facts.plans has the baselines. Errors: Cancelled, and when the connection
    /// ended; LimitReached when the server got busy (what was tried until then stays).
    [[nodiscard]] Result<> run(std::vector<advisor::IndexCandidate> candidates, Progress &progress);

private:
    /// A statement under trial with its plans of today.
    struct Subject {
        const advisor::StatementFacts *statement = nullptr;
        advisor::StatementPlan generic;
        std::vector<ConstantSet> sets;
        std::vector<double> costs; ///< Today, by set.
        std::map<std::optional<std::size_t>, double> warm =
            {}; ///< The same, were all pages in memory; no set: generic.
    };
    /// What a candidate does to a statement, and the set of constants it was judged by.
    struct Tried {
        advisor::StatementTrial trial;
        std::optional<std::size_t> set; ///< None: the generic plan.
    };

    [[nodiscard]] Result<> readSubjects(std::vector<advisor::IndexCandidate> &candidates, Progress &progress);
    [[nodiscard]] Result<> readChecks(const std::vector<advisor::IndexCandidate> &candidates);
    [[nodiscard]] Result<> readSubject(const advisor::StatementFacts &statement,
                                       std::vector<advisor::IndexCandidate> &candidates);
    [[nodiscard]] Result<std::vector<bool>> usedTogether(const std::vector<advisor::IndexCandidate> &candidates,
                                                         Progress &progress);
    [[nodiscard]] Result<> markUsed(const Subject &subject, const std::vector<advisor::IndexCandidate> &candidates,
                                    std::vector<bool> &used);
    [[nodiscard]] Result<> tryAlone(advisor::IndexTrial &trial);
    [[nodiscard]] Result<Tried> tryFor(const advisor::IndexCandidate &candidate, const Subject &subject,
                                       const std::string &name);
    [[nodiscard]] Result<std::optional<advisor::StatementPlan>> planWarm(const Subject &subject,
                                                                         std::optional<std::size_t> set);
    [[nodiscard]] double scatteredCostOf(const advisor::IndexCandidate &candidate, const Subject &subject,
                                         const advisor::StatementPlan &warm, const std::string &name) const;
    [[nodiscard]] Result<> setWarmBefore(std::span<const Tried> tried, advisor::IndexTrial &trial);
    [[nodiscard]] Result<> trySet();
    [[nodiscard]] Result<> tryWithout(advisor::IndexTrial &trial, std::vector<advisor::IndexTrial *> chosen);
    [[nodiscard]] Result<> costsNow(const std::vector<advisor::IndexTrial *> &of, bool isWithout);
    [[nodiscard]] Result<> checkLoad();
    /// The subject that stands for the check of a foreign key which no statement of the workload tells of.
    [[nodiscard]] static std::string checkIdOf(const advisor::IndexCandidate &candidate);

    GuestSession &m_session;
    StatementPlanner &m_planner;
    HypotheticalIndexes m_indexes;
    const advisor::Rules &m_rules;
    advisor::PostgresFacts &m_facts;
    std::map<std::string, Subject> m_subjects;    ///< By query id.
    std::deque<advisor::StatementFacts> m_checks; ///< Of foreign keys that no statement tells of.
    std::chrono::steady_clock::time_point m_loadCheckedAt;
    std::optional<double> m_firstLagSeconds; ///< Of replicas, when planning began.
};

} // namespace tailspan::verify
