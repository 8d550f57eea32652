// SPDX-License-Identifier: GPL-3.0-or-later
// Connections that are held while nothing is asked of the database: transactions left open, or never given back.
#include "models/advisor/index_text.h"
#include "models/advisor/pool_load.h"
#include "models/advisor/postgres_facts.h"
#include "models/advisor/scaling_findings.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "pool.leak";

Finding begun(std::string service, std::string object)
{
    Finding finding;
    finding.detector = kId;
    finding.kind = FindingKind::Pool;
    finding.severity = Severity::Medium;
    finding.subject.service = std::move(service);
    finding.subject.object = std::move(object);
    finding.id = findingId(kId, finding.subject);
    finding.artifacts.push_back({"sql", "Who holds a transaction open, and what ran last in it",
                                 "SELECT pid, application_name, client_addr, now() - xact_start AS open_for, now() - "
                                 "state_change AS idle_for,\n"
                                 "       left(query, 80) AS last_statement\n"
                                 "FROM pg_stat_activity\n"
                                 "WHERE state LIKE 'idle in transaction%'\n"
                                 "ORDER BY xact_start LIMIT 20;\n",
                                 std::nullopt});
    finding.artifacts.push_back({"sql", "End transactions that nobody works in",
                                 "ALTER ROLE application SET idle_in_transaction_session_timeout = '30s';\n",
                                 "ALTER ROLE application RESET idle_in_transaction_session_timeout;\n"});
    return finding;
}

/// An application with the connections that it held in a transaction without a statement, in the look that saw most.
struct Holder {
    std::string application;
    std::string role;
    double connections = 0;
    double fewest = 0; ///< In the look that saw the fewest.
    double longestSeconds = 0;
};

std::vector<Holder> holdersOf(const PostgresFacts &facts, const Rules &rules)
{
    std::map<std::pair<std::string, std::string>, Holder> holders;
    std::map<std::pair<std::string, std::string>, std::vector<double>> looks;
    const double least = rules.number("pool.leak.least-held-seconds");
    for (std::size_t look = 0; look < facts.activity.size(); ++look) {
        for (const SessionFacts &session : facts.activity[look].sessions) {
            if (!session.state.starts_with("idle in transaction") || session.stateSeconds < least)
                continue;
            const std::pair key(session.application, session.role);
            looks[key].resize(facts.activity.size());
            ++looks[key][look];
            holders[key].longestSeconds = std::max(holders[key].longestSeconds, session.stateSeconds);
        }
    }
    std::vector<Holder> found;
    for (auto &[key, holder] : holders) {
        holder.application = key.first;
        holder.role = key.second;
        holder.connections = std::ranges::max(looks[key]);
        holder.fewest = std::ranges::min(looks[key]);
        found.push_back(holder);
    }
    return found;
}

std::string nameOf(const Holder &holder)
{
    return holder.application.empty() ? "role " + holder.role : holder.application;
}

std::string textOf(const Holder &holder)
{
    return nameOf(holder) + " held " + figureText(holder.connections)
        + " connections in a transaction without a statement, the longest for "
        + durationText(Duration(std::llround(std::clamp(holder.longestSeconds, 0.0, 1e9) * 1e9))) + ".";
}

Finding heldFinding(const Holder &holder)
{
    Finding finding = begun(nameOf(holder), "open transactions");
    finding.confidence = 0.9;
    finding.title = "Give back " + figureText(holder.connections) + " connections that " + nameOf(holder)
        + " holds in idle transactions";
    finding.impactText = figureText(holder.connections) + " connections idle in a transaction";
    finding.what = textOf(holder)
        + " Its code waits for something else meanwhile, such as another service, or has forgotten them. They keep "
          "locks, keep old rows from being cleaned up, and are missing in the pool. A larger pool would only hide it.";
    finding.evidence.push_back({"statements", "Seen in pg_stat_activity.", {}});
    finding.estimate = Estimate{"connections that are free again",
                                "connections",
                                holder.fewest,
                                holder.connections,
                                holder.connections,
                                std::nullopt,
                                "as many as were held for long, in the look that saw the most and the fewest"};
    finding.verification = {VerificationState::Verified, "Seen in pg_stat_activity."};
    if (!holder.role.empty())
        finding.artifacts.back() = {
            "sql", "End transactions that nobody works in",
            "ALTER ROLE " + quotedIdentifier(holder.role) + " SET idle_in_transaction_session_timeout = '30s';\n",
            "ALTER ROLE " + quotedIdentifier(holder.role) + " RESET idle_in_transaction_session_timeout;\n"};
    // As the finding about long transactions names it: one of both is told.
    finding.actions.push_back({Action::Verb::Set, "transactions of " + nameOf(holder)});
    finding.refutedBy = "A tool that keeps transactions open on purpose, such as a backup.";
    return finding;
}

class PoolLeaked final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Pool, "Connections held for nothing", {}, Input::Metrics | Input::Postgres};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &, Output &output) const override
    {
        const std::vector<Holder> holders = inputs.postgres != nullptr ? holdersOf(*inputs.postgres, rules)
                                                                       : std::vector<Holder>();
        for (const Holder &holder : holders) {
            if (holder.connections >= rules.number("pool.leak.least-idle"))
                output.findings.push_back(heldFinding(holder));
        }
        if (inputs.metrics == nullptr) {
            if (inputs.postgres == nullptr)
                output.unjudged.push_back({std::string(kId),
                                           {},
                                           "It needs metrics or the sessions of the database.",
                                           std::string(howToProvide(Input::Metrics))});
            return;
        }
        const auto server = serverLoad(*inputs.metrics);
        if (server && output.findings.empty()) // the sessions tell it better
            judgeServer(*server, holders, rules, output);
        for (const PoolLoad &load : poolLoads(*inputs.metrics))
            judgePool(load, rules, output);
    }

private:
    /// Sessions that are idle in a transaction, for long.
    static void judgeServer(const ServerLoad &server, const std::vector<Holder> &holders, const Rules &rules,
                            Output &output)
    {
        const double least = rules.number("pool.leak.least-idle");
        const double share = rules.number("pool.leak.least-share");
        std::vector<Holds> steps;
        for (std::size_t i = 0; i < server.idleInTransaction.size(); ++i) {
            const double idle = server.idleInTransaction[i];
            const double all = server.connections.empty() ? std::nan("") : server.connections[i];
            const bool isMany = idle >= least && !(idle < share * all);
            steps.push_back(std::isnan(idle) ? Holds::Unknown : isMany ? Holds::Yes : Holds::No);
        }
        const Run run = longestRun(steps);
        const double minutes = static_cast<double>(run.length()) * static_cast<double>(server.stepNs) / 60e9;
        if (minutes < rules.number("pool.leak.least-minutes"))
            return;
        output.findings.push_back(idleFinding(server, run, minutes, holders));
    }

    static Finding idleFinding(const ServerLoad &server, const Run &run, double minutes,
                               const std::vector<Holder> &holders)
    {
        const std::vector<double> then(server.idleInTransaction.begin() + static_cast<std::ptrdiff_t>(run.begin),
                                       server.idleInTransaction.begin() + static_cast<std::ptrdiff_t>(run.end));
        const double idle = medianOf(then);
        Finding finding = begun({}, "transactions on " + server.server);
        finding.confidence = 0.8;
        finding.title = "Close transactions before doing something else: " + figureText(idle) + " stand open";
        finding.impactText = figureText(idle) + " connections idle in a transaction";
        finding.what = "For " + decimalText(minutes) + " minutes " + figureText(idle)
            + " connections had a transaction open and did nothing in it: their code waits for something else, such as "
              "another service, or has forgotten them. They keep locks, keep old rows from being cleaned up, and are "
              "missing in the pool. A larger pool would only hide it.";
        finding.evidence.push_back(
            {"metrics",
             "Sessions that are idle in a transaction.",
             {metricReference(server.idleQuery, "idle in transaction",
                              {TimePoint(server.timesNs[run.begin]), TimePoint(server.timesNs[run.end - 1])})}});
        for (const Holder &holder : holders)
            finding.evidence.push_back({"statements", textOf(holder), {}});
        finding.estimate = Estimate{"connections that are free again",
                                    "connections",
                                    quantileOf(then, 0.1),
                                    idle,
                                    quantileOf(then, 0.9),
                                    std::nullopt,
                                    "as many as were idle in a transaction then"};
        finding.verification = {VerificationState::Unverified,
                                "the database tells the state, the code has to tell why"};
        finding.refutedBy = "A tool that keeps one transaction open on purpose, such as a backup.";
        return finding;
    }

    /// What is in use in quiet times, in either half of the history.
    struct Floors {
        double first = 0;
        double second = 0;
        double limit = 0;
    };

    /// A pool that fills up and does not empty when nobody comes: what is in use no longer follows the requests.
    static void judgePool(const PoolLoad &load, const Rules &rules, Output &output)
    {
        if (load.rate.empty() || load.limit.empty() || load.hours() < rules.number("pool.leak.least-hours"))
            return;
        const auto half = static_cast<std::ptrdiff_t>(load.used.size() / 2);
        const auto floorOf = [half](const std::vector<double> &values, bool isSecond) {
            return isSecond ? quantileOf({values.begin() + half, values.end()}, 0.05)
                            : quantileOf({values.begin(), values.begin() + half}, 0.05);
        };
        const Floors floors{floorOf(load.used, false), floorOf(load.used, true), medianOf(load.limit)};
        const auto follows = correlationOf(load.used, load.rate);
        const bool isRising = floors.second - floors.first
            >= std::max(rules.number("pool.leak.least-idle"), 0.2 * floors.limit);
        // A pool in use by requests empties in quiet times; one that leaks has a floor that nothing explains.
        const bool isSameLoad = floorOf(load.rate, true) <= 1.2 * floorOf(load.rate, false) + 1e-9;
        if (isRising && isSameLoad && !(follows && *follows > 0.5))
            output.findings.push_back(findingOf(load, floors));
    }

    static Finding findingOf(const PoolLoad &load, const Floors &floors)
    {
        Finding finding = begun(load.service, "connection pool");
        finding.confidence = 0.7;
        finding.title = "Give connections of " + load.service + " back: the pool fills up";
        finding.impactText = figureText(std::round(floors.second)) + " of " + figureText(std::round(floors.limit))
            + " never come back";
        finding.what = "In quiet times " + load.service + " had " + decimalText(floors.first)
            + " connections in use in the first half of the history and " + decimalText(floors.second)
            + " in the second, of " + figureText(floors.limit)
            + ", with the same number of requests. Some path of the code takes a connection and does not give it back, "
              "mostly one that ends with an error.";
        finding.evidence.push_back({"metrics",
                                    "Connections in use.",
                                    {metricReference(load.usedQuery, "in use", load.range({0, load.used.size()}))}});
        const double rise = floors.second - floors.first;
        finding.estimate = Estimate{
            "connections that are free again",          "connections", rise * 0.5, rise, floors.second, std::nullopt,
            "the rise of what is in use in quiet times"};
        finding.verification = {VerificationState::Unverified,
                                "the code has to show the path that does not give it back"};
        finding.artifacts.insert(
            finding.artifacts.begin(),
            {"js", "Give back in every case",
             "const client = await pool.connect();\ntry {\n  return await work(client);\n} finally "
             "{\n  client.release();\n}\n",
             "Take the try and finally away again.\n"});
        finding.refutedBy = "A pool that is filled beforehand on purpose and counts idle connections as in use.";
        return finding;
    }
};

} // namespace

DetectorPtr makePoolLeakedDetector()
{
    return std::make_unique<PoolLeaked>();
}

} // namespace tailspan::advisor
