// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions that wait for locks, by who holds them; and transactions that stay open doing nothing.
#include "models/advisor/database_texts.h"
#include "models/advisor/detector.h"
#include "models/advisor/impact.h"
#include "models/advisor/index_text.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "db.lock-wait";
constexpr double kConfidence = 0.9;
constexpr double kMsAnHour = 3'600'000;
constexpr double kMsPerSecond = 1000;

/// Sessions of one application and role at the head of queues, over all looks.
struct Blocker {
    std::string application, role;
    bool isIdle = false;           ///< In a transaction, doing nothing.
    double waits = 0;              ///< Waiting sessions seen.
    double longestWait = 0;        ///< Seconds.
    double longestTransaction = 0; ///< Seconds.
    std::set<std::string> relations, queryIds;
    std::set<std::int64_t> pids;
};

const SessionFacts *sessionOf(const ActivitySample &sample, std::int64_t pid)
{
    const auto found = std::ranges::find(sample.sessions, pid, &SessionFacts::pid);
    return found == sample.sessions.end() ? nullptr : &*found;
}

/// Along the chain of who waits for whom to one that waits for nobody; null when it is gone or they wait in a ring.
const SessionFacts *rootOf(const ActivitySample &sample, const SessionFacts &waiting)
{
    const SessionFacts *at = &waiting;
    for (std::size_t step = 0; step <= sample.sessions.size(); ++step) {
        if (at->blockedBy.empty())
            return at == &waiting ? nullptr : at;
        at = sessionOf(sample, at->blockedBy.front());
        if (at == nullptr)
            return nullptr;
    }
    return nullptr;
}

void addWait(const SessionFacts &waiting, const SessionFacts *root, Blocker &blocker)
{
    if (root != nullptr) {
        blocker.application = root->application;
        blocker.role = root->role;
        blocker.isIdle = root->state.starts_with("idle in transaction");
        blocker.longestTransaction = std::max(blocker.longestTransaction, root->transactionSeconds);
        blocker.pids.insert(root->pid);
    }
    blocker.waits += 1;
    blocker.longestWait = std::max(blocker.longestWait, waiting.stateSeconds);
    if (!waiting.relation.empty())
        blocker.relations.insert(waiting.relation);
    if (!waiting.queryId.empty())
        blocker.queryIds.insert(waiting.queryId);
}

std::map<std::string, Blocker> blockersIn(const PostgresFacts &facts)
{
    std::map<std::string, Blocker> blockers;
    for (const ActivitySample &sample : facts.activity) {
        for (const SessionFacts &session : sample.sessions) {
            if (session.waitType != "Lock")
                continue;
            const SessionFacts *root = rootOf(sample, session);
            addWait(session, root, blockers[root == nullptr ? "" : root->application + "\n" + root->role]);
        }
    }
    return blockers;
}

std::string nameOf(const std::string &application, const std::string &role)
{
    if (!application.empty())
        return application;
    return role.empty() ? "a session that was gone before it was seen" : "role " + role;
}

Artifact timeoutArtifact(const std::string &role)
{
    const std::string name = role.empty() ? "the_role" : quotedIdentifier(role);
    Artifact artifact;
    artifact.language = "sql";
    artifact.title = "End transactions that do nothing, give up on locks";
    artifact.text = "ALTER ROLE " + name + " SET idle_in_transaction_session_timeout = '30s';\nALTER ROLE " + name
        + " SET lock_timeout = '5s';\n-- In the code: no calls to other services between BEGIN and COMMIT; lock rows "
          "in one order.\n";
    artifact.undo = "ALTER ROLE " + name + " RESET idle_in_transaction_session_timeout;\nALTER ROLE " + name
        + " RESET lock_timeout;\n";
    return artifact;
}

Artifact watchArtifact()
{
    Artifact artifact;
    artifact.language = "sql";
    artifact.title = "See who waits for whom now";
    artifact.text = "SELECT w.pid, w.wait_event, now() - w.query_start AS waits_for, b.pid AS blocked_by, b.state,\n"
                    "       now() - b.xact_start AS transaction_open\nFROM pg_stat_activity w\n"
                    "CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS p(pid)\n"
                    "JOIN pg_stat_activity b ON b.pid = p.pid\nWHERE w.wait_event_type = 'Lock';\n";
    return artifact;
}

std::string whatText(const PostgresFacts &facts, const Blocker &blocker)
{
    return "In " + pluralText(facts.activity.size(), "look", "looks") + " at the sessions "
        + pluralText(static_cast<std::uint64_t>(blocker.waits), "wait", "waits")
        + " for a lock were seen, the longest for " + msText(blocker.longestWait * kMsPerSecond)
        + ". At the head of the queue is " + nameOf(blocker.application, blocker.role)
        + (blocker.isIdle ? ", idle in a transaction" : ", in a transaction") + " that was open for up to "
        + msText(blocker.longestTransaction * kMsPerSecond)
        + ". No index and no replica helps: the wait ends when that transaction does.";
}

Estimate estimateOf(double waiting, double waits)
{
    constexpr double kEightyPercent = 1.2816;
    const double share = std::min(kEightyPercent / std::sqrt(std::max(waits, 1.0)), 1.0);
    const double lossMs = waiting * kMsAnHour;
    return {"time waited for locks",
            "ms/h",
            lossMs * (1 - share),
            lossMs,
            lossMs * (1 + share),
            std::nullopt,
            "Sessions seen waiting in each look; the interval is that of such a count."};
}

Finding waitFinding(const PostgresFacts &facts, const Blocker &blocker, double waiting, const Rules &rules)
{
    const std::string name = nameOf(blocker.application, blocker.role);
    const std::string object = blocker.relations.empty() ? facts.database : *blocker.relations.begin();
    Finding finding = databaseFinding(kId, "Statements wait for locks that " + name + " holds", object,
                                      blocker.application + "/" + blocker.role);
    finding.what = whatText(facts, blocker);
    for (const std::string &queryId : blocker.queryIds) {
        if (const StatementFacts *statement = facts.statement(queryId))
            finding.evidence.push_back(statementEvidence(facts, *statement));
    }
    Evidence evidence;
    evidence.kind = "statements";
    evidence.text = decimalText(waiting) + " sessions waiting on average, for locks on " + object + ".";
    finding.evidence.push_back(std::move(evidence));
    finding.estimate = estimateOf(waiting, blocker.waits);
    finding.impactMsPerHour = finding.estimate->expected;
    finding.impactText = lossText(*finding.impactMsPerHour);
    finding.severity = severityOfLoss(*finding.impactMsPerHour, rules);
    finding.confidence = kConfidence;
    finding.verification = {VerificationState::Verified, "Seen in pg_stat_activity and pg_blocking_pids."};
    finding.artifacts.push_back(timeoutArtifact(blocker.role));
    finding.artifacts.push_back(watchArtifact());
    finding.actions.push_back({Action::Verb::Set, "transactions of " + name});
    finding.refutedBy = "The blocker was a migration that ran once.";
    return finding;
}

Finding openFinding(const PostgresFacts &facts, const SessionFacts &session)
{
    const std::string name = nameOf(session.application, session.role);
    Finding finding = databaseFinding(kId, "A transaction of " + name + " stays open doing nothing", facts.database,
                                      session.application + "/" + session.role + "/open");
    const std::string open = msText(session.transactionSeconds * kMsPerSecond);
    finding.what = "A session of " + name + " is idle in a transaction that has been open for " + open
        + ": its locks stay, its connection is taken, and VACUUM cannot remove what was deleted since.";
    Evidence evidence;
    evidence.kind = "statements";
    evidence.text = "pid " + std::to_string(session.pid) + ", " + session.state;
    finding.evidence.push_back(std::move(evidence));
    finding.impactText = open;
    finding.severity = Severity::Medium;
    finding.confidence = kConfidence;
    finding.verification = {VerificationState::Verified, "Seen in pg_stat_activity."};
    finding.artifacts.push_back(timeoutArtifact(session.role));
    finding.actions.push_back({Action::Verb::Set, "transactions of " + name});
    finding.refutedBy = "It was somebody's console.";
    return finding;
}

/// By application and role the longest; sessions that others wait for are told already.
void addOpenTransactions(const PostgresFacts &facts, const std::set<std::int64_t> &told, const Rules &rules,
                         Output &output)
{
    std::map<std::string, SessionFacts> longest;
    for (const ActivitySample &sample : facts.activity) {
        for (const SessionFacts &session : sample.sessions) {
            const bool isOpen = session.state.starts_with("idle in transaction")
                && session.transactionSeconds >= rules.number("db.lock-wait.open-seconds");
            SessionFacts *known =
                isOpen && !told.contains(session.pid) ? &longest[session.application + "\n" + session.role] : nullptr;
            if (known != nullptr && session.transactionSeconds > known->transactionSeconds)
                *known = session;
        }
    }
    for (const auto &[key, session] : longest)
        output.findings.push_back(openFinding(facts, session));
}

class LockWaits final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Database, "Lock waits and long transactions", Input::Postgres, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &, Output &output) const override
    {
        const PostgresFacts &facts = *inputs.postgres;
        if (!facts.abilities.isStatisticsReader)
            output.unjudged.push_back({std::string(kId), "sessions of other roles",
                                       "Their states are hidden from this role.",
                                       "GRANT pg_monitor TO " + facts.role + "."});
        std::set<std::int64_t> told;
        for (const auto &[key, blocker] : blockersIn(facts)) {
            const double waiting = blocker.waits / static_cast<double>(facts.activity.size());
            if (blocker.waits < rules.number("db.lock-wait.min-seen")
                || waiting < rules.number("db.lock-wait.min-waiting"))
                continue;
            told.insert(blocker.pids.begin(), blocker.pids.end());
            output.findings.push_back(waitFinding(facts, blocker, waiting, rules));
        }
        addOpenTransactions(facts, told, rules, output);
    }
};

} // namespace

DetectorPtr makeLockWaitsDetector()
{
    return std::make_unique<LockWaits>();
}

} // namespace tailspan::advisor
