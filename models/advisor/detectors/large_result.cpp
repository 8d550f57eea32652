// SPDX-License-Identifier: GPL-3.0-or-later
// A statement that returns more rows than anybody looks at, often.
#include "models/advisor/database_texts.h"
#include "models/advisor/detector.h"
#include "models/advisor/impact.h"
#include "models/advisor/index_estimate.h"
#include "models/advisor/result_pages.h"
#include "models/advisor/statements_in_traces.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "db.large-result";
constexpr double kConfidence = 0.7;

/// Bytes of one row by the widths of the columns read; 0 where they are not known.
double rowBytes(const PostgresFacts &facts, const StatementFacts &statement)
{
    double bytes = 0;
    const StatementShape &shape = statement.shape;
    for (std::size_t i = 0; i < shape.tables.size(); ++i) {
        const TableFacts *table = facts.tableOf(shape.tables[i]);
        if (table == nullptr)
            continue;
        const bool isWhole = std::ranges::find(shape.wholeRows, i) != shape.wholeRows.end();
        for (const ColumnFacts &column : table->columns) {
            const auto isRead = [&](const ShapeKey &key) { return key.table == i && key.text == column.name; };
            if (isWhole || std::ranges::any_of(shape.columns, isRead))
                bytes += column.averageWidth;
        }
    }
    return bytes;
}

Artifact pagesArtifact(const StatementFacts &statement, const std::string &columns, double pageRows)
{
    std::string values = ":last";
    for (std::ptrdiff_t i = 0; i < std::ranges::count(columns, ','); ++i)
        values += ", :last_" + std::to_string(i + 2);
    Artifact artifact;
    artifact.language = "sql";
    artifact.title = "Read pages, each going on behind the last key";
    artifact.text = "-- In place of all rows at once; name the columns that are needed in place of *.\n-- "
        + shortSql(statement.text) + "\n-- Add to its conditions:\n  AND (" + columns + ") > (" + values
        + ")  -- not for the first page\nORDER BY " + columns + "\nLIMIT " + decimalText(pageRows) + ";\n";
    return artifact;
}

/// The costs of all rows and of one page: as planned, else as if a LIMIT stopped the plan of today.
PlanChange pageChange(const PostgresFacts &facts, const StatementFacts &statement, double pageRows)
{
    const double share = pageRows / std::max(rowsPerCall(statement), pageRows);
    const StatementPlan *plan = facts.plan(statement.queryId);
    if (plan == nullptr || plan->nodes.empty())
        return {1, share};
    const auto paged = std::ranges::find(facts.pagePlans, statement.queryId, &PagePlan::queryId);
    if (paged != facts.pagePlans.end()) {
        // Sending rows is most of it, which no cost tells: a page that nothing is sorted for takes its share of the rows.
        constexpr double kSorted = 0.1;
        const bool isEarly = paged->warmAfter > 0 && paged->warmAfter < paged->warmBefore * kSorted;
        return {plan->cost, paged->cost, isEarly ? 1 : paged->warmBefore, isEarly ? share : paged->warmAfter, 0,
                0,          isEarly};
    }
    const PlanNode &top = plan->nodes.front();
    return {top.totalCost, top.startupCost + (top.totalCost - top.startupCost) * share};
}

Finding findingOf(const PostgresFacts &facts, const StatementFacts &statement, const Rules &rules)
{
    const std::string rows = decimalText(rowsPerCall(statement));
    const double pageRows = rules.number("db.large-result.page-rows");
    const TableFacts *table = facts.tableOf(statement.shape.tables.front());
    const std::string object = table == nullptr ? statement.shape.tables.front().name : table->title();
    Finding finding =
        databaseFinding(kId, "Read " + object + " in pages, not " + rows + " rows at once", object, statement.queryId);
    finding.what = "Each call returns " + rows + " rows";
    if (const double bytes = rowBytes(facts, statement) * rowsPerCall(statement); bytes > 0)
        finding.what += ", about " + bytesText(static_cast<std::uint64_t>(bytes));
    finding.what += ", without a LIMIT: the database sends, the network carries and the application reads all of them. "
        + loadText(facts, statement) + ".";
    finding.evidence.push_back(statementEvidence(facts, statement));
    const Spread after = timeAfter(facts, statement, pageChange(facts, statement, pageRows), rules);
    finding.estimate = Estimate{"mean time of statement " + statement.queryId,
                                "ms",
                                after.low,
                                after.expected,
                                after.high,
                                statement.meanMs,
                                "What a lookup takes on this server, and the plan's cost for a page of "
                                    + decimalText(pageRows) + " rows in place of all."};
    finding.impactMsPerHour = (statement.meanMs - after.expected) * facts.callsPerHour(statement);
    finding.impactText = lossText(*finding.impactMsPerHour);
    finding.severity = std::max(severityOfLoss(*finding.impactMsPerHour, rules), Severity::Low);
    finding.confidence = kConfidence;
    finding.verification = {VerificationState::Unverified,
                            "How many of the rows the application uses is not seen from the database."};
    const std::string columns = table == nullptr ? std::string() : pageColumns(facts, *table);
    finding.artifacts.push_back(pagesArtifact(statement, columns.empty() ? "a_unique_key" : columns, pageRows));
    finding.refutedBy = "The application uses every row, as an export does.";
    return finding;
}

class LargeResult final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Database, "Large result", Input::Postgres, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        const PostgresFacts &facts = *inputs.postgres;
        StatementsInTraces traces(inputs, rules, stop);
        for (const StatementFacts &statement : facts.statements) {
            if (stop.stop_requested())
                return;
            if (!returnsManyRows(facts, statement, rules))
                continue;
            output.findings.push_back(findingOf(facts, statement, rules));
            traces.tell(statement, output.findings.back());
        }
    }
};

} // namespace

DetectorPtr makeLargeResultDetector()
{
    return std::make_unique<LargeResult>();
}

} // namespace tailspan::advisor
