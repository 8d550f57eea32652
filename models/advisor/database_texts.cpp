// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/database_texts.h"

#include "models/advisor/index_text.h"
#include "models/base/number_text.h"
#include "models/base/utf8.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace tailspan::advisor {

namespace {

std::string lineOf(const PlanNode &node)
{
    std::string text = node.type;
    if (!node.index.empty())
        text += " using " + node.index;
    if (!node.table.empty())
        text += " on " + node.table;
    text += " · cost " + decimalText(node.totalCost) + " · " + decimalText(node.rows) + " rows";
    return node.condition.empty() ? text : text + " · " + node.condition;
}

/// Type and table: what a node is, whatever it costs.
std::string kindOf(const PlanNode &node)
{
    return node.type + "\n" + node.table + "\n" + node.index;
}

std::vector<PlanPicture::Line> linesOf(const std::vector<PlanNode> &nodes, const std::vector<PlanNode> &other)
{
    std::set<std::string> known;
    for (const PlanNode &node : other)
        known.insert(kindOf(node));
    std::vector<PlanPicture::Line> lines;
    for (const PlanNode &node : nodes)
        lines.push_back({node.depth, lineOf(node), !known.contains(kindOf(node))});
    return lines;
}

std::string_view whereToRun(const PostgresFacts &facts)
{
    return facts.abilities.isStandby ? "-- This server is a standby and takes no changes: run this on the primary.\n"
                                     : "";
}

} // namespace

std::string shortSql(std::string_view text, std::size_t letters)
{
    std::string folded;
    for (const char c : text) {
        const bool isSpace = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!isSpace)
            folded += c;
        else if (!folded.empty() && folded.back() != ' ')
            folded += ' ';
        if (folded.size() > letters + 8)
            break;
    }
    while (folded.ends_with(' '))
        folded.pop_back();
    return folded.size() <= letters ? folded : std::string(utf8Prefix(folded, letters)) + "…";
}

std::string msText(double ms)
{
    constexpr double kNsPerMs = 1e6;
    constexpr double kMost = 1e12;
    return durationText(Duration(static_cast<std::int64_t>(std::clamp(ms, -kMost, kMost) * kNsPerMs)));
}

std::string loadText(const PostgresFacts &facts, const StatementFacts &statement)
{
    std::string text = msText(statement.meanMs) + " a call";
    if (const double calls = facts.callsPerHour(statement); calls >= 0)
        text += ", " + decimalText(calls) + " calls an hour";
    if (facts.totalMs > 0)
        text += ", " + percentText(statement.totalMs / facts.totalMs) + " of the time of all statements";
    return text;
}

Evidence statementEvidence(const PostgresFacts &facts, const StatementFacts &statement)
{
    Evidence evidence{"statements", loadText(facts, statement) + ": " + shortSql(statement.text), {}};
    evidence.references.push_back({ReferenceKind::Statement, statement.queryId, "Statement " + statement.queryId, {}});
    return evidence;
}

PlanPicture planPicture(const std::vector<PlanNode> &before, const std::vector<PlanNode> &after)
{
    return {linesOf(before, after), linesOf(after, before)};
}

Artifact createIndexArtifact(const PostgresFacts &facts, const IndexCandidate &candidate)
{
    const std::string name = freeIndexName(facts, candidate);
    const std::string full = qualifiedName(candidate.schema, name);
    Artifact artifact;
    artifact.language = "sql";
    artifact.title = "Build the index without blocking writes";
    artifact.text = std::string(whereToRun(facts)) + "SET lock_timeout = '2s';\n"
        + candidate.definition("CREATE INDEX CONCURRENTLY IF NOT EXISTS " + quotedIdentifier(name)) + ";\n";
    const auto isExpression = [](const CandidateKey &key) { return key.isExpression; };
    if (std::ranges::any_of(candidate.keys, isExpression)) // the planner knows nothing of the expression before
        artifact.text += "ANALYZE " + qualifiedName(candidate.schema, candidate.table) + ";\n";
    artifact.text += "-- Must say t. After f the build was cut short: run the undo, then this again.\n"
                     "SELECT indisvalid FROM pg_index WHERE indexrelid = "
        + quotedLiteral(full) + "::regclass;\n";
    artifact.undo = "SET lock_timeout = '2s';\nDROP INDEX CONCURRENTLY IF EXISTS " + full + ";\n";
    return artifact;
}

Artifact dropIndexArtifact(const PostgresFacts &facts, const IndexFacts &index)
{
    Artifact artifact;
    artifact.language = "sql";
    artifact.title = "Drop the index without blocking";
    artifact.text = std::string(whereToRun(facts)) + "SET lock_timeout = '2s';\nDROP INDEX CONCURRENTLY IF EXISTS "
        + qualifiedName(index.schema, index.name) + ";\n";
    std::string again = index.definition;
    for (const std::string_view head : {"CREATE UNIQUE INDEX ", "CREATE INDEX "}) {
        if (again.starts_with(head)) {
            again.insert(head.size(), "CONCURRENTLY ");
            break;
        }
    }
    artifact.undo = "SET lock_timeout = '2s';\n" + again + ";\n";
    return artifact;
}

std::string freeIndexName(const PostgresFacts &facts, const IndexCandidate &candidate)
{
    const std::string wanted = candidate.name();
    std::string name = wanted;
    const auto isTaken = [&](const IndexFacts &index) {
        return index.schema == candidate.schema && index.name == name;
    };
    for (int number = 2; std::ranges::any_of(facts.indexes, isTaken); ++number) {
        constexpr std::size_t kLongestName = 63;
        const std::string end = "_" + std::to_string(number);
        name = std::string(utf8Prefix(wanted, kLongestName - end.size())) + end;
    }
    return name;
}

std::string indexTarget(const IndexFacts &index)
{
    std::string text = "index " + index.schema + "." + index.table + "(";
    for (std::size_t i = 0; i < index.keys.size(); ++i) {
        text += (i == 0 ? "" : ",") + index.keys[i].text;
        if (!index.keys[i].isDefaultClass)
            text += " " + index.keys[i].operatorClass;
    }
    if (!index.predicate.empty())
        text += " where " + index.predicate;
    return text + ")";
}

bool waitsForLocks(const PostgresFacts &facts, std::string_view queryId, double share)
{
    double seen = 0;
    double waiting = 0;
    for (const ActivitySample &sample : facts.activity) {
        for (const SessionFacts &session : sample.sessions) {
            if (session.queryId != queryId || queryId.empty() || session.state != "active")
                continue;
            seen += 1;
            waiting += session.waitType == "Lock" ? 1 : 0;
        }
    }
    return seen >= 2 && waiting >= seen * share;
}

Finding databaseFinding(std::string_view detector, std::string title, const std::string &object,
                        std::string_view distinction)
{
    Finding finding;
    finding.detector = detector;
    finding.kind = FindingKind::Database;
    finding.title = std::move(title);
    finding.subject.object = object;
    finding.id = findingId(detector, finding.subject, distinction);
    return finding;
}

} // namespace tailspan::advisor
