// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/index_trials.h"

#include "app/verify/plan_json.h"
#include "app/verify/row_reader.h"
#include "models/advisor/index_candidates.h"
#include "models/advisor/index_cover.h"
#include "models/advisor/index_text.h"
#include "models/advisor/trial_choice.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::verify {

namespace {

using advisor::IndexCandidate;
using advisor::IndexTrial;
using advisor::StatementFacts;
using advisor::StatementPlan;
using advisor::StatementTrial;
using advisor::TrialState;

/// What the server asks when a row of the parent table goes, but for the lock.
StatementFacts foreignKeyCheck(const IndexCandidate &candidate, std::string id)
{
    StatementFacts check;
    check.queryId = std::move(id);
    check.text = "SELECT 1 FROM ONLY " + advisor::qualifiedName(candidate.schema, candidate.table) + " WHERE ";
    for (const advisor::CandidateKey &key : candidate.keys) {
        const std::string number = std::to_string(++check.shape.parameters);
        check.text += (check.shape.parameters == 1 ? "" : " AND ") + advisor::quotedIdentifier(key.text) + " = $"
            + number;
    }
    return check;
}

/// The same index with less: without what it includes, and without its last key.
bool isSimplerOf(const IndexCandidate &simple, const IndexCandidate &full)
{
    if (simple.table != full.table || simple.schema != full.schema || simple.predicate != full.predicate
        || !simple.included.empty() || simple.keys.size() > full.keys.size()
        || simple.keys.size() + 1 < full.keys.size())
        return false;
    return std::equal(simple.keys.begin(), simple.keys.end(), full.keys.begin());
}

} // namespace

std::string IndexTrials::checkIdOf(const IndexCandidate &candidate)
{
    return "check " + candidate.target();
}

Result<> IndexTrials::checkLoad()
{
    constexpr std::chrono::seconds kBetween{5};
    if (std::chrono::steady_clock::now() - m_loadCheckedAt < kBetween)
        return {};
    m_loadCheckedAt = std::chrono::steady_clock::now();
    double active = 0;
    double lagSeconds = 0;
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        active = static_cast<double>(reader.integer());
        lagSeconds = reader.number();
        return {};
    };
    TS_CHECK(m_session.ask(sources::SqlTemplate().statement("advisor_load"), take));
    const auto most = static_cast<double>(m_facts.settings.maxConnections);
    if (active > m_session.budget().activeShareToStop * most)
        return fail(ErrorCode::LimitReached,
                    "The server was too busy to be asked for more plans: " + decimalText(active) + " of "
                        + decimalText(most) + " connections at work.");
    return {};
}

Result<> IndexTrials::run(std::vector<IndexCandidate> candidates, Progress &progress)
{
    TS_CHECK(readSubjects(candidates, progress));
    TS_TRY(const std::vector<bool> used, usedTogether(candidates, progress));
    progress.begin("planning with indexes", candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        progress.done.fetch_add(1, std::memory_order_relaxed);
        const auto isFullOf = [&](std::size_t k) { return used[k] && isSimplerOf(candidates[i], candidates[k]); };
        bool isWanted = used[i] || m_subjects.contains(checkIdOf(candidates[i]));
        for (std::size_t k = 0; k < candidates.size() && !isWanted; ++k)
            isWanted = isFullOf(k);
        IndexTrial &trial = m_facts.trials.emplace_back();
        trial.candidate = candidates[i];
        if (isWanted) {
            TS_CHECK(checkLoad());
            TS_CHECK(tryAlone(trial));
            continue;
        }
        const auto isPlanned = [&](const std::string &id) { return m_subjects.contains(id); };
        trial.state = std::ranges::any_of(trial.candidate.statements, isPlanned) ? TrialState::Refused
                                                                                 : TrialState::Untried;
        trial.why = trial.state == TrialState::Refused ? "the planner does not take it"
                                                       : "none of its statements could be planned";
    }
    advisor::chooseTrials(m_facts, m_rules, m_facts.trials);
    return trySet();
}

Result<> IndexTrials::readSubjects(std::vector<IndexCandidate> &candidates, Progress &progress)
{
    std::vector<std::string> ids;
    for (const IndexCandidate &candidate : candidates) {
        for (const std::string &id : candidate.statements) {
            if (std::ranges::find(ids, id) == ids.end())
                ids.push_back(id);
        }
    }
    TS_CHECK(readChecks(candidates));
    progress.begin("planning as it is", ids.size());
    for (const std::string &id : ids) {
        progress.done.fetch_add(1, std::memory_order_relaxed);
        const StatementFacts *statement = m_facts.statement(id);
        if (statement == nullptr || !statement->whyNotPlanned.empty() || m_facts.plan(id) == nullptr)
            continue;
        TS_CHECK(checkLoad());
        TS_CHECK(readSubject(*statement, candidates));
    }
    return {};
}

Result<> IndexTrials::readChecks(const std::vector<IndexCandidate> &candidates)
{
    for (const IndexCandidate &candidate : candidates) {
        const advisor::TableFacts *table = m_facts.table(candidate.schema, candidate.table);
        if (!candidate.statements.empty() || table == nullptr || !table->mayRead)
            continue;
        const StatementFacts &check = m_checks.emplace_back(foreignKeyCheck(candidate, checkIdOf(candidate)));
        Subject subject;
        subject.statement = &check;
        auto plan = m_planner.generic(check);
        if (!plan && m_session.lastState().empty())
            return tl::unexpected(plan.error());
        if (!plan)
            continue;
        subject.generic = std::move(*plan);
        m_subjects.emplace(checkIdOf(candidate), std::move(subject));
    }
    return {};
}

Result<> IndexTrials::readSubject(const StatementFacts &statement, std::vector<IndexCandidate> &candidates)
{
    Subject subject;
    subject.statement = &statement;
    subject.generic = *m_facts.plan(statement.queryId);
    TS_TRY(Constants constants, constantsFor(m_session, m_facts, statement, m_rules));
    for (ConstantSet &set : constants.sets) {
        const auto plan = m_planner.with(statement, set.values);
        if (!plan && m_session.lastState().empty())
            return tl::unexpected(plan.error());
        if (!plan) // a value of another type than its parameter, as of a cast column
            continue;
        subject.costs.push_back(plan->cost);
        subject.sets.push_back(std::move(set));
    }
    const auto isKnown = [&](const IndexCandidate &made) {
        return std::ranges::any_of(candidates,
                                   [&](const IndexCandidate &known) { return known.target() == made.target(); });
    };
    if (!constants.rare.empty() && !subject.sets.empty()) {
        const RareValue &rare = constants.rare.front();
        const advisor::ShapePredicate &predicate = statement.shape.predicates[rare.predicate];
        const advisor::TableFacts &table = *m_facts.tableOf(statement.shape.tables[predicate.key.table]);
        IndexCandidate partial = advisor::partialCandidate(table, statement, predicate, rare.value, rare.share);
        // The other keys are as the sets have them; only the rare value itself fits the condition.
        const std::uint32_t parameter = predicate.parameters.front();
        for (ConstantSet &set : subject.sets)
            set.isRare = set.values[parameter - 1] == rare.value;
        if (!isKnown(partial) && advisor::coveringIndex(m_facts, partial, partial.keys.size()) == nullptr)
            candidates.push_back(std::move(partial));
    }
    m_subjects.emplace(statement.queryId, std::move(subject));
    return {};
}

Result<std::vector<bool>> IndexTrials::usedTogether(const std::vector<IndexCandidate> &candidates, Progress &progress)
{
    std::vector<bool> used(candidates.size(), false);
    progress.begin("choosing indexes to try", m_subjects.size());
    for (const auto &[id, subject] : m_subjects) {
        progress.done.fetch_add(1, std::memory_order_relaxed);
        TS_CHECK(checkLoad());
        TS_CHECK(markUsed(subject, candidates, used));
    }
    return used;
}

Result<> IndexTrials::markUsed(const Subject &subject, const std::vector<IndexCandidate> &candidates,
                               std::vector<bool> &used)
{
    std::vector<std::size_t> numbers;
    std::vector<IndexCandidate> ours;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const std::vector<std::string> &of = candidates[i].statements;
        if (std::ranges::find(of, subject.statement->queryId) == of.end())
            continue;
        numbers.push_back(i);
        ours.push_back(candidates[i]);
    }
    TS_TRY(const std::vector<HypotheticalIndexes::Made> made, m_indexes.add(ours));
    std::vector<StatementPlan> plans;
    for (std::size_t set = 0; set <= subject.sets.size(); ++set) {
        auto plan = set == 0 ? m_planner.generic(*subject.statement)
                             : m_planner.with(*subject.statement, subject.sets[set - 1].values);
        if (plan)
            plans.push_back(std::move(*plan));
        else if (m_session.lastState().empty())
            return tl::unexpected(plan.error());
    }
    for (std::size_t k = 0; k < made.size(); ++k) {
        const auto isUsed = [&](const StatementPlan &plan) { return usesIndex(plan, made[k].name); };
        if (!made[k].name.empty() && std::ranges::any_of(plans, isUsed))
            used[numbers[k]] = true;
    }
    return m_indexes.reset();
}

Result<> IndexTrials::costsNow(const std::vector<IndexTrial *> &of, bool isWithout)
{
    for (IndexTrial *trial : of) {
        for (StatementTrial &tried : trial->statements) {
            const auto plan = m_planner.generic(*m_subjects.at(tried.queryId).statement);
            if (plan)
                (isWithout ? tried.costWithoutIt : tried.costInSet) = plan->cost;
            else if (m_session.lastState().empty())
                return tl::unexpected(plan.error());
        }
    }
    return {};
}

Result<> IndexTrials::tryWithout(IndexTrial &trial, std::vector<IndexTrial *> chosen)
{
    std::vector<IndexCandidate> others;
    for (const IndexTrial *other : chosen) {
        if (other != &trial)
            others.push_back(other->candidate);
    }
    TS_CHECK(m_indexes.add(others));
    TS_CHECK(costsNow({&trial}, true));
    TS_CHECK(m_indexes.reset());
    const double same = m_rules.number("db.missing-index.same-cost");
    const auto isServed = [&](const StatementTrial &tried) {
        return tried.isGenericUsing && tried.costWithoutIt > 0 && tried.costWithoutIt <= tried.costInSet * same;
    };
    if (!trial.statements.empty() && std::ranges::all_of(trial.statements, isServed)) {
        trial.state = TrialState::Refused;
        trial.why = "with the other suggested indexes it would bring nothing more";
    }
    return {};
}

Result<> IndexTrials::trySet()
{
    const auto chosenNow = [&] {
        std::vector<IndexTrial *> chosen;
        for (IndexTrial &trial : m_facts.trials) {
            if (trial.state == TrialState::Accepted)
                chosen.push_back(&trial);
        }
        return chosen;
    };
    const std::vector<IndexTrial *> chosen = chosenNow();
    if (chosen.size() < 2)
        return {};
    std::vector<IndexCandidate> all;
    for (const IndexTrial *trial : chosen)
        all.push_back(trial->candidate);
    TS_CHECK(m_indexes.add(all));
    TS_CHECK(costsNow(chosen, false));
    TS_CHECK(m_indexes.reset());
    for (IndexTrial *trial : chosen)
        TS_CHECK(tryWithout(*trial, chosenNow()));
    return {};
}

} // namespace tailspan::verify
