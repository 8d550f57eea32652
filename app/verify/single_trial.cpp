// SPDX-License-Identifier: GPL-3.0-or-later
// One candidate alone: the plans of its statements with it, generic and for real constants.
#include "app/verify/index_trials.h"
#include "app/verify/plan_json.h"

#include <algorithm>

namespace tailspan::verify {

namespace {

using advisor::IndexCandidate;
using advisor::IndexTrial;
using advisor::StatementPlan;
using advisor::StatementTrial;
using advisor::TrialState;

/// Whether a plan without the parameter's value cannot use the index: a pattern, or a condition of a partial index.
bool needsValue(const IndexCandidate &candidate)
{
    const auto isPattern = [](const advisor::CandidateKey &key) { return !key.operatorClass.empty(); };
    return std::ranges::any_of(candidate.keys, isPattern) || candidate.predicate.find(" = ") != std::string::npos
        || !candidate.assumptions.empty();
}

/// A plan that uses a candidate, for one set of constants.
struct SetPlan {
    std::size_t set = 0;
    double before = 0; ///< What it costs today.
    StatementPlan plan;
};

void setPlan(double before, StatementPlan after, StatementTrial &trial)
{
    trial.costBefore = before;
    trial.costAfter = after.cost;
    trial.plannedRows = after.rows;
    trial.after = std::move(after.nodes);
}

} // namespace

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
        ids.push_back(checkIdOf(trial.candidate));
    std::vector<Tried> all;
    for (const std::string &id : ids) {
        const auto found = m_subjects.find(id);
        if (found == m_subjects.end())
            continue;
        auto tried = tryFor(trial.candidate, found->second, made.front().name);
        if (tried)
            all.push_back(std::move(*tried));
        else if (m_session.lastState().empty())
            return tl::unexpected(tried.error());
    }
    TS_CHECK(m_indexes.reset());
    return setWarmBefore(all, trial);
}

/// Costs without reading are asked where the index is used at all; nothing when the server refuses.
Result<std::optional<StatementPlan>> IndexTrials::planWarm(const Subject &subject, std::optional<std::size_t> set)
{
    m_planner.assumePages(advisor::warmPageCosts(m_rules));
    auto plan = set ? m_planner.with(*subject.statement, subject.sets[*set].values)
                    : m_planner.generic(*subject.statement);
    m_planner.assumePages({});
    if (plan)
        return std::optional(std::move(*plan));
    if (m_session.lastState().empty())
        return tl::unexpected(plan.error());
    return std::optional<StatementPlan>();
}

/// An index scan is taken to read pages one behind the other where a column of few values is sorted nearly by itself. The
/// rows of one such value may be all over the table. 0 where that is no question.
double IndexTrials::scatteredCostOf(const IndexCandidate &candidate, const Subject &subject, const StatementPlan &warm,
                                    const std::string &name) const
{
    constexpr double kRowCost = 0.015; // an entry and a row
    const advisor::TableFacts *table = m_facts.table(candidate.schema, candidate.table);
    const auto node = std::ranges::find(warm.nodes, name, &advisor::PlanNode::index);
    const bool isEqual = candidate.reason == advisor::CandidateReason::Equality
        || candidate.reason == advisor::CandidateReason::Partial;
    if (table == nullptr || table->pages <= 0 || node == warm.nodes.end() || node->type != "Index Scan" || !isEqual
        || subject.statement->shape.hasLimit)
        return 0;
    return advisor::scatteredCost(node->rows, static_cast<double>(table->pages), advisor::warmPageCosts(m_rules))
        + node->rows * kRowCost;
}

/// Of plans that are made without the candidate, so after it is gone.
Result<> IndexTrials::setWarmBefore(std::span<const Tried> all, IndexTrial &trial)
{
    for (const Tried &tried : all) {
        trial.statements.push_back(tried.trial);
        if (tried.trial.warmAfter <= 0)
            continue;
        Subject &subject = m_subjects.at(tried.trial.queryId);
        if (!subject.warm.contains(tried.set)) {
            TS_TRY(const std::optional<StatementPlan> plan, planWarm(subject, tried.set));
            subject.warm[tried.set] = plan ? plan->cost : 0;
        }
        trial.statements.back().warmBefore = subject.warm[tried.set];
    }
    return {};
}

Result<IndexTrials::Tried> IndexTrials::tryFor(const IndexCandidate &candidate, const Subject &subject,
                                               const std::string &name)
{
    Tried tried;
    StatementTrial &trial = tried.trial;
    trial.queryId = subject.statement->queryId;
    trial.before = subject.generic.nodes;
    const bool isOfValue = candidate.predicate.find(" = ") != std::string::npos;
    TS_TRY(StatementPlan generic, m_planner.generic(*subject.statement));
    trial.isGenericUsing = usesIndex(generic, name);
    trial.sets = needsValue(candidate) ? 0 : 1;
    trial.setsUsing = trial.isGenericUsing ? trial.sets : 0;
    std::vector<SetPlan> plans;
    for (std::size_t i = 0; i < subject.sets.size(); ++i) {
        if (isOfValue && !subject.sets[i].isRare)
            continue;
        TS_TRY(StatementPlan plan, m_planner.with(*subject.statement, subject.sets[i].values));
        ++trial.sets;
        if (!usesIndex(plan, name))
            continue;
        ++trial.setsUsing;
        plans.push_back({i, subject.costs[i], std::move(plan)});
    }
    // Of a LIMIT that it does not know the planner assumes a tenth of the rows; the sets have what comes back a call.
    const bool isOfLimit = subject.statement->shape.limitParameter > 0;
    if (plans.empty() || (trial.isGenericUsing && !isOfLimit)) {
        setPlan(subject.generic.cost, std::move(generic), trial);
    } else {
        // By the set in the middle, so that costs before and after are of the same values.
        std::ranges::stable_sort(plans, {}, [](const SetPlan &plan) { return plan.plan.cost; });
        SetPlan &middle = plans[plans.size() / 2];
        tried.set = middle.set;
        setPlan(middle.before, std::move(middle.plan), trial);
    }
    if (trial.setsUsing > 0) {
        TS_TRY(const std::optional<StatementPlan> warm, planWarm(subject, tried.set));
        trial.warmAfter = warm && usesIndex(*warm, name) ? warm->cost : 0;
        trial.scatteredAfter = trial.warmAfter > 0 ? scatteredCostOf(candidate, subject, *warm, name) : 0;
    }
    return tried;
}

} // namespace tailspan::verify
