// SPDX-License-Identifier: GPL-3.0-or-later
// A statement that takes half a second a call and a share of the database's time, and that no tried index helps.
#include "models/advisor/database_texts.h"
#include "models/advisor/detector.h"
#include "models/advisor/impact.h"
#include "models/advisor/index_judgement.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "db.slow-query";
constexpr double kConfidence = 0.9;
constexpr double kSeenConfidence = 0.6; ///< Nothing counted its calls.

/// Another detector says what to do about it.
bool isHelped(const PostgresFacts &facts, const StatementFacts &statement, const Rules &rules)
{
    const auto helps = [&](const IndexTrial &trial) {
        const std::vector<std::string> &of = trial.candidate.statements;
        return trial.state == TrialState::Accepted && std::ranges::find(of, statement.queryId) != of.end();
    };
    const auto isStale = [&](const ShapeTable &named) {
        const TableFacts *table = facts.tableOf(named);
        return table != nullptr && hasStaleStatistics(*table, rules);
    };
    return std::ranges::any_of(facts.trials, helps) || std::ranges::any_of(statement.shape.tables, isStale)
        || waitsForLocks(facts, statement.queryId, rules.number("db.lock-wait.lock-share"));
}

/// The node of the plan that adds most to its cost: where to look first.
const PlanNode *heaviestNode(const StatementPlan &plan)
{
    const PlanNode *heaviest = nullptr;
    double most = 0;
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        double own = plan.nodes[i].totalCost;
        for (std::size_t k = i + 1; k < plan.nodes.size() && plan.nodes[k].depth > plan.nodes[i].depth; ++k)
            own -= plan.nodes[k].depth == plan.nodes[i].depth + 1 ? plan.nodes[k].totalCost : 0;
        if (own > most) {
            most = own;
            heaviest = &plan.nodes[i];
        }
    }
    return heaviest;
}

void addPlan(const PostgresFacts &facts, const StatementFacts &statement, Finding &finding)
{
    const StatementPlan *plan = facts.plan(statement.queryId);
    if (plan == nullptr)
        return;
    finding.picture = planPicture(plan->nodes, {});
    const PlanNode *node = heaviestNode(*plan);
    if (node == nullptr)
        return;
    Evidence evidence;
    evidence.kind = "plan";
    evidence.text = "Most of its cost is " + node->type + (node->table.empty() ? "" : " on " + node->table) + ".";
    evidence.references.push_back({ReferenceKind::Plan, statement.queryId, "The plan of today", {}});
    finding.evidence.push_back(std::move(evidence));
}

Verification measured(const StatementFacts &statement)
{
    const std::string calls = pluralText(static_cast<std::uint64_t>(statement.calls), "call.", "calls.");
    if (statement.areRowsCounted)
        return {VerificationState::Verified, "Measured by the server over " + calls};
    return {VerificationState::Unverified,
            "Sessions were seen to run it; nothing counts statements here, so it is "
            "reckoned to be "
                + calls};
}

Finding findingOf(const PostgresFacts &facts, const StatementFacts &statement, const Rules &rules)
{
    const TableFacts *table = statement.shape.tables.empty() ? nullptr : facts.tableOf(statement.shape.tables.front());
    const std::string object = table == nullptr ? "statement " + statement.queryId : table->title();
    Finding finding = databaseFinding(
        kId, "Slow statement over " + object + ", " + msText(statement.meanMs) + " a call", object, statement.queryId);
    finding.what = "A statement takes " + loadText(facts, statement)
        + ", and nothing else that was found explains it: " + shortSql(statement.text) + ".";
    finding.evidence.push_back(statementEvidence(facts, statement));
    if (statement.tempBlocks > 0) {
        Evidence evidence;
        evidence.kind = "statements";
        evidence.text = "It writes and reads temporary files, "
            + bytesText(static_cast<std::uint64_t>(statement.tempBlocks * facts.settings.blockBytes))
            + " in the window: work_mem is too small for its sorts or hashes.";
        finding.evidence.push_back(std::move(evidence));
    }
    addPlan(facts, statement, finding);
    const double lossMs = statement.meanMs * facts.callsPerHour(statement);
    finding.impactMsPerHour = lossMs;
    finding.impactText = lossText(lossMs);
    finding.severity = severityOfLoss(lossMs, rules);
    finding.confidence = statement.areRowsCounted ? kConfidence : kSeenConfidence;
    finding.verification = measured(statement);
    Artifact artifact;
    artifact.language = "sql";
    artifact.title = "See where the time goes: this runs it, so on a replica and with real values";
    artifact.text = "BEGIN;\nEXPLAIN (ANALYZE, BUFFERS) " + statement.text + ";\nROLLBACK;\n";
    finding.artifacts.push_back(std::move(artifact));
    finding.refutedBy = "It runs where nobody waits for it.";
    return finding;
}

class SlowQuery final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Database, "Slow statement", Input::Postgres, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        const PostgresFacts &facts = *inputs.postgres;
        for (const StatementFacts &statement : facts.statements) {
            if (stop.stop_requested())
                return;
            const bool isSlow = statement.meanMs >= rules.number("db.slow-query.min-mean-ms")
                && statement.totalMs >= facts.totalMs * rules.number("db.slow-query.min-time-share");
            const bool isOften = facts.callsPerHour(statement) >= rules.number("db.slow-query.min-calls-per-hour")
                && static_cast<double>(statement.calls) >= rules.number("db.slow-query.min-calls");
            const bool isQuery = statement.shape.verb != StatementVerb::Other;
            if (isSlow && isOften && isQuery && !isHelped(facts, statement, rules))
                output.findings.push_back(findingOf(facts, statement, rules));
        }
    }
};

} // namespace

DetectorPtr makeSlowQueryDetector()
{
    return std::make_unique<SlowQuery>();
}

} // namespace tailspan::advisor
