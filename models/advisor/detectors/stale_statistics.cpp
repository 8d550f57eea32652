// SPDX-License-Identifier: GPL-3.0-or-later
// Statistics of a table that no longer tell what is in it: the planner chooses by what was there before.
#include "models/advisor/database_texts.h"
#include "models/advisor/detector.h"
#include "models/advisor/impact.h"
#include "models/advisor/index_estimate.h"
#include "models/advisor/index_text.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "db.stale-statistics";
constexpr double kConfidence = 0.9;
constexpr double kUnseenConfidence = 0.6; ///< Much has changed, but no plan was seen to be wrong.

/// A statement over the table whose plan expects another number of rows than come.
struct Misjudged {
    const StatementFacts *statement = nullptr;
    double planned = 0;
    double real = 0;
    double ratio = 0;
};

/// Whether the planner guesses the statement's rows by statistics alone: columns compared for equality. Of ranges and
/// patterns with unknown values, and of expressions, it assumes a fixed share however fresh its statistics are.
bool isGuessedByStatistics(const StatementShape &shape)
{
    const auto isEqual = [](const ShapePredicate &predicate) {
        return predicate.kind == PredicateKind::Equal && !predicate.key.isExpression;
    };
    return !shape.predicates.empty() && std::ranges::all_of(shape.predicates, isEqual);
}

/// The rows of a value that statistics call common: as many may come without anything being stale.
double commonRows(const TableFacts &table, const StatementShape &shape)
{
    const ColumnFacts *column = table.column(shape.predicates.front().key.text);
    return column == nullptr || column->commonShares.empty() ? 0 : column->commonShares.front() * table.rows;
}

/// Only where the rows of the plan are those that come: one table, nothing counted or limited.
Misjudged worstOf(const PostgresFacts &facts, const TableFacts &table)
{
    Misjudged worst;
    for (const StatementFacts &statement : facts.statements) {
        const StatementPlan *plan = facts.plan(statement.queryId);
        const StatementShape &shape = statement.shape;
        const bool isOfTable = shape.tables.size() == 1 && facts.tableOf(shape.tables.front()) == &table;
        if (plan == nullptr || !isOfTable || shape.hasLimit || shape.isAggregated || statement.calls <= 0
            || !statement.areRowsCounted || !isGuessedByStatistics(shape))
            continue;
        const double real = std::max(static_cast<double>(statement.rows) / static_cast<double>(statement.calls), 1.0);
        const double planned = std::max(plan->rows, 1.0);
        const bool isCommon = real > planned && real <= commonRows(table, shape) * 2;
        const double ratio = isCommon ? 1 : std::max(real / planned, planned / real);
        if (ratio > worst.ratio)
            worst = {&statement, planned, real, ratio};
    }
    return worst;
}

double loadOf(const PostgresFacts &facts, const TableFacts &table)
{
    double ms = 0;
    for (const StatementFacts &statement : facts.statements) {
        const auto isIt = [&](const ShapeTable &named) { return facts.tableOf(named) == &table; };
        if (std::ranges::any_of(statement.shape.tables, isIt))
            ms += statement.totalMs;
    }
    return ms;
}

Artifact artifactFor(const PostgresFacts &facts, const TableFacts &table)
{
    const std::string name = qualifiedName(table.schema, table.name);
    Artifact artifact;
    artifact.language = "sql";
    artifact.title = "Read the table's statistics anew";
    artifact.text = "SET lock_timeout = '2s';\nANALYZE " + name + ";\n-- So that it stays so:\nALTER TABLE " + name
        + " SET (autovacuum_analyze_scale_factor = 0.02);\n";
    if (!facts.settings.hasAutovacuum)
        artifact.text += "-- autovacuum is off on this server: nothing reads statistics unless somebody asks.\n";
    artifact.undo = "ALTER TABLE " + name + " RESET (autovacuum_analyze_scale_factor);\n";
    return artifact;
}

std::string whatText(const PostgresFacts &facts, const TableFacts &table, double changed)
{
    const std::string rows = countText(static_cast<std::uint64_t>(std::max<std::int64_t>(table.liveRows, 0)));
    if (table.rows < 0)
        return table.title() + " has about " + rows + " rows and was never analyzed: the planner guesses.";
    const auto changes = static_cast<std::uint64_t>(std::max<std::int64_t>(table.changedSinceAnalyze, 0));
    std::string text = countText(changes) + " changes to " + table.title() + ", " + percentText(changed) + " of its "
        + rows + " rows, since statistics were read";
    if (table.lastAnalyzeNs && facts.atNs > *table.lastAnalyzeNs)
        text += " " + durationText(Duration(facts.atNs - *table.lastAnalyzeNs)) + " ago";
    return text + ": the planner chooses by what was there before.";
}

void addSeen(const PostgresFacts &facts, const Misjudged &worst, Finding &finding)
{
    if (worst.statement == nullptr)
        return;
    finding.evidence.push_back(statementEvidence(facts, *worst.statement));
    Evidence plan;
    plan.kind = "plan";
    plan.text = "The plan expects " + decimalText(worst.planned) + " rows, " + decimalText(worst.real)
        + " come a call.";
    plan.references.push_back({ReferenceKind::Plan, worst.statement->queryId, "The plan of today", {}});
    finding.evidence.push_back(std::move(plan));
}

/// Of the time of all statements over the table, that of those which compare the first column of an index and whose plan
/// does not read it: what a wrong guess of their rows costs.
double avoidableShare(const PostgresFacts &facts, const TableFacts &table)
{
    double avoidable = 0;
    double all = 0;
    for (const StatementFacts &statement : facts.statements) {
        const StatementPlan *plan = facts.plan(statement.queryId);
        const auto isIt = [&](const ShapeTable &named) { return facts.tableOf(named) == &table; };
        if (std::ranges::none_of(statement.shape.tables, isIt))
            continue;
        all += statement.totalMs;
        const auto isAvoided = [&](const IndexFacts *index) {
            const auto isCompared = [&](const ShapePredicate &predicate) {
                const ShapeKey &key = predicate.key;
                return predicate.kind == PredicateKind::Equal && key.text == index->keys.front().text
                    && key.table < statement.shape.tables.size()
                    && facts.tableOf(statement.shape.tables[key.table]) == &table;
            };
            const bool isUsable = index->isValid && index->predicate.empty() && !index->keys.empty();
            return isUsable && std::ranges::any_of(statement.shape.predicates, isCompared)
                && std::ranges::find(plan->nodes, index->name, &PlanNode::index) == plan->nodes.end();
        };
        if (plan != nullptr && std::ranges::any_of(facts.indexesOf(table), isAvoided))
            avoidable += statement.totalMs;
    }
    return all > 0 ? avoidable / all : 0;
}

std::int64_t callsOf(const PostgresFacts &facts, const TableFacts &table)
{
    std::int64_t calls = 0;
    for (const StatementFacts &statement : facts.statements) {
        const auto isIt = [&](const ShapeTable &named) { return facts.tableOf(named) == &table; };
        calls += std::ranges::any_of(statement.shape.tables, isIt) ? statement.calls : 0;
    }
    return calls;
}

/// How much of the statements' time goes with better plans, milliseconds an hour. Where plans were seen to be wrong and
/// there is an index that they pass by: most of those statements' time. Else from nothing to all.
Spread savedBy(const PostgresFacts &facts, const TableFacts &table, double msPerHour, bool isSeen)
{
    constexpr double kKept = 0.05; // what a lookup takes of what a scan took
    constexpr double kLeast = 0.5; // the rows of today are no proof of those of other values
    const double error = countError(static_cast<double>(callsOf(facts, table)));
    const double avoidable = isSeen ? avoidableShare(facts, table) * msPerHour : 0;
    if (avoidable <= 0)
        return {0, msPerHour / 2, msPerHour * (1 + error)};
    const double expected = avoidable * (1 - kKept);
    return {expected * std::max(kLeast, 1 - 2 * error), expected, std::max(msPerHour * (1 + error), expected)};
}

Finding findingOf(const PostgresFacts &facts, const TableFacts &table, double changed, double loadMs,
                  const Rules &rules)
{
    Finding finding = databaseFinding(kId, "Analyze " + table.title(), table.title());
    finding.what = whatText(facts, table, changed);
    const Misjudged worst = worstOf(facts, table);
    const bool isSeen = worst.ratio >= rules.number("db.stale-statistics.row-ratio");
    addSeen(facts, worst, finding);
    constexpr double kSecondsAnHour = 3600;
    const double msPerHour = facts.window.seconds > 0 ? loadMs / facts.window.seconds * kSecondsAnHour : 0;
    const Spread saved = savedBy(facts, table, msPerHour, isSeen);
    finding.estimate = Estimate{"time of statements over " + table.title(),
                                "ms/h",
                                saved.low,
                                saved.expected,
                                saved.high,
                                std::nullopt,
                                isSeen ? "The time of statements that an index is there for and that the plan of today "
                                         "reads otherwise; how many calls an hour come is counted."
                                       : "The time of all statements over the table; what of it goes is seen after "
                                         "ANALYZE."};
    finding.impactMsPerHour = saved.expected;
    finding.impactText = lossText(saved.expected);
    finding.severity = isSeen ? severityOfLoss(saved.expected, rules) : Severity::Low;
    finding.confidence = isSeen || table.rows < 0 ? kConfidence : kUnseenConfidence;
    if (isSeen)
        finding.verification = {VerificationState::Verified,
                                "Planned and real rows differ " + decimalText(worst.ratio) + " times."};
    else
        finding.verification = {VerificationState::Unverified, "No plan was seen to expect far other rows than come."};
    finding.artifacts.push_back(artifactFor(facts, table));
    finding.actions.push_back({Action::Verb::Set, "statistics " + table.schema + "." + table.name});
    finding.refutedBy = "After ANALYZE the plans are the same.";
    return finding;
}

class StaleStatistics final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Database, "Stale statistics", Input::Postgres, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        const PostgresFacts &facts = *inputs.postgres;
        for (const TableFacts &table : facts.tables) {
            if (stop.stop_requested())
                return;
            const double rows = std::max({table.rows, static_cast<double>(table.liveRows), 1.0});
            const double changed = static_cast<double>(table.changedSinceAnalyze) / rows;
            const bool isNever = !table.lastAnalyzeNs && table.rows < 0;
            if (rows < rules.number("db.stale-statistics.min-rows") || table.isPartitioned
                || (!isNever && changed < rules.number("db.stale-statistics.report-share")))
                continue;
            // Changes that came with the ANALYZE in one transaction count as later: then the rows are as many as it saw.
            const double grown = std::abs(static_cast<double>(table.liveRows) - table.rows) / rows;
            const bool isSeen = worstOf(facts, table).ratio >= rules.number("db.stale-statistics.row-ratio");
            if (!isNever && !isSeen && grown < rules.number("db.stale-statistics.report-share"))
                continue;
            const double loadMs = loadOf(facts, table);
            if (loadMs > 0 && loadMs >= facts.totalMs * rules.number("db.stale-statistics.min-time-share"))
                output.findings.push_back(findingOf(facts, table, changed, loadMs, rules));
        }
    }
};

} // namespace

DetectorPtr makeStaleStatisticsDetector()
{
    return std::make_unique<StaleStatistics>();
}

} // namespace tailspan::advisor
