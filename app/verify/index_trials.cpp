// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/index_trials.h"

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

bool uses(const StatementPlan &plan, const std::string &index)
{
    return std::ranges::find(plan.nodes, index, &advisor::PlanNode::index) != plan.nodes.end();
}

/// Whether a plan without the parameter's value cannot use the index: a pattern, or a condition of a partial index.
bool needsValue(const IndexCandidate &candidate)
{
    const auto isPattern = [](const advisor::CandidateKey &key) { return !key.operatorClass.empty(); };
    return std::ranges::any_of(candidate.keys, isPattern) || candidate.predicate.find(" = ") != std::string::npos
        || !candidate.assumptions.empty();
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The subject that stands for the check of a foreign key which no statement of the workload tells of.
std::string checkId(const IndexCandidate &candidate)
{
    return "check " + candidate.target();
}

/// What the server asks when a row of the parent table goes, but for the lock.
StatementFacts foreignKeyCheck(const IndexCandidate &candidate)
{
    StatementFacts check;
    check.queryId = checkId(candidate);
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
        bool isWanted = used[i] || m_subjects.contains(checkId(candidates[i]));
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
        const StatementFacts &check = m_checks.emplace_back(foreignKeyCheck(candidate));
        Subject subject;
        subject.statement = &check;
        auto plan = m_planner.generic(check);
        if (!plan && m_session.lastState().empty())
            return tl::unexpected(plan.error());
        if (!plan)
            continue;
        subject.generic = std::move(*plan);
        m_subjects.emplace(checkId(candidate), std::move(subject));
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
        const auto isUsed = [&](const StatementPlan &plan) { return uses(plan, made[k].name); };
        if (!made[k].name.empty() && std::ranges::any_of(plans, isUsed))
            used[numbers[k]] = true;
    }
    return m_indexes.reset();
}

Result<> IndexTrials::tryAlone(IndexTrial &trial)
{
    TS_TRY(const std::vector<HypotheticalIndexes::Made> made, m_indexes.add(std::span(&trial.candidate, 1)));
    if (made.front().name.empty()) {
        trial.state = TrialState::Untried;
        trial.why = made.front().problem;
        return m_indexes.reset();
    }
    trial.state = TrialState::Refused; // until it is judged
    std::vector<std::string> ids = trial.candidate.statements;
    if (ids.empty())
        ids.push_back(checkId(trial.candidate));
    for (const std::string &id : ids) {
        const auto found = m_subjects.find(id);
        if (found == m_subjects.end())
            continue;
        auto tried = tryFor(trial.candidate, found->second, made.front().name);
        if (tried)
            trial.statements.push_back(std::move(*tried));
        else if (m_session.lastState().empty())
            return tl::unexpected(tried.error());
    }
    return m_indexes.reset();
}

Result<StatementTrial> IndexTrials::tryFor(const IndexCandidate &candidate, const Subject &subject,
                                           const std::string &name)
{
    StatementTrial trial;
    trial.queryId = subject.statement->queryId;
    trial.before = subject.generic.nodes;
    const bool isOfValue = candidate.predicate.find(" = ") != std::string::npos;
    TS_TRY(StatementPlan generic, m_planner.generic(*subject.statement));
    trial.isGenericUsing = uses(generic, name);
    trial.sets = needsValue(candidate) ? 0 : 1;
    trial.setsUsing = trial.isGenericUsing ? trial.sets : 0;
    trial.after = generic.nodes;
    std::vector<double> before;
    std::vector<double> after;
    for (std::size_t i = 0; i < subject.sets.size(); ++i) {
        if (isOfValue && !subject.sets[i].isRare)
            continue;
        TS_TRY(StatementPlan plan, m_planner.with(*subject.statement, subject.sets[i].values));
        ++trial.sets;
        if (!uses(plan, name))
            continue;
        ++trial.setsUsing;
        before.push_back(subject.costs[i]);
        after.push_back(plan.cost);
        if (!trial.isGenericUsing)
            trial.after = std::move(plan.nodes);
    }
    const bool isByGeneric = trial.isGenericUsing || before.empty();
    trial.costBefore = isByGeneric ? subject.generic.cost : median(std::move(before));
    trial.costAfter = isByGeneric ? generic.cost : median(std::move(after));
    return trial;
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
