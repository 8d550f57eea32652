// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/index_judgement.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

bool isUsedEnough(const StatementTrial &trial, const Rules &rules)
{
    return trial.sets > 0
        && static_cast<double>(trial.setsUsing) >= rules.number("db.missing-index.plans-using") * trial.sets;
}

double ratioOf(const StatementTrial &trial)
{
    return trial.costAfter > 0 ? trial.costBefore / trial.costAfter : 0;
}

/// Adds what one statement gains.
void addStatement(const PostgresFacts &facts, const StatementTrial &trial, const Rules &rules, IndexJudgement &judged)
{
    const StatementFacts *statement = facts.statement(trial.queryId);
    if (statement == nullptr)
        return;
    const Spread after = timeAfter(facts, *statement, changeOf(trial), rules);
    const double calls = facts.callsPerHour(*statement);
    if (!(calls >= rules.number("db.missing-index.min-calls-per-hour")))
        return;
    judged.savedMsPerHour.low += (statement->meanMs - after.high) * calls;
    judged.savedMsPerHour.expected += (statement->meanMs - after.expected) * calls;
    judged.savedMsPerHour.high += (statement->meanMs - after.low) * calls;
    const double savedMs = statement->meanMs - after.expected;
    if (facts.totalMs > 0)
        judged.savedShare += savedMs * static_cast<double>(statement->calls) / facts.totalMs;
    if (judged.best == nullptr || savedMs > judged.mostSavedMs) {
        judged.mostSavedMs = savedMs;
        judged.best = &trial;
    }
}

/// What a foreign key's own check gains: no statement of the workload tells of it, the rows of the parent do.
void addForeignKeyCheck(const PostgresFacts &facts, const TableFacts &table, const IndexTrial &trial,
                        const Rules &rules, IndexJudgement &judged)
{
    constexpr double kSecondsAnHour = 3600;
    constexpr double kMsPerUs = 1e-3;
    double deleted = 0;
    for (const ForeignKeyFacts &key : facts.foreignKeys) {
        const TableFacts *parent = facts.table(key.parentSchema, key.parentTable);
        const bool isIt = key.schema == table.schema && key.table == table.name
            && key.columns.front() == trial.candidate.keys.front().text;
        deleted += isIt && parent != nullptr ? static_cast<double>(parent->deleted) : 0;
    }
    if (!(facts.window.seconds > 0) || !(deleted > 0))
        return;
    const double checkMs = std::max(table.rows, 0.0) * rules.number("db.missing-index.scan-row-us") * kMsPerUs;
    const StatementTrial &check = trial.statements.front();
    const Spread after = meanAfter(checkMs, check.costBefore, check.costAfter, rules);
    const double calls = deleted / facts.window.seconds * kSecondsAnHour;
    judged.savedMsPerHour = {(checkMs - after.high) * calls, (checkMs - after.expected) * calls,
                             (checkMs - after.low) * calls};
    judged.mostSavedMs = checkMs - after.expected;
    judged.savedShare = 1; // its time is in that of statements that delete, which may not be known
    judged.best = &check;
}

std::string whyTooLittle(const IndexJudgement &judged, const Rules &rules)
{
    const double leastMs = rules.number("db.missing-index.min-saved-ms");
    const bool isBusy = judged.savedShare >= rules.number("db.missing-index.busy-time-share");
    if (judged.savedShare < rules.number("db.missing-index.min-time-share"))
        return "it would save " + percentText(judged.savedShare) + " of the database's time";
    if (judged.mostSavedMs < leastMs && !isBusy)
        return "it would save " + decimalText(judged.mostSavedMs) + " ms a call";
    if (judged.savedMsPerHour.expected <= judged.writeMsPerHour)
        return "keeping it up would cost more than it saves";
    return {};
}

} // namespace

IndexJudgement judgeTrial(const PostgresFacts &facts, const IndexTrial &trial, const Rules &rules)
{
    IndexJudgement judged;
    const TableFacts *table = facts.table(trial.candidate.schema, trial.candidate.table);
    if (trial.state == TrialState::Untried || table == nullptr) {
        judged.why = trial.why;
        return judged;
    }
    judged.bytes = indexBytes(*table, trial.candidate);
    judged.writeMsPerHour = writeCostMsPerHour(facts, *table, trial.candidate, rules);
    bool isUsed = false;
    double bestRatio = 0;
    for (const StatementTrial &statement : trial.statements) {
        isUsed = isUsed || statement.setsUsing > 0;
        if (!isUsedEnough(statement, rules))
            continue;
        bestRatio = std::max(bestRatio, ratioOf(statement));
        const bool isEnough = ratioOf(statement) >= rules.number("db.missing-index.min-cost-ratio");
        if (isEnough && trial.candidate.statements.empty())
            addForeignKeyCheck(facts, *table, trial, rules, judged);
        else if (isEnough)
            addStatement(facts, statement, rules, judged);
    }
    if (judged.best == nullptr)
        judged.why = !isUsed ? "the planner does not use it"
            : bestRatio == 0 ? "the planner uses it only for some of the values that were tried"
                             : "the planner expects " + decimalText(bestRatio) + " times less work at most";
    else
        judged.why = whyTooLittle(judged, rules);
    judged.isAccepted = judged.why.empty();
    return judged;
}

bool readsWholeTable(const PostgresFacts &facts, const StatementFacts &statement, const TableFacts &table,
                     const Rules &rules)
{
    const StatementPlan *plan = facts.plan(statement.queryId);
    if (plan == nullptr || !(plan->cost > 0))
        return false;
    const std::string name = table.schema + "." + table.name;
    return std::ranges::any_of(plan->nodes, [&](const PlanNode &node) {
        return node.type == "Seq Scan" && node.table == name
            && node.totalCost >= plan->cost * rules.number("db.missing-index.scan-cost-share");
    });
}

bool hasStaleStatistics(const TableFacts &table, const Rules &rules)
{
    const double rows = std::max({table.rows, static_cast<double>(table.liveRows), 1.0});
    const bool isNever = !table.lastAnalyzeNs && table.rows < 0;
    return isNever
        || static_cast<double>(table.changedSinceAnalyze) > rows * rules.number("db.stale-statistics.changed-share");
}

} // namespace tailspan::advisor
