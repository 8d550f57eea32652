// SPDX-License-Identifier: GPL-3.0-or-later
// The pools of all pods together against what the database server takes: replicas x surge x pool.
#include "models/advisor/scaling_findings.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "pool.over-budget";

/// What to write where the pools are declared.
Artifact poolArtifact(const PoolBudget &budget, double perPod)
{
    Artifact artifact{"yaml", "Pool of " + figureText(perPod) + " connections a pod", {}, std::string()};
    std::vector<std::string> written;
    for (const PoolBudget::Row &row : budget.rows) {
        const std::string where = row.place.file.empty() ? "" : "  # " + row.place.text();
        const bool isVariable = row.key.starts_with("env ");
        const std::string key = isVariable ? row.key.substr(4) : row.key;
        if (std::ranges::find(written, key + row.place.text()) != written.end())
            continue;
        written.push_back(key + row.place.text());
        const std::string line = (isVariable ? row.service + " " + key : key) + ": ";
        artifact.text += line + figureText(perPod) + where + "\n";
        *artifact.undo += line + figureText(row.pool) + where + "\n";
    }
    return artifact;
}

Artifact bouncerArtifact(const PoolBudget &budget)
{
    const auto number = [](double value) { return std::to_string(std::llround(value)); };
    Artifact artifact{"ini", "PgBouncer in front of the database", {}, {}};
    artifact.text = "[databases]\n* = host=DATABASE_HOST port=5432\n\n[pgbouncer]\nlisten_port = 6432\n"
                    "pool_mode = transaction\nmax_client_conn = "
        + number(std::ceil(budget.withSurge() * 1.1 / 100) * 100)
        + "\ndefault_pool_size = " + number(std::min(budget.room(), 50.0))
        + "\nmax_db_connections = " + number(budget.room()) + "\nserver_idle_timeout = 60\n";
    artifact.undo = "Let the services connect to port 5432 again and stop PgBouncer.\n";
    return artifact;
}

Severity severityOf(const PoolBudget &budget)
{
    if (budget.connections() > budget.limit)
        return Severity::High;
    return budget.connections() > budget.room() ? Severity::Medium : Severity::Low;
}

class PoolFleetOverLimit final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId,
                FindingKind::Pool,
                "Pools of all pods over the server's limit",
                {},
                Input::Scaling | Input::Metrics | Input::Postgres};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &, Output &output) const override
    {
        std::string why;
        const auto budget = poolBudget(inputs, rules, why);
        if (!budget) {
            output.unjudged.push_back({std::string(kId),
                                       {},
                                       "The connections cannot be added up: " + why + ".",
                                       std::string(howToProvide(Input::Scaling))});
            return;
        }
        if (budget->withSurge() > budget->room())
            output.findings.push_back(findingOf(*budget, inputs));
    }

private:
    static Finding findingOf(const PoolBudget &budget, const Inputs &inputs)
    {
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Pool;
        finding.subject.object = "database connections";
        finding.id = findingId(kId, finding.subject);
        finding.severity = severityOf(budget);
        finding.confidence = inputs.scaling != nullptr ? 0.9 : 0.8;
        const double most = budget.connections() > budget.room() ? budget.connections() : budget.withSurge();
        finding.impactText = figureText(most) + " > " + figureText(budget.limit) + " connections";
        if (most <= budget.limit)
            finding.impactText = figureText(most) + " of " + figureText(budget.limit) + " connections, "
                + figureText(budget.room()) + " free to use";
        const double perPod = budget.perPod();
        finding.title = perPod >= 1
            ? "Lower the pool to " + figureText(perPod) + " connections a pod, or put PgBouncer between"
            : "Put PgBouncer between: not even one connection a pod fits";
        describe(finding, budget);
        estimate(finding, budget, perPod);
        if (perPod >= 1)
            finding.artifacts.push_back(poolArtifact(budget, perPod));
        finding.artifacts.push_back(bouncerArtifact(budget));
        finding.picture = pictureOf(budget);
        for (const PoolBudget::Row &row : budget.rows) {
            if (row.pool > perPod)
                finding.actions.push_back({Action::Verb::Lower, "pool " + row.service});
        }
        finding.assumptions = budget.assumptions;
        assume(finding, "All pools lead to one server, and each pod has one pool: the files do not say otherwise.");
        return finding;
    }

    static void describe(Finding &finding, const PoolBudget &budget)
    {
        double pods = 0;
        for (const PoolBudget::Row &row : budget.rows)
            pods += row.pods;
        finding.what = "At their most, " + figureText(pods) + " pods open " + figureText(budget.connections())
            + " connections, and " + figureText(budget.withSurge())
            + " while new versions are rolled out. The server takes " + figureText(budget.limit) + ", of which "
            + figureText(budget.reserved) + " are kept for superusers and " + figureText(budget.admin)
            + " for people and tools. From there on connections are refused, and scaling out makes it worse.";
        Evidence evidence{"config", "", {}};
        for (const PoolBudget::Row &row : budget.rows) {
            evidence.text += (evidence.text.empty() ? "" : "; ") + row.service + ": " + figureText(row.pods)
                + " pods of " + figureText(row.pool);
            if (!row.place.file.empty())
                evidence.references.push_back(configReference(row.place, row.key));
        }
        evidence.text += ". max_connections is " + figureText(budget.limit) + ".";
        if (!budget.limitPlace.file.empty())
            evidence.references.push_back(configReference(budget.limitPlace, "max_connections"));
        if (!budget.limitQuery.empty())
            evidence.references.push_back(metricReference(budget.limitQuery, "max_connections", {}));
        finding.evidence.push_back(std::move(evidence));
        finding.verification = {VerificationState::Verified, "added up from the figures as they are declared"};
        finding.refutedBy = "A pooler between the pods and the server, or a pool that is shared by several pods.";
    }

    static void estimate(Finding &finding, const PoolBudget &budget, double perPod)
    {
        Estimate estimate;
        estimate.metric = "connections at the most pods";
        estimate.unit = "connections";
        estimate.now = budget.withSurge();
        double pods = 0;
        for (const PoolBudget::Row &row : budget.rows)
            pods += row.pods;
        estimate.low = perPod >= 1 ? pods * perPod : 0;
        estimate.high = perPod >= 1 ? budget.pods() * perPod : budget.room();
        estimate.expected = estimate.high;
        estimate.basis = "(" + figureText(budget.limit) + " - " + figureText(budget.reserved) + " - "
            + figureText(budget.admin) + ") / " + figureText(budget.pods()) + " pods = " + figureText(perPod)
            + " a pod; low without a rollout, high during one";
        finding.estimate = std::move(estimate);
    }
};

} // namespace

DetectorPtr makePoolFleetOverLimitDetector()
{
    return std::make_unique<PoolFleetOverLimit>();
}

} // namespace tailspan::advisor
