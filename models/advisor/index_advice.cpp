// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/index_advice.h"

#include "models/advisor/impact.h"
#include "models/advisor/index_judgement.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::advisor {

namespace {

constexpr double kVerifiedConfidence = 0.95;
constexpr double kPlannedConfidence = 0.6; ///< The plan of today was seen, the one with the index was not.
constexpr double kRoughConfidence = 0.4;

std::string reasonText(CandidateReason reason)
{
    switch (reason) {
    case CandidateReason::Equality: return "They compare these columns";
    case CandidateReason::Range: return "They ask for a range of it";
    case CandidateReason::Sort: return "They sort by it and take the first rows";
    case CandidateReason::Expression: return "They compare the expression, which no index holds";
    case CandidateReason::Prefix: return "They look for what begins with letters, and the column sorts by language";
    case CandidateReason::Partial: return "They ask for rows of which there are few";
    case CandidateReason::Join: return "They look rows up by it from another table";
    case CandidateReason::ForeignKey: return "Every row that goes from the parent table is looked up by it";
    case CandidateReason::Covering: return "They read no other columns";
    }
    return {};
}

std::uint64_t countOf(double value)
{
    return static_cast<std::uint64_t>(std::max(value, 0.0));
}

/// One finding of an index, piece by piece.
class IndexAdvice {
public:
    IndexAdvice(const PostgresFacts &facts, const IndexTrial &trial, const Rules &rules)
        : m_facts(facts), m_candidate(trial.candidate),
          m_table(*facts.table(trial.candidate.schema, trial.candidate.table)), m_rules(rules),
          m_judged(judgeTrial(facts, trial, rules)),
          m_best(m_judged.best != nullptr ? *m_judged.best : trial.statements.front()),
          m_statement(facts.statement(m_best.queryId))
    {
        const std::string part = m_candidate.predicate.empty() ? "" : " where " + m_candidate.predicate;
        finding = databaseFinding("db.missing-index",
                                  "Index " + m_table.title() + " (" + m_candidate.columnsText() + ")" + part,
                                  m_table.title(), m_candidate.target());
        finding.actions.push_back({Action::Verb::Add, m_candidate.target()});
        finding.artifacts.push_back(createIndexArtifact(facts, m_candidate));
        finding.assumptions = m_candidate.assumptions;
        finding.refutedBy = "The statement takes as long after the index is built and the table analyzed, or EXPLAIN "
                            "does not show the index.";
        finding.what = whatText();
        for (const std::string &queryId : m_candidate.statements) {
            if (const StatementFacts *statement = facts.statement(queryId))
                finding.evidence.push_back(statementEvidence(facts, *statement));
        }
    }

    void addPlans()
    {
        finding.picture = planPicture(m_best.before, m_best.after);
        Evidence evidence;
        evidence.kind = "plan";
        evidence.text = "Cost " + decimalText(m_best.costBefore) + " today, " + decimalText(m_best.costAfter)
            + " with the index.";
        evidence.references.push_back({ReferenceKind::Plan, m_best.queryId, "Plans before and after", {}});
        finding.evidence.push_back(std::move(evidence));
    }

    void addCosts()
    {
        Evidence evidence;
        evidence.kind = "statements";
        evidence.text = "The index would take about " + bytesText(countOf(m_judged.bytes)) + " and "
            + decimalText(m_judged.writeMsPerHour) + " ms an hour to keep up.";
        finding.evidence.push_back(std::move(evidence));
    }

    void addEstimate(double extraSd)
    {
        Estimate estimate;
        if (m_statement == nullptr) {
            estimate.metric = "time of the foreign key's checks";
            estimate.unit = "ms/h";
            estimate.low = m_judged.savedMsPerHour.low;
            estimate.expected = m_judged.savedMsPerHour.expected;
            estimate.high = m_judged.savedMsPerHour.high;
            estimate.basis = "Rows deleted from the parent in the window, times a scan of the table.";
        } else {
            const Spread after = timeAfter(m_facts, *m_statement, changeOf(m_best), m_rules, extraSd);
            estimate.metric = "mean time of statement " + m_statement->queryId;
            estimate.unit = "ms";
            estimate.low = after.low;
            estimate.expected = after.expected;
            estimate.high = after.high;
            estimate.now = m_statement->meanMs;
            estimate.basis = extraSd > 0
                ? "Rows that the keys leave against a scan, by our own arithmetic; the planner was not asked."
                : "What a lookup takes on this server, and the rest by the planner's costs with and without the index, "
                  "spread as measured speed-ups were against such.";
        }
        finding.estimate = std::move(estimate);
    }

    void addImpact()
    {
        const double savedMs = std::max(m_judged.savedMsPerHour.expected - m_judged.writeMsPerHour, 0.0);
        finding.impactMsPerHour = savedMs;
        finding.impactText = lossText(savedMs);
        finding.severity = severityOfLoss(savedMs, m_rules);
    }

    [[nodiscard]] std::string howVerified() const
    {
        std::string text = "Hypothetical index used by " + std::to_string(m_best.setsUsing) + " of "
            + pluralText(m_best.sets, "plan", "plans") + ", cost " + decimalText(m_best.costBefore) + " to "
            + decimalText(m_best.costAfter);
        if (m_best.costInSet > 0 && m_best.costWithoutIt > 0)
            text += "; " + decimalText(m_best.costWithoutIt) + " with the other suggested indexes but not this one";
        return text + ".";
    }

    [[nodiscard]] bool isPlanned() const { return m_facts.plan(m_best.queryId) != nullptr; }

    Finding finding;

private:
    [[nodiscard]] std::string whatText() const
    {
        const std::string table = m_table.title() + " (" + countText(countOf(m_table.rows)) + " rows)";
        if (m_statement == nullptr)
            return "Rows of the parent table are deleted, and for each of them " + table
                + " is read whole to see whether anything still refers to it.";
        const std::size_t count = m_candidate.statements.size();
        std::string text = count == 1 ? "A statement over " + table + " takes "
                                      : "The heaviest of " + countText(count) + " statements over " + table + " takes ";
        text += loadText(m_facts, *m_statement) + ". " + reasonText(m_candidate.reason) + ".";
        if (m_candidate.keys.size() > 1)
            text += " The order of the columns matters: those compared for equality come first.";
        return text;
    }

    const PostgresFacts &m_facts;
    const IndexCandidate &m_candidate;
    const TableFacts &m_table;
    const Rules &m_rules;
    IndexJudgement m_judged;
    const StatementTrial &m_best;      ///< Of the statement that gains most.
    const StatementFacts *m_statement; ///< Null: a foreign key's own check.
};

} // namespace

Finding verifiedIndexFinding(const PostgresFacts &facts, const IndexTrial &trial, const Rules &rules)
{
    IndexAdvice advice(facts, trial, rules);
    advice.addPlans();
    advice.addCosts();
    advice.addEstimate(0);
    advice.addImpact();
    advice.finding.confidence = kVerifiedConfidence;
    advice.finding.verification = {VerificationState::Verified, advice.howVerified()};
    return std::move(advice.finding);
}

Finding roughIndexFinding(const PostgresFacts &facts, const IndexTrial &trial, const Rules &rules)
{
    IndexAdvice advice(facts, trial, rules);
    advice.addCosts();
    advice.addEstimate(rules.number("db.estimate.rough-log10-sd"));
    advice.addImpact();
    advice.finding.confidence = advice.isPlanned() ? kPlannedConfidence : kRoughConfidence;
    advice.finding.verification = {VerificationState::Unverified, facts.whyNoTrials};
    return std::move(advice.finding);
}

Finding refutedIndexFinding(const PostgresFacts &facts, const IndexTrial &trial, const Rules &rules)
{
    IndexAdvice advice(facts, trial, rules);
    advice.addPlans();
    advice.finding.verification = {VerificationState::Refuted, "Tried and not worth it: " + trial.why + "."};
    advice.finding.actions.clear();
    return std::move(advice.finding);
}

} // namespace tailspan::advisor
