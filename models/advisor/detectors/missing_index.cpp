// SPDX-License-Identifier: GPL-3.0-or-later
// An index that statements of the workload lack. What the planner made of it is in the facts (app/verify tried it);
// where it could not be asked, our own arithmetic stands in and says so.
#include "models/advisor/detector.h"
#include "models/advisor/index_advice.h"
#include "models/advisor/index_candidates.h"
#include "models/advisor/index_judgement.h"
#include "models/advisor/statements_in_traces.h"

#include <algorithm>
#include <map>
#include <set>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "db.missing-index";

/// No index where its statistics mean nothing, where locks are what statements wait for, or in parts.
bool mayAdvise(const PostgresFacts &facts, const IndexCandidate &candidate, const Rules &rules)
{
    const TableFacts *table = facts.table(candidate.schema, candidate.table);
    if (table == nullptr || hasStaleStatistics(*table, rules) || table->isPartitioned)
        return false;
    const double share = rules.number("db.lock-wait.lock-share");
    const auto isLocked = [&](const std::string &id) { return waitsForLocks(facts, id, share); };
    return candidate.statements.empty() || !std::ranges::all_of(candidate.statements, isLocked);
}

void tellUnjudged(const PostgresFacts &facts, const Rules &rules, Output &output)
{
    for (const StatementFacts &statement : facts.statements) {
        const bool isHeavy = statement.totalMs >= facts.totalMs * rules.number("db.missing-index.min-time-share");
        const bool isOfTables = statement.shape.verb == StatementVerb::Select && !statement.shape.tables.empty();
        if (isHeavy && !statement.whyNotPlanned.empty() && (isOfTables || !statement.shape.problem.empty()))
            output.unjudged.push_back({std::string(kId),
                                       "statement " + statement.queryId + ": " + shortSql(statement.text, 80),
                                       statement.whyNotPlanned,
                                       {}});
    }
    for (const std::string &note : facts.notes)
        output.unjudged.push_back({std::string(kId), "PostgreSQL", note, {}});
    for (const TableFacts &table : facts.tables) {
        if (table.isPartitioned)
            output.unjudged.push_back({std::string(kId),
                                       table.title(),
                                       "It is partitioned: an index has to be built on each partition.",
                                       {}});
    }
}

/// Tables that an index would be suggested for, were their statistics fresh.
void tellStale(const PostgresFacts &facts, const Rules &rules, Output &output)
{
    std::set<const TableFacts *> told;
    for (const IndexTrial &trial : facts.trials) {
        const TableFacts *table = facts.table(trial.candidate.schema, trial.candidate.table);
        if (trial.state == TrialState::Accepted && table != nullptr && hasStaleStatistics(*table, rules)
            && told.insert(table).second)
            output.unjudged.push_back({std::string(kId), table->title(),
                                       "More than a tenth of its rows changed since its statistics were read.",
                                       "ANALYZE it and ask again."});
    }
}

/// For statements that read a table whole and that nothing helps: what was tried best.
void addRefuted(const PostgresFacts &facts, const Rules &rules, std::set<std::string> helped, Output &output)
{
    for (const IndexTrial &trial : facts.trials) {
        const TableFacts *table = facts.table(trial.candidate.schema, trial.candidate.table);
        if (trial.state != TrialState::Refused || table == nullptr || trial.statements.empty())
            continue;
        const std::string &queryId = trial.statements.front().queryId;
        const StatementFacts *statement = facts.statement(queryId);
        if (statement == nullptr || !readsWholeTable(facts, *statement, *table, rules)
            || !helped.insert(queryId).second)
            continue;
        output.findings.push_back(refutedIndexFinding(facts, trial, rules));
    }
}

/// A candidate with its costs by our own arithmetic.
struct Rough {
    IndexCandidate candidate;
    PlanChange costs;
};

/// By statement the candidate that leaves the least, with the fewest columns; nothing that leaves much.
std::map<std::string, Rough> bestRoughly(const PostgresFacts &facts, const Rules &rules)
{
    std::map<std::string, Rough> best;
    std::vector<IndexCandidate> candidates = missingIndexCandidates(facts, rules);
    candidates.insert(candidates.end(), facts.partials.begin(), facts.partials.end());
    for (IndexCandidate &candidate : candidates) {
        const TableFacts *table = facts.table(candidate.schema, candidate.table);
        if (table == nullptr || candidate.statements.empty() || !candidate.included.empty()
            || !mayAdvise(facts, candidate, rules))
            continue;
        const PlanChange costs = roughCosts(facts, *table, candidate, rules);
        // How many rows have a common value statistics tell well; of several columns together it is guessed.
        const double least = candidate.rowShare < 1 ? rules.number("db.missing-index.min-cost-ratio")
                                                    : rules.number("db.missing-index.rough-cost-ratio");
        const bool isLittle = costs.before < costs.after * least;
        const auto known = best.find(candidate.statements.front());
        const auto isBetterThan = [&](const Rough &other) {
            return std::pair(costs.after, candidate.keys.size())
                < std::pair(other.costs.after, other.candidate.keys.size());
        };
        if (!isLittle && (known == best.end() || isBetterThan(known->second))) {
            const std::string queryId = candidate.statements.front();
            best.insert_or_assign(queryId, Rough{std::move(candidate), costs});
        }
    }
    return best;
}

/// Without the planner: only where the keys leave a small part of a table that is read whole.
void detectRoughly(const PostgresFacts &facts, const Rules &rules, StatementsInTraces &traces, Output &output)
{
    for (const auto &[queryId, rough] : bestRoughly(facts, rules)) {
        const TableFacts &table = *facts.table(rough.candidate.schema, rough.candidate.table);
        const StatementFacts &statement = *facts.statement(queryId);
        if (facts.plan(queryId) != nullptr && !readsWholeTable(facts, statement, table, rules))
            continue;
        IndexTrial assumed;
        assumed.candidate = rough.candidate;
        assumed.state = TrialState::Accepted;
        StatementTrial &trial = assumed.statements.emplace_back();
        trial.queryId = queryId;
        trial.costBefore = rough.costs.before;
        trial.costAfter = rough.costs.after;
        trial.warmBefore = rough.costs.warmBefore;
        trial.warmAfter = rough.costs.warmAfter;
        trial.plannedRows = rough.costs.plannedRows;
        trial.sets = trial.setsUsing = 1;
        if (!judgeTrial(facts, assumed, rules).isAccepted)
            continue;
        output.findings.push_back(roughIndexFinding(facts, assumed, rules));
        traces.tell(statement, output.findings.back());
    }
}

class MissingIndex final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Database, "Missing index", Input::Postgres, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        const PostgresFacts &facts = *inputs.postgres;
        tellUnjudged(facts, rules, output);
        StatementsInTraces traces(inputs, rules, stop);
        if (facts.trials.empty() && !facts.whyNoTrials.empty()) {
            output.unjudged.push_back(
                {std::string(kId), "indexes of less certain use", facts.whyNoTrials,
                 "Without trying them only indexes are told that leave a small part of a table."});
            detectRoughly(facts, rules, traces, output);
            return;
        }
        tellStale(facts, rules, output);
        std::set<std::string> helped; // statements that get an index
        for (const IndexTrial &trial : facts.trials) {
            if (stop.stop_requested())
                return;
            if (trial.state != TrialState::Accepted || !mayAdvise(facts, trial.candidate, rules))
                continue;
            const IndexJudgement judged = judgeTrial(facts, trial, rules);
            if (!judged.isAccepted)
                continue;
            helped.insert(trial.candidate.statements.begin(), trial.candidate.statements.end());
            output.findings.push_back(verifiedIndexFinding(facts, trial, rules));
            if (const StatementFacts *statement = facts.statement(judged.best->queryId))
                traces.tell(*statement, output.findings.back());
        }
        addRefuted(facts, rules, helped, output);
    }
};

} // namespace

DetectorPtr makeMissingIndexDetector()
{
    return std::make_unique<MissingIndex>();
}

} // namespace tailspan::advisor
